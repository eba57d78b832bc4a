/**
 * Reads the coordinates a person types or pastes: two decimal numbers in either order, with a decimal point or comma,
 * with or without `lat`, `lon`, N, S, E, O or W. Promises never to guess silently: it says which order it took and why,
 * and refuses what can be read in two ways.
 */

/** The order in which the two numbers were given. */
export type AxisOrder = "lon_lat" | "lat_lon";

/** Why a text is no position; each has its sentence, `web.reading.*`. */
export type CoordinateFault =
  | "ambiguous_comma"
  | "contradictory"
  | "dms"
  | "empty"
  | "one_number"
  | "out_of_range"
  | "projected"
  | "too_many"
  | "unreadable";

/** A position on WGS 84, in degrees, and how it was understood. */
export interface TypedPosition {
  lon: number;
  lat: number;
  order: AxisOrder;
  /** `false` when neither order falls in France and nothing said which was meant. */
  orderIsKnown: boolean;
  /** Error of the position due to rounded numbers, metres: half of the last digit, along a meridian. */
  roundingM: number;
  /** The numbers as they were written, with a point: their decimals say how exact they are. */
  written: WrittenCoordinates;
}

/** Longitude and latitude as texts. */
export interface WrittenCoordinates {
  lon: string;
  lat: string;
}

export type CoordinateReading = { position: TypedPosition } | { fault: CoordinateFault };

/**
 * Boxes around the territories of France, `[west, south, east, north]` in degrees, only to find the order of two
 * numbers. A test checks that they hold the outlines of `geodata/territories.geojson`, and that no point falls in one
 * box in one order and in another box in the other order.
 */
export const BOXES: readonly (readonly [number, number, number, number])[] = [
  [-6, 41, 10, 52],
  [-64, 14, -60, 19],
  [-55, 2, -51, 6],
  [55, -22, 56, -20],
  [-57, 46, -55, 48],
  [44, -14, 46, -12],
  [-156, -29, -134, -7],
];

const NUMBER = String.raw`(?<number>[+-]?\d+(?:[.,]\d+)?)\s*°?`;
const PREFIXED = new RegExp(
  String.raw`(?:(?<label>longitude|long|lon|lng|latitude|lat|[nseow])\s*[:=]?\s*)?${NUMBER}`,
  "gi",
);
const SUFFIXED = new RegExp(String.raw`${NUMBER}(?:\s*(?<label>[nseow])(?![a-z\d]))?`, "gi");

interface Token {
  digits: string;
  /** The number with its sign and a point. */
  written: string;
  value: number;
  axis: "lon" | "lat" | undefined;
}

/** Reads a text as a position. */
export function readCoordinates(text: string): CoordinateReading {
  const clean = text
    .replace(/[−–]/g, "-")
    .replace(/[()[\]{}]/g, " ")
    .trim();
  if (clean === "") return { fault: "empty" };
  if (/\d\s*[′'’″]/.test(clean) || /°\s*\d/.test(clean)) return { fault: "dms" };
  const tokens = tokenize(clean.replaceAll('"', ""));
  return "fault" in tokens ? tokens : place(...tokens);
}

/** Cuts a text into its two numbers; anything else in it but separators makes it unreadable. */
function tokenize(clean: string): [Token, Token] | { fault: CoordinateFault } {
  const found = [...clean.matchAll(/^[a-z]/i.test(clean) ? PREFIXED : SUFFIXED)];
  const rest = found.reduceRight(
    (left, m) => `${left.slice(0, m.index)}\0${left.slice(m.index + m[0].length)}`,
    clean,
  );
  if (!/^(?:\s*[,;/|]?\s*\0)+\s*[,;]?$/.test(rest)) return { fault: "unreadable" };
  const [first, second] = found.map(toToken);
  if (!first) return { fault: "unreadable" };
  if (!second) return { fault: first.digits.includes(",") ? "ambiguous_comma" : "one_number" };
  if (found.length > 2) return { fault: "too_many" };
  const commas = [first, second].filter((token) => token.digits.includes(",")).length;
  if (rest === "\0,\0" && commas === 1) return { fault: "ambiguous_comma" };
  if (Number.isNaN(first.value) || Number.isNaN(second.value)) return { fault: "contradictory" };
  return [first, second];
}

/** One number with its axis; NaN when a minus sign meets a letter that already gives the side. */
function toToken(match: RegExpMatchArray): Token {
  const digits = match.groups?.number ?? "";
  const label = (match.groups?.label ?? "").toLowerCase();
  const number = Number(digits.replace(",", "."));
  const isSide = label.length === 1;
  const axis = label === "" ? undefined : /^(?:lat|[ns]$)/.test(label) ? "lat" : "lon";
  const isOther = /^[sow]$/.test(label);
  const value = isSide && digits.startsWith("-") ? Number.NaN : isOther ? -number : number;
  const unsigned = digits.replace(",", ".").replace(/^[+-]/, "");
  const written = digits.startsWith("-") || isOther ? `-${unsigned}` : unsigned;
  return { digits, written, value, axis };
}

/** Decides which number is the longitude: what the text says, else where France is, else longitude first. */
function place(first: Token, second: Token): CoordinateReading {
  const [a, b] = [first.value, second.value];
  if (Math.max(Math.abs(a), Math.abs(b)) > 1000) return { fault: "projected" };
  if (first.axis && first.axis === second.axis) return { fault: "contradictory" };
  const lonFirst = first.axis === "lon" || second.axis === "lat";
  const said = first.axis || second.axis;
  const seen = [inFrance(a, b), inFrance(b, a)];
  const order: AxisOrder = (said ? lonFirst : seen[0] || (!seen[1] && Math.abs(b) <= 90))
    ? "lon_lat"
    : "lat_lon";
  const [east, north] = order === "lon_lat" ? [first, second] : [second, first];
  const [lon, lat] = [east.value, north.value];
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return { fault: "out_of_range" };
  const orderIsKnown = Boolean(said) || seen.includes(true);
  const written = { lon: east.written, lat: north.written };
  return {
    position: { lon, lat, order, orderIsKnown, roundingM: rounding(first, second), written },
  };
}

function inFrance(lon: number, lat: number): boolean {
  return BOXES.some(
    ([west, south, east, north]) => west <= lon && lon <= east && south <= lat && lat <= north,
  );
}

/** Half of the last digit given, in metres along a meridian (111,195 m a degree on the mean sphere). */
function rounding(...tokens: Token[]): number {
  const decimals = Math.min(...tokens.map(({ digits }) => digits.split(/[.,]/)[1]?.length ?? 0));
  return (111_195 / 2) * 10 ** -decimals;
}
