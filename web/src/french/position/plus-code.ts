/**
 * Plus codes (Open Location Code): full ones, and short ones beside the name of a place they are near. Written here, in a few
 * dozen lines: the package of the same name has had no release since 2018.
 */
import { type CoordinateReading, cornerM } from "./reading";

const DIGITS = "23456789CFGHJMPQRVWX";
const FULL = /^[23456789CFGHJMPQRVWX]{8}\+(?:[23456789CFGHJMPQRVWX]{2,7})?$/i;
/** The sign stands behind an even number of digits, and no single digit behind it: section « Validation » of the specification. */
const SHORT = /^((?:[23456789CFGHJMPQRVWX]{2}){1,3}\+[23456789CFGHJMPQRVWX]{2,7})(?:[\s,]+(.*))?$/i;
/** The digits of a code before its sign. */
const DIGITS_BEFORE_SIGN = 8;

/** A short code, and the place that it is relative to. */
export interface ShortPlusCode {
  code: string;
  /** The words behind the code; empty without any. */
  place: string;
}

/** Checks that a text is a plus code, full or short. */
export function isPlusCode(text: string): boolean {
  return FULL.test(text) || SHORT.test(text);
}

/** Reads a short code with the place behind it; null for any other text. */
export function readShortPlusCode(text: string): ShortPlusCode | null {
  const [, code, words = ""] = SHORT.exec(text.trim()) ?? [];
  // Map services write the country too.
  return code ? { code, place: words.replace(/[\s,]+france\s*$/i, "").trim() } : null;
}

/**
 * Reads a short code as the nearest cell to a position that has these last digits: « Recovering short codes » of the
 * specification. Right as long as the position is less than half the width of what was left out from the place meant: half a
 * degree for four digits, a fortieth for six.
 */
export function recoverPlusCode(
  { code }: ShortPlusCode,
  near: { lon: number; lat: number },
): CoordinateReading {
  const lacking = DIGITS_BEFORE_SIGN - code.indexOf("+");
  const reading = readPlusCode(firstDigits(near, lacking) + code);
  if (!("position" in reading)) return reading;
  // The side of the area that the digits left out stand for, degrees.
  const side = 20 ** (2 - lacking / 2);
  const { position } = reading;
  const lat = nearer(position.lat, near.lat, side);
  const meant = {
    // There is nothing beyond the poles.
    lat: Math.abs(lat) <= 90 ? lat : position.lat,
    lon: nearer(position.lon, near.lon, side),
  };
  return readPlusCode(firstDigits(meant, lacking) + code);
}

/** Moves a cell to the neighbouring area when it is nearer there. */
function nearer(middle: number, near: number, side: number): number {
  if (near + side / 2 < middle) return middle - side;
  return near - side / 2 > middle ? middle + side : middle;
}

/** Returns the first digits of the code of a position, latitude and longitude in turn. */
function firstDigits({ lon, lat }: { lon: number; lat: number }, count: number): string {
  let digits = "";
  for (let width = 20; digits.length < count; width /= 20) {
    for (const angle of [lat + 90, lon + 180])
      digits += DIGITS.charAt(Math.floor(angle / width) % 20);
  }
  return digits;
}

/** Reads a full plus code as the middle of its cell. */
export function readPlusCode(text: string): CoordinateReading {
  if (!FULL.test(text)) return { fault: "short_plus_code" };
  const code = text.toUpperCase().replace("+", "");
  let [lat, lon] = [-90, -180];
  let [height, width] = [400, 400];
  for (let at = 0; at < code.length; at++) {
    const digit = DIGITS.indexOf(code.charAt(at));
    if (at >= 10) {
      // Five rows of four.
      [height, width] = [height / 5, width / 4];
      lat += Math.floor(digit / 4) * height;
      lon += (digit % 4) * width;
    } else if (at % 2 === 0) {
      height /= 20;
      lat += digit * height;
    } else {
      width /= 20;
      lon += digit * width;
    }
  }
  if (lat >= 90 || lon >= 180) return { fault: "out_of_range" };
  return {
    position: {
      lon: lon + width / 2,
      lat: lat + height / 2,
      order: "lat_lon",
      orderIsKnown: true,
      roundingM: cornerM(lat + height / 2, width / 2, height / 2),
      notation: "plus_code",
    },
  };
}
