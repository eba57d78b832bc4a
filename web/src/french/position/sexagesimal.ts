/**
 * Degrees, minutes and seconds in every writing: `48°45'19"N 0°34'14"O`, `48° 45,3' N`, `48d45m19s`, `N 48 45 19`,
 * `48:45:19`. Without marks, the letters of both sides are needed: bare numbers could be anything.
 */
import { type Angle, type CoordinateReading, cornerM, inOrder } from "./reading";

const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:nord|north)\b/gi, "N"],
  [/\b(?:sud|south)\b/gi, "S"],
  [/\b(?:ouest|west)\b/gi, "W"],
  [/\b(?:est|east)\b/gi, "E"],
  [/\b(?:latitude|lat)\b\.?\s*[:=]?/gi, " "],
  [/\b(?:longitude|long|lon|lng)\b\.?\s*[:=]?/gi, " "],
];

/** One unit for the many signs of each; two apostrophes are a second's mark. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/['’‘′´`]{2}|["”“″]/g, "s"],
  [/['’‘′´`]/g, "m"],
  [/[°º˚]|(?<=\d\s*)deg(?:r[ée]s?|rees?)?\.?/gi, "d"],
  [/(?<=\d\s*)min(?:utes?)?\.?/gi, "m"],
  [/(?<=\d\s*)sec(?:ond(?:e)?s?)?\.?/gi, "s"],
];

const TOKEN =
  /\s*(?:(?<number>\d+(?:[.,]\d+)?)|(?<unit>[dms:])|(?<side>[NSEWO])|(?<sign>[+-])|(?<comma>[,;/|]))/gy;

interface Parts {
  numbers: string[];
  side: string;
  isNegative: boolean;
  hasMarks: boolean;
}

/** Checks that a text has marks of minutes, or of degrees before other numbers. */
export function isSexagesimal(text: string): boolean {
  const clean = withMarks(text);
  const sides = clean.match(/[NSEWO]/g) ?? [];
  return (
    /\d\s*[ms]\b|\d\s*d\s*\d+(?:[.,]\d+)?\s*(?:[mNSEWO]|$|\s)|\d+:\d+/.test(clean) ||
    // Numbers alone, with the letters of both sides: three of them, or two and a decimal.
    (sides.length === 2 && /^[NSEWO\d\s.,;]+$/.test(clean) && /\d\s+\d/.test(clean))
  );
}

/** Reads degrees, minutes and seconds. */
export function readSexagesimal(text: string): CoordinateReading {
  const angles = split(withMarks(text));
  const [first, second] = angles ?? [];
  if (!angles || !first || !second || angles.length > 2) return { fault: "dms" };
  // `48 45 19 0 34 14` may be cut in several ways.
  const isMarked = angles.every(({ hasMarks, side }) => hasMarks || side !== "");
  const values = angles.map(toAngle);
  const [one, other] = values;
  if (!isMarked || !one || !other) return { fault: "dms" };
  const ordered = inOrder(one, other);
  if ("fault" in ordered) return ordered;
  const [halfFirst, halfSecond] = [halfUnit(first), halfUnit(second)];
  const halves = ordered.order === "lon_lat" ? [halfFirst, halfSecond] : [halfSecond, halfFirst];
  const roundingM = cornerM(ordered.lat, halves[0] ?? 0, halves[1] ?? 0);
  return { position: { ...ordered, roundingM, notation: "dms" } };
}

function withMarks(text: string): string {
  const lettered = LETTERS.reduce((left, [word, letter]) => left.replace(word, letter), text);
  const marked = MARKS.reduce((left, [sign, unit]) => left.replace(sign, unit), lettered);
  return (
    marked
      // A small `s` behind a number is a second's.
      .replace(/\b[neow]\b|(?<![\dms]\s*)\bs\b/g, (letter) => letter.toUpperCase())
      .replace(/(?<=[dms\d]\s*)([neow])(?![a-z])/g, (letter) => letter.toUpperCase())
  );
}

/** Cuts a text into angles; null where something else is in it. */
function split(text: string): Parts[] | null {
  const angles: Parts[] = [];
  let current: Parts | null = null;
  let isClosed = false;
  let lastUnit = "";
  const begin = (): Parts => {
    const angle = { numbers: [], side: "", isNegative: false, hasMarks: false };
    angles.push(angle);
    [isClosed, lastUnit] = [false, ""];
    return angle;
  };
  const isPrefixed = /^\s*[NSEWO]/.test(text);
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(text)?.groups;
    if (!token) return null;
    const { number, unit, side, sign, comma } = token;
    if (number) {
      const isFull =
        current !== null && (isClosed || current.numbers.length === 3 || lastUnit === "s");
      // `48°45' 0°34'`: a number with a degree's mark begins another angle.
      const isNext = current?.hasMarks && /^\s*d/.test(text.slice(TOKEN.lastIndex));
      if (!current || isFull || (isNext && current.numbers.length > 0)) current = begin();
      current.numbers.push(number);
    } else if (unit) {
      if (!current || current.numbers.length === 0) return null;
      // A mark stands behind its own number: degrees, minutes, seconds.
      if (unit !== ":" && "dms".indexOf(unit) !== current.numbers.length - 1) return null;
      [current.hasMarks, lastUnit] = [true, unit];
    } else if (side) {
      if (isPrefixed) {
        current = begin();
        current.side = side;
      } else if (current?.side !== "") {
        return null;
      } else {
        [current.side, isClosed] = [side, true];
      }
    } else if (sign) {
      if (!current || current.numbers.length > 0) current = begin();
      current.isNegative = sign === "-";
    } else if (comma) {
      isClosed = true;
    }
  }
  return angles;
}

function toAngle({ numbers, side, isNegative }: Parts): Angle | null {
  const values = numbers.map((number) => Number(number.replace(",", ".")));
  const [degrees = Number.NaN, minutes = 0, seconds = 0] = values;
  const isWhole = values.slice(0, -1).every(Number.isInteger);
  if (!isWhole || minutes >= 60 || seconds >= 60 || degrees > 180) return null;
  const value = degrees + minutes / 60 + seconds / 3600;
  const axis = side === "" ? undefined : /[NS]/.test(side) ? "lat" : "lon";
  if (isNegative && side !== "") return { value: Number.NaN, axis };
  return { value: isNegative || /[SWO]/.test(side) ? -value : value, axis };
}

/** Half of the last unit written, degrees. */
function halfUnit({ numbers }: Parts): number {
  const decimals = numbers.at(-1)?.split(/[.,]/)[1]?.length ?? 0;
  return (0.5 / 60 ** (numbers.length - 1)) * 10 ** -decimals;
}
