/**
 * Plus codes (Open Location Code): full ones, of any length. The decoding is written here, in twenty lines: the package of
 * the same name has had no release since 2018.
 */
import { type CoordinateReading, DEGREE_M } from "./reading";

const DIGITS = "23456789CFGHJMPQRVWX";
const FULL = /^[23456789CFGHJMPQRVWX]{8}\+(?:[23456789CFGHJMPQRVWX]{2,7})?$/i;
const SHORT = /^[23456789CFGHJMPQRVWX]{4,6}\+[23456789CFGHJMPQRVWX]{2,7}(?:[\s,].*)?$/i;

/** Checks that a text is a plus code, full or short. */
export function isPlusCode(text: string): boolean {
  return FULL.test(text) || SHORT.test(text);
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
      roundingM: (DEGREE_M * height) / 2,
      notation: "plus_code",
    },
  };
}
