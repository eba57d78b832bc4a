/**
 * The French of the page: sentences from the project's one catalogue, numbers and distances as they are written in
 * French. No other file of the page holds a sentence.
 */
import catalogue from "../../../crates/qpv-french/fr.json";
import { typeset } from "./typeset";

export { typeset };

/** A sentence of the catalogue. */
export type Key = keyof typeof catalogue;

/** Checks that the catalogue has this sentence, and so narrows a code from the service to a key. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(catalogue, key);
}

/** A sentence with its `{name}` places filled; a place without a value is a mistake of ours and throws. */
export function text(key: Key, values: Record<string, string> = {}): string {
  const sentence = catalogue[key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`sentence "${key}": no value for {${name}}`);
    return value;
  });
  return typeset(sentence);
}

// Made once: making one takes longer than a thousand figures.
const COUNT = new Intl.NumberFormat("fr-FR");
const AREA = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1609` → `1 609`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** Degrees as given, with a decimal comma. */
export function formatDegrees(degrees: number): string {
  return degrees.toLocaleString("fr-FR", { maximumFractionDigits: 9 }).replace("-", "−");
}

/** Distances that decide on a zone, metres. */
const DECIDING_LIMITS_M = [300, 500];
/** A distance nearer to a limit than this is written in decimetres, metres. */
const NEAR_LIMIT_M = 1;

/**
 * Writes a distance as a person says it: decimetres below 10 m, then whole metres, and kilometres with one decimal from
 * 1 km. Rust follows the same rule; `crates/qpv-french/distances.json` has examples that both are tested with.
 */
export function formatDistance(signedM: number): string {
  const metres = Math.abs(signedM);
  const limit = DECIDING_LIMITS_M.find((limit) => Math.abs(metres - limit) < NEAR_LIMIT_M);
  if (limit !== undefined) return withUnit(awayFrom(limit, metres), 1, "m");
  // From here on, rounding to decimetres would give 10 m and more.
  if (metres < 9.95) return withUnit(metres, 1, "m");
  return metres < 999.5 ? withUnit(metres, 0, "m") : withUnit(metres / 1000, 1, "km");
}

/** Rounds to decimetres away from a limit: 299.97 m said as 300 m would contradict the zone. */
function awayFrom(limit: number, metres: number): number {
  const decimetres = metres * 10;
  return (metres < limit ? Math.floor(decimetres) : Math.ceil(decimetres)) / 10;
}

/** Writes a number with at most `digits` decimals, and its unit after a space that does not break. */
function withUnit(value: number, digits: number, unit: string): string {
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: digits })}\u00a0${unit}`;
}

/** `38.831` → `38,83 ha`. */
export function formatHectares(hectares: number): string {
  return `${formatArea(hectares)}\u00a0ha`;
}

/** The same below a heading that names the unit: `38,83`. */
export function formatArea(hectares: number): string {
  return AREA.format(hectares);
}

/** Names joined as in a sentence: `A, B et C`. */
export function formatList(names: string[]): string {
  return new Intl.ListFormat("fr").format(names);
}
