/**
 * Decimal degrees: two numbers in either order, with a decimal point or comma, with or without `lat`, `lon`, N, S, E, O or
 * W; the parameters of a link alone too, `lat=48.75&lon=-0.57`.
 */
import { type CoordinateFault, type CoordinateReading, decimalRoundingM, inOrder } from "./reading";

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

/** Reads a text as decimal degrees. */
export function readDecimal(clean: string): CoordinateReading {
  const tokens = tokenize(clean.replaceAll('"', ""));
  if ("fault" in tokens) return tokens;
  const [first, second] = tokens;
  if (Math.max(Math.abs(first.value), Math.abs(second.value)) > 1000) return { fault: "projected" };
  const ordered = inOrder(first, second);
  if ("fault" in ordered) return ordered;
  const [east, north] = ordered.order === "lon_lat" ? [first, second] : [second, first];
  const written = { lon: east.written, lat: north.written };
  const roundingM = decimalRoundingM(ordered.lat, decimals(east), decimals(north));
  return { position: { ...ordered, roundingM, written, notation: "decimal" } };
}

/** Cuts a text into its two numbers; anything else in it but separators makes it unreadable. */
function tokenize(clean: string): [Token, Token] | { fault: CoordinateFault } {
  const found = [...clean.matchAll(/^\??[a-z]/i.test(clean) ? PREFIXED : SUFFIXED)];
  const rest = found.reduceRight(
    (left, m) => `${left.slice(0, m.index)}\0${left.slice(m.index + m[0].length)}`,
    clean,
  );
  if (!/^\??(?:\s*[,;/|&]?\s*\0)+\s*[,;]?$/.test(rest)) return { fault: "unreadable" };
  const [first, second] = found.map(toToken);
  if (!first) return { fault: "unreadable" };
  if (!second) return { fault: first.digits.includes(",") ? "ambiguous_comma" : "one_number" };
  if (found.length > 2) return { fault: "too_many" };
  const commas = [first, second].filter((token) => token.digits.includes(",")).length;
  if (rest === "\0,\0" && commas === 1) return { fault: "ambiguous_comma" };
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

function decimals({ digits }: Token): number {
  return digits.split(/[.,]/)[1]?.length ?? 0;
}
