/**
 * Metres of the legal projections: Lambert-93 of metropolitan France, UTM overseas. Which system is meant is told by where the
 * point falls; two that are possible are not chosen between.
 *
 * Written here, in some sixty lines, so that the reading is there with each key: the service has PROJ, but would have to be
 * asked, and proj4js weighs 40 kB. The formulas are those of IGN (NTG 71) and of Krüger for UTM, to the third power of the
 * flattening: less than a millimetre.
 */
import type { CoordinateReading, System } from "./reading";

/** GRS 80. */
const A = 6_378_137;
const F = 1 / 298.257222101;
const E = Math.sqrt(F * (2 - F));
const RADIANS = Math.PI / 180;

/** A legal system, and the box of its territory, `[west, south, east, north]` in degrees. */
interface LegalSystem {
  name: System;
  box: readonly [number, number, number, number];
  inverse: (x: number, y: number) => readonly [number, number];
  /** The names that people write of it. */
  said: RegExp;
  /** Only when it is named: metres of other systems look the same. */
  isNamedOnly?: boolean;
}

export const SYSTEMS: readonly LegalSystem[] = [
  {
    name: "lambert93",
    box: [-5.5, 41.2, 10, 51.3],
    inverse: lambert93,
    said: /lambert|\bl\s?-?93\b|rgf|\b2154\b/i,
  },
  {
    name: "antilles",
    box: [-63.2, 14.3, -60.7, 18.2],
    inverse: utm(20, 0),
    said: /\b20\s?n|\b5490\b|\b4559\b/i,
  },
  { name: "guyane", box: [-54.7, 2, -51.5, 5.9], inverse: utm(22, 0), said: /\b22\s?n|\b2972\b/i },
  {
    name: "reunion",
    box: [55.1, -21.5, 55.9, -20.8],
    inverse: utm(40, 10_000_000),
    said: /\b40\s?s|\b2975\b/i,
  },
  {
    name: "mayotte",
    box: [44.9, -13.1, 45.4, -12.5],
    inverse: utm(38, 10_000_000),
    said: /\b38\s?s|\b4471\b/i,
  },
  {
    name: "saint_pierre",
    box: [-56.6, 46.7, -56, 47.2],
    inverse: utm(21, 0),
    said: /\b21\s?n|\b4467\b/i,
    isNamedOnly: true,
  },
];

/** Words that may stand beside metres. */
const WORDS =
  /lambert(?:\s*-?\s*93)?|\bl\s?-?93\b|rgf\s?-?93|utm(?:\s*\d{2}\s?[ns])?|\bepsg\s*:?\s*\d{4,5}|\bzone\b|coordonn[ée]es|m[èe]tres?|\bm\b|\d{2}[ns]\b/gi;

/** Checks that a text looks like metres: a number of five digits before its decimals, and no other words. */
export function isProjected(text: string): boolean {
  const bare = text.replace(WORDS, " ");
  return (
    /\d{5}|\d{1,3}(?:[\s\u00a0\u202f]\d{3})+/.test(bare) && /^[\dxyen\s.,;:=/|+-]*$/i.test(bare)
  );
}

/** Reads metres. */
export function readProjected(text: string): CoordinateReading {
  const pairs = pairsOf(text.replace(WORDS, " "));
  const named = SYSTEMS.filter(({ said }) => said.test(text));
  const systems = named.length > 0 ? named : SYSTEMS.filter(({ isNamedOnly }) => !isNamedOnly);
  const found = systems.flatMap((system) =>
    pairs.flatMap(({ x, y, decimals }) => {
      const [lon, lat] = system.inverse(x, y);
      const [west, south, east, north] = system.box;
      const isThere = west <= lon && lon <= east && south <= lat && lat <= north;
      return isThere ? [{ lon, lat, decimals, system: system.name }] : [];
    }),
  );
  const [only, ...others] = found;
  if (!only) return { fault: "projected" };
  if (others.length > 0) return { fault: "ambiguous_projected" };
  const { decimals, ...place } = only;
  return {
    position: {
      ...place,
      order: "lon_lat",
      orderIsKnown: true,
      roundingM: Math.hypot(0.5, 0.5) * 10 ** -decimals,
      notation: "projected",
    },
  };
}

interface Pair {
  x: number;
  y: number;
  decimals: number;
}

/** The pairs of easting and northing that a text may be: blanks may part thousands, and without letters either may be first. */
function pairsOf(text: string): Pair[] {
  const labels = [...text.matchAll(/[xyen]/gi)].map(([letter]) => letter.toLowerCase());
  const isSwapped = labels.length > 0 && /[yn]/.test(labels[0] ?? "");
  const orders = labels.length > 0 ? [isSwapped] : [false, true];
  const pairs = splits(text).flatMap(([one, other]) =>
    orders.map((swapped) => {
      const [x, y] = swapped ? [other, one] : [one, other];
      return {
        x: Number(x.replace(",", ".")),
        y: Number(y.replace(",", ".")),
        decimals: Math.min(...[x, y].map((it) => it.split(/[.,]/)[1]?.length ?? 0)),
      };
    }),
  );
  const seen = new Map(pairs.map((pair) => [`${pair.x} ${pair.y}`, pair]));
  return [...seen.values()];
}

/** The ways to cut a text into two numbers. */
function splits(text: string): [string, string][] {
  const clean = text.replace(/[xyen]\s*[:=]?/gi, ";").replace(/[\u00a0\u202f]/g, " ");
  const parts = clean.split(/[;/|]|,\s/).map((part) => part.replace(/^[\s:=,]+|[\s:=,]+$/g, ""));
  const given = parts.filter((part) => part !== "");
  const [one, other] = given;
  if (one !== undefined && other !== undefined) {
    const both = [one, other].map((part) => part.replace(/\s/g, ""));
    return given.length === 2 && both.every(isNumber) ? [both as [string, string]] : [];
  }
  const groups = (one ?? "").split(/\s+/);
  // `438250,6855400`: a comma between numbers of that length is no decimal comma of metres.
  if (groups.length === 1) {
    const halves = (one ?? "").split(",");
    return halves.length === 2 && halves.every(isNumber) ? [halves as [string, string]] : [];
  }
  return groups.slice(1).flatMap((_, at): [string, string][] => {
    const cut = [groups.slice(0, at + 1), groups.slice(at + 1)];
    const isGrouped = cut.every(([first = "", ...rest]) =>
      rest.length === 0
        ? isNumber(first)
        : /^[+-]?\d{1,3}$/.test(first) &&
          rest.every((group, i) =>
            (i < rest.length - 1 ? /^\d{3}$/ : /^\d{3}(?:[.,]\d+)?$/).test(group),
          ),
    );
    return isGrouped ? [cut.map((part) => part.join("")) as [string, string]] : [];
  });
}

function isNumber(text: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?$/.test(text);
}

/** The latitude whose isometric latitude this is. */
function latitudeOf(isometric: number): number {
  let latitude = 2 * Math.atan(Math.exp(isometric)) - Math.PI / 2;
  // Each turn gains some three digits.
  for (let turn = 0; turn < 8; turn++) {
    const sine = E * Math.sin(latitude);
    latitude =
      2 * Math.atan(((1 + sine) / (1 - sine)) ** (E / 2) * Math.exp(isometric)) - Math.PI / 2;
  }
  return latitude;
}

/** Lambert-93: IGN, NTG 71, algorithm 4, with the constants of its chapter on RGF93. */
function lambert93(x: number, y: number): readonly [number, number] {
  const [n, c, xs, ys] = [0.725607765, 11_754_255.426, 700_000, 12_655_612.05];
  const radius = Math.hypot(x - xs, y - ys);
  const turn = Math.atan((x - xs) / (ys - y));
  return [3 + turn / n / RADIANS, latitudeOf(-Math.log(Math.abs(radius / c)) / n) / RADIANS];
}

/** The inverse of UTM in a zone, by Krüger's series. */
function utm(zone: number, falseNorthing: number) {
  const n = F / (2 - F);
  const radius = (A / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const beta = [
    n / 2 - (2 / 3) * n ** 2 + (37 / 96) * n ** 3,
    n ** 2 / 48 + n ** 3 / 15,
    (17 / 480) * n ** 3,
  ];
  const meridian = zone * 6 - 183;
  return (x: number, y: number): readonly [number, number] => {
    const xi = (y - falseNorthing) / (0.9996 * radius);
    const eta = (x - 500_000) / (0.9996 * radius);
    let [xi0, eta0] = [xi, eta];
    for (const [i, b] of beta.entries()) {
      const k = 2 * (i + 1);
      xi0 -= b * Math.sin(k * xi) * Math.cosh(k * eta);
      eta0 -= b * Math.cos(k * xi) * Math.sinh(k * eta);
    }
    const conformal = Math.asin(Math.sin(xi0) / Math.cosh(eta0));
    const lon = Math.atan2(Math.sinh(eta0), Math.cos(xi0)) / RADIANS;
    return [meridian + lon, latitudeOf(Math.asinh(Math.tan(conformal))) / RADIANS];
  };
}
