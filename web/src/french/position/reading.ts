/** The reading of a position: what all notations give, and how two numbers of unknown order are put in order. */

/** The order in which the two numbers were given. */
export type AxisOrder = "lon_lat" | "lat_lon";

/** The legal systems of metres, by their territories. */
export type System = "lambert93" | "antilles" | "guyane" | "reunion" | "mayotte" | "saint_pierre";

/** The way a position was written; each has its words, `web.understood.*`. */
export type Notation = "decimal" | "dms" | "geo" | "link" | "plus_code" | "projected" | "view";

/** Why a text is no position; each has its sentence, `web.reading.*`. */
export type CoordinateFault =
  | "ambiguous_comma"
  | "ambiguous_projected"
  | "contradictory"
  | "dms"
  | "empty"
  | "link"
  | "one_number"
  | "out_of_range"
  | "projected"
  | "route_link"
  | "short_link"
  | "short_plus_code"
  | "too_many"
  | "unreadable"
  | "view_link"
  | "wkt";

/** Longitude and latitude as texts. */
export interface WrittenCoordinates {
  lon: string;
  lat: string;
}

/** A position on WGS 84, in degrees, and how it was understood. */
export interface TypedPosition {
  lon: number;
  lat: number;
  order: AxisOrder;
  /** `false` when neither order falls in France and nothing said which was meant. */
  orderIsKnown: boolean;
  /** Error of the position due to rounded numbers, metres: to the farthest corner of what rounds to them. */
  roundingM: number;
  /** Decimal degrees as they were written, with a point: their decimals say how exact they are. Absent for other notations. */
  written?: WrittenCoordinates;
  notation: Notation;
  /** The reference system of projected coordinates, by the name of its territory's; see `projected.ts`. */
  system?: System;
}

export type CoordinateReading = { position: TypedPosition } | { fault: CoordinateFault };

/** Checks for a fault of what can be nothing else than a position: its letters are no address. */
export function isNoAddress(fault: CoordinateFault): boolean {
  return /link$|^short_plus_code$|^wkt$/.test(fault);
}

/** WGS 84, and GRS 80 to a tenth of a millimetre: the half axis in metres, and the square of the eccentricity. */
const HALF_AXIS_M = 6_378_137;
const ECCENTRICITY_2 = 0.00669438;
const RADIANS = Math.PI / 180;

/** Rounding below this is none, metres: that of six decimals of a degree, or of one of a metre. */
const EXACT_M = 0.1;

/** Checks that rounded numbers are exact for the service. */
export function isExact(roundingM: number): boolean {
  return roundingM <= EXACT_M;
}

/**
 * Returns the distance to the farthest corner of a rectangle around a latitude, of half these degrees to each side, metres.
 * `rounding_m` of the service is the same: what is said of typed numbers and of the answer must not differ.
 */
export function cornerM(lat: number, halfLon: number, halfLat: number): number {
  // Parallels are longest towards the equator.
  const nearest = Math.max(0, Math.abs(lat) - halfLat / 2) * RADIANS;
  const shortening = 1 - ECCENTRICITY_2 * Math.sin(lat * RADIANS) ** 2;
  const meridian = (HALF_AXIS_M * (1 - ECCENTRICITY_2) * RADIANS) / shortening ** 1.5;
  const parallel = (HALF_AXIS_M * RADIANS * Math.cos(nearest)) / Math.sqrt(shortening);
  return Math.hypot(halfLat * meridian, halfLon * parallel);
}

/** Decimals of a degree beyond which nothing is gained, and zeros that programs may have dropped from the end of one number. */
const EXACT_DECIMALS = 6;
const MAX_DROPPED_ZEROS = 2;

/** Returns the rounding of decimal degrees with so many decimals each, metres: zeros that were dropped count. */
export function decimalRoundingM(lat: number, lonDecimals: number, latDecimals: number): number {
  const given = [lonDecimals, latDecimals].map((it) => Math.min(it, EXACT_DECIMALS));
  const most = Math.max(...given);
  const [lonMeant = 0, latMeant = 0] = given.map((own) =>
    most - own <= MAX_DROPPED_ZEROS ? most : own,
  );
  return cornerM(lat, 0.5 * 10 ** -lonMeant, 0.5 * 10 ** -latMeant);
}

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

export function inFrance(lon: number, lat: number): boolean {
  return BOXES.some(
    ([west, south, east, north]) => west <= lon && lon <= east && south <= lat && lat <= north,
  );
}

/** One of two angles, with its axis where the text says it. */
export interface Angle {
  /** Degrees; NaN where a sign and a letter contradict each other. */
  value: number;
  axis: "lon" | "lat" | undefined;
}

/** Two angles in order; their order and whether it is known. */
export type Ordered =
  | { lon: number; lat: number; order: AxisOrder; orderIsKnown: boolean }
  | { fault: CoordinateFault };

/** Decides which angle is the longitude: what the text says, else where France is, else longitude first. */
export function inOrder(first: Angle, second: Angle): Ordered {
  const [a, b] = [first.value, second.value];
  if (Number.isNaN(a) || Number.isNaN(b)) return { fault: "contradictory" };
  if (first.axis && first.axis === second.axis) return { fault: "contradictory" };
  const lonFirst = first.axis === "lon" || second.axis === "lat";
  const said = first.axis || second.axis;
  const seen = [inFrance(a, b), inFrance(b, a)];
  const order: AxisOrder = (said ? lonFirst : seen[0] || (!seen[1] && Math.abs(b) <= 90))
    ? "lon_lat"
    : "lat_lon";
  const [lon, lat] = order === "lon_lat" ? [a, b] : [b, a];
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return { fault: "out_of_range" };
  return { lon, lat, order, orderIsKnown: Boolean(said) || seen.includes(true) };
}
