/** The reading of a position: what all notations give, and how two numbers of unknown order are put in order. */

/** The order in which the two numbers were given. */
export type AxisOrder = "lon_lat" | "lat_lon";

/** The legal systems of metres, by their territories. */
export type System = "lambert93" | "antilles" | "guyane" | "reunion" | "mayotte" | "saint_pierre";

/** The way a position was written; each has its words, `web.understood.*`. */
export type Notation = "decimal" | "dms" | "geo" | "link" | "plus_code" | "projected";

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
  | "short_link"
  | "short_plus_code"
  | "too_many"
  | "unreadable";

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
  /** Error of the position due to rounded numbers, metres: half of the last digit, along a meridian. */
  roundingM: number;
  /** Decimal degrees as they were written, with a point: their decimals say how exact they are. Absent for other notations. */
  written?: WrittenCoordinates;
  notation: Notation;
  /** The reference system of projected coordinates, by the name of its territory's; see `projected.ts`. */
  system?: System;
}

export type CoordinateReading = { position: TypedPosition } | { fault: CoordinateFault };

/** Metres of a degree along a meridian, on the mean sphere. */
export const DEGREE_M = 111_195;

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
