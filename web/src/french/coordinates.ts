/**
 * Reads the position a person types or pastes, in whatever notation: decimal degrees, degrees with minutes and seconds,
 * metres of a legal projection, a plus code, the link of a map service. Promises never to guess silently: it says what it took
 * and why, and refuses what can be read in two ways.
 */
import { readDecimal } from "./position/decimal";
import { type LinkReading, linkIn, readLink } from "./position/link";
import { isPlusCode, readPlusCode } from "./position/plus-code";
import { isProjected, readProjected } from "./position/projected";
import type { CoordinateReading } from "./position/reading";
import { isSexagesimal, readSexagesimal } from "./position/sexagesimal";
import { isWkt, readWkt } from "./position/wkt";

export type {
  AxisOrder,
  CoordinateFault,
  CoordinateReading,
  Notation,
  TypedPosition,
  WrittenCoordinates,
} from "./position/reading";
export { BOXES, isExact, isNoAddress } from "./position/reading";

/**
 * Characters of a position, at most: the links of map services have some hundred. The patterns take the square of it, and a book
 * pasted by mistake would stop the page for minutes.
 */
const MAX_CHARACTERS = 2_000;

/** Reads a text as a position. */
export function readCoordinates(text: string): CoordinateReading {
  const reading = read(text);
  return "words" in reading ? { fault: "link" } : reading;
}

/** Returns the words of a place that a link names instead of marking it; those typed, for all other texts. */
export function wordsMeant(text: string): string {
  const reading = read(text);
  return "words" in reading ? reading.words : text;
}

function read(text: string): LinkReading {
  if (text.length > MAX_CHARACTERS)
    return { fault: /^\s*https?:/i.test(text) ? "link" : "unreadable" };
  const link = linkIn(text);
  if (!link) return readNotation(text);
  const reading = readLink(link);
  if (!("words" in reading)) return reading;
  const inWords = readNotation(reading.words);
  return "position" in inWords ? { position: { ...inWords.position, notation: "link" } } : reading;
}

function readNotation(text: string): CoordinateReading {
  const clean = text
    .replace(/[−–]/g, "-")
    .replace(/[()[\]{}]/g, " ")
    .trim();
  if (clean === "") return { fault: "empty" };
  if (isWkt(text)) return readWkt(text.replace(/[−–]/g, "-"));
  if (isPlusCode(clean)) return readPlusCode(clean);
  // First, for thousands are parted by blanks as minutes are.
  const metres = isProjected(clean) ? readProjected(clean) : null;
  if (metres && "position" in metres) return metres;
  if (isSexagesimal(clean)) return readSexagesimal(clean);
  const decimal = readDecimal(clean);
  const isLarge = /(?<![\d.,])\d{5}/.test(clean);
  return metres && isLarge && "fault" in decimal && decimal.fault !== "one_number"
    ? metres
    : decimal;
}
