/**
 * The French of the page: sentences from the project's one catalogue, numbers and distances as they are written in
 * French. No other file of the page holds a sentence.
 */
import catalogue from "../../../crates/qpv-service/fr.json";
import { typeset } from "./typeset";

export { typeset };

/** A sentence of the catalogue. */
export type Key = keyof typeof catalogue;

/** Whether the catalogue has this sentence; narrows a code received from the service to a key. */
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

/**
 * A length in metres, as a person says it: decimetres below 10 m, then whole metres; kilometres with one decimal from
 * 1 km. Around the 300 m limit, decimetres rounded down, so that what is said never contradicts the zone.
 */
export function formatDistance(metres: number): string {
  const length = Math.abs(metres);
  const say = (value: number, digits: number, unit: string) =>
    `${value.toLocaleString("fr-FR", { maximumFractionDigits: digits })}\u00a0${unit}`;
  if (length >= 999.5) return say(length / 1000, 1, "km");
  if (Math.abs(length - 300) < 1) return say(Math.floor(length * 10) / 10, 1, "m");
  return say(length, length < 10 ? 1 : 0, "m");
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
