/** How exact a pin is that a person places on the map. */
import { afterEach, expect, test } from "vitest";
import type { Ground } from "../src/api/client";
import { basemap, chosenGround, grounds } from "../src/map/ground";
import { placedAt } from "../src/map/pin-doubt";

const NONE = basemap.value;
const PLAN = { configured: true, style: { version: 8 as const, sources: {}, layers: [] } };

afterEach(() => {
  basemap.value = NONE;
  grounds.value = [];
  chosenGround.value = null;
});

test.each([
  ["a map without a plan", NONE, 18, 20],
  ["a plan", PLAN, 18, 5],
  ["a plan that cannot be drawn", { ...PLAN, isLost: true }, 18, 20],
  ["one that does not answer", { configured: true, style: null }, 18, 20],
  // At 60 degrees a pixel of zoom 12 is 9.6 m wide: four of them.
  ["a plan from far", PLAN, 12, 39],
])("a pin on %s", (_, ground, zoom, metres) => {
  basemap.value = ground;
  expect(placedAt(2.123456789, 60, zoom, false)).toEqual({
    lon: 2.123457,
    lat: 60,
    uncertainty_m: metres,
  });
});

const map = (kind: string, maxzoom: number, vector_layers: string[] = []): Ground => ({
  name: "plan",
  label: "Plan",
  attribution: "Ville",
  kind,
  minzoom: 0,
  maxzoom,
  bounds: [2, 59, 3, 61],
  vector_layers,
  version: "1",
});

test.each([
  ["photographs", map("raster", 18), 2.5, false, 5],
  ["photographs from afar", map("raster", 12), 2.5, false, 20],
  ["photographs of another place", map("raster", 18), 4.5, false, 20],
  [
    "a plan with buildings",
    map("vector", 14, ["water", "transportation", "building"]),
    2.5,
    false,
    5,
  ],
  ["a plan without buildings", map("vector", 14, ["water", "transportation"]), 2.5, false, 20],
  ["a map of another maker", map("vector", 14, ["strange"]), 2.5, false, 20],
  ["a map of another maker, with buildings loaded", map("vector", 14, ["strange"]), 2.5, true, 5],
])("a pin on an imported map: %s", (_, ground, lon, seesHouses, metres) => {
  grounds.value = [ground];
  // Of a part of the country, it is drawn when somebody chooses it.
  chosenGround.value = ground.name;
  expect(placedAt(lon, 60, 18, seesHouses).uncertainty_m).toBe(metres);
});
