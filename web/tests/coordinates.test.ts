import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type AxisOrder,
  BOXES,
  type CoordinateFault,
  readCoordinates,
} from "../src/french/coordinates";
import { formatUncertainty } from "../src/french/texts";

describe("what a person types", () => {
  const cases: [string, number, number, AxisOrder][] = [
    // Either order: the position of France decides.
    ["2.387311, 48.917735", 2.387311, 48.917735, "lon_lat"],
    ["48.917735, 2.387311", 2.387311, 48.917735, "lat_lon"],
    ["-0.57 48.75", -0.57, 48.75, "lon_lat"],
    ["48.75;-0.57", -0.57, 48.75, "lat_lon"],
    ["[-0.57,48.75]", -0.57, 48.75, "lon_lat"],
    ["48.75-0.57", -0.57, 48.75, "lat_lon"],
    // Overseas, west and south.
    ["-61.5341, 16.2411", -61.5341, 16.2411, "lon_lat"],
    ["-20.8823 55.4504", 55.4504, -20.8823, "lat_lon"],
    ["-12.78, 45.2279", 45.2279, -12.78, "lat_lon"],
    ["-149.5665 -17.535", -149.5665, -17.535, "lon_lat"],
    ["46.78 -56.17", -56.17, 46.78, "lat_lon"],
    // Decimal commas, typographic minus, non-breaking space.
    ["48,75 ; -0,57", -0.57, 48.75, "lat_lon"],
    ["2,387311, 48,917735", 2.387311, 48.917735, "lon_lat"],
    ["2,387311,48,917735", 2.387311, 48.917735, "lon_lat"],
    ["−0,57\u00a048,75", -0.57, 48.75, "lon_lat"],
    ["2, 48", 2, 48, "lon_lat"],
    // The text says which is which, whatever the place.
    ["48,75° N, 0,57° O", -0.57, 48.75, "lat_lon"],
    ["N 48.75 W 0.57", -0.57, 48.75, "lat_lon"],
    ["20.88 S 55.45 E", 55.45, -20.88, "lat_lon"],
    ["lat: 2.35, lon: 48.85", 48.85, 2.35, "lat_lon"],
    ['{"lon": -0.57, "lat": 48.75}', -0.57, 48.75, "lon_lat"],
    ["longitude=2.35 48.85", 2.35, 48.85, "lon_lat"],
    // One order only is possible, though not in France.
    ["35.68, 139.69", 139.69, 35.68, "lat_lon"],
    ["139.69, 35.68", 139.69, 35.68, "lon_lat"],
  ];
  test.each(cases)("%s", (text, lon, lat, order) => {
    expect(readCoordinates(text)).toMatchObject({ position: { lon, lat, order } });
  });
});

describe("what is refused", () => {
  const cases: [string, CoordinateFault][] = [
    ["", "empty"],
    ["   ", "empty"],
    ["48.75", "one_number"],
    ["48,75", "ambiguous_comma"],
    ["48,75,2", "ambiguous_comma"],
    ["2,48,75", "ambiguous_comma"],
    ["48.75,2,35", "ambiguous_comma"],
    ["2.35, 48.85, 120", "too_many"],
    ["48,2.35", "unreadable"],
    ["1.2.3, 48", "unreadable"],
    ["NaN, NaN", "unreadable"],
    ["1e1, 48", "unreadable"],
    ["rue de la Paix", "unreadable"],
    ["12 rue de la Paix 75002", "unreadable"],
    ["200, 48", "out_of_range"],
    ["95, 120", "out_of_range"],
    ["lat 95, lon 2", "out_of_range"],
    ["lat 48, lat 2", "contradictory"],
    ["48 N, -2 O", "contradictory"],
  ];
  test.each(cases)("%s", (text, fault) => {
    expect(readCoordinates(text)).toEqual({ fault });
  });
});

test.each([
  ["48.740, -0.59", "-0.59", "48.740"],
  ["48,740 N ; 0,5900 O", "-0.5900", "48.740"],
  ["lon: 2, lat: 48", "2", "48"],
  ["-20.88 55.450", "55.450", "-20.88"],
])("%s is kept as it is written", (text, lon, lat) => {
  expect(readCoordinates(text)).toMatchObject({ position: { written: { lon, lat } } });
});

test("an order that nothing settles is said", () => {
  expect(readCoordinates("10.5, 20.5")).toMatchObject({
    position: { lon: 10.5, lat: 20.5, orderIsKnown: false },
  });
  expect(readCoordinates("2.35, 48.85")).toMatchObject({ position: { orderIsKnown: true } });
});

test.each([
  // `position_uncertainty_m` of the service for the same coordinates: two zeros may have been dropped, three were rounded.
  ["2.4, 48.9", 6_661.08],
  ["2.38, 48.91", 665.98],
  ["2.3873, 48.9177", 6.66],
  ["-0.59, 48.74", 666.66],
  ["55.45, -20.88", 759.7],
  ["2.38, 48.917735", 366.47],
  ["2.387, 48.917735", 36.65],
  ["2.3873, 48.91773", 0.67],
  ["2, 48", 67_054.06],
])("the rounding of %s is about %d m", (text, metres) => {
  const result = readCoordinates(text);
  if (!("position" in result)) throw new Error("not read");
  expect(formatUncertainty(result.position.roundingM)).toBe(formatUncertainty(metres));
});

describe("the boxes that tell the order", () => {
  test("hold every outline of the territories", () => {
    const path = new URL("../../geodata/territories.geojson", import.meta.url);
    const { features } = JSON.parse(readFileSync(path, "utf8")) as {
      features: { geometry: { coordinates: unknown } }[];
    };
    const points = features.flatMap(({ geometry }) => pairs(geometry.coordinates));
    expect(points.length).toBeGreaterThan(100);
    const stray = points.filter(
      ([lon, lat]) => !BOXES.some(([w, s, e, n]) => w <= lon && lon <= e && s <= lat && lat <= n),
    );
    expect(stray).toEqual([]);
  });

  test("never hold a point in both orders", () => {
    for (const [w, s, e, n] of BOXES) {
      for (const [w2, s2, e2, n2] of BOXES) {
        const overlap = Math.min(e, n2) >= Math.max(w, s2) && Math.min(n, e2) >= Math.max(s, w2);
        expect(overlap).toBe(false);
      }
    }
  });
});

/** All `[lon, lat]` of nested GeoJSON coordinates. */
function pairs(coordinates: unknown): [number, number][] {
  if (!Array.isArray(coordinates)) return [];
  return typeof coordinates[0] === "number"
    ? [coordinates as [number, number]]
    : coordinates.flatMap(pairs);
}
