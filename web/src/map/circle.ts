/** A circle of some metres on the ground, to be drawn. */
import type { Feature, Polygon } from "geojson";
import type { Position } from "./scene";

/** Mean radius of the Earth, metres: to draw a circle, a sphere is near enough. */
const EARTH_M = 6_371_009;
const CORNERS = 72;

/** The circle around a position, WGS 84 degrees, as a polygon. */
export function circle({ lon, lat }: Position, radiusM: number): Feature<Polygon> {
  const high = ((radiusM / EARTH_M) * 180) / Math.PI;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const angle = (2 * Math.PI * (corner % CORNERS)) / CORNERS;
    return [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}
