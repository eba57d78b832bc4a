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
const FIGURE = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 6 });

/** A number with the minus sign, which is as wide as the digits; the hyphen is shorter. */
export function withMinus(written: string): string {
  return written.replace(/^-/, "−");
}

/** `1609` → `1 609`. */
export function formatCount(count: number): string {
  return withMinus(COUNT.format(count));
}

/** Degrees as given, with a decimal comma. */
export function formatDegrees(degrees: number): string {
  return withMinus(degrees.toLocaleString("fr-FR", { maximumFractionDigits: 9 }));
}

/** Distances that decide on a zone, in centimetres: those of answers are rounded to the centimetre. */
const DECIDING_LIMITS_CM = [30_000, 50_000];

/**
 * Writes a distance as a person says it: decimetres below 10 m, then whole metres, and kilometres with one decimal from
 * 1 km. Near a limit, decimetres are rounded away from it: 299.97 m said as 300 m would contradict the zone.
 * `qpv_french::numbers::metres` follows the same rule; `crates/qpv-french/distances.json` has examples that both are
 * tested with.
 */
export function formatDistance(metres: number): string {
  const centimetres = Math.round(Math.abs(metres) * 100);
  const limit = DECIDING_LIMITS_CM.find((limit) => Math.abs(centimetres - limit) < 100);
  if (limit !== undefined) {
    const tenths = centimetres < limit ? Math.floor(centimetres / 10) : Math.ceil(centimetres / 10);
    return writeTenths(tenths, "m");
  }
  if (centimetres < 995) return writeTenths(Math.round(centimetres / 10), "m");
  if (centimetres < 99_950) return `${Math.round(centimetres / 100)}\u00a0m`;
  return writeTenths(Math.round(centimetres / 10_000), "km");
}

/** Rounds an uncertainty up to what is written of it: decimetres below 10 m, metres below 1 km, then hectometres. */
export function roundedUp(metres: number): number {
  // A little less first: 2.3 m in floating point may be a little more, and would be 2.4 m.
  const up = (step: number) => Math.ceil(metres / step - 1e-6) * step;
  const rounded = up(0.1) < 10 ? up(0.1) : up(1) < 1000 ? up(1) : up(100);
  return Math.round(rounded * 10) / 10;
}

/** Writes an uncertainty: like a distance, but never less than it is. */
export function formatUncertainty(metres: number): string {
  return formatDistance(roundedUp(metres));
}

/** Writes a number of tenths and its unit, after a space that does not break; a decimal of zero is dropped. */
function writeTenths(tenths: number, unit: string): string {
  const decimal = tenths % 10 === 0 ? "" : `,${tenths % 10}`;
  return `${Math.floor(tenths / 10)}${decimal}\u00a0${unit}`;
}

/** `38.831` → `38,83 ha`. */
export function formatHectares(hectares: number): string {
  return `${formatArea(hectares)}\u00a0ha`;
}

/** The same below a heading that names the unit: `38,83`. */
export function formatArea(hectares: number): string {
  return withMinus(AREA.format(hectares));
}

/** A published figure with its unit: `82,09 %`, `6 399 habitants`; as exact as it is published. */
export function formatFigure(value: number, unit: string | null | undefined): string {
  const number = withMinus(FIGURE.format(value));
  return unit ? `${number}\u00a0${unit}` : number;
}

/** Names joined as in a sentence: `A, B et C`. */
export function formatList(names: string[]): string {
  return new Intl.ListFormat("fr").format(names);
}
