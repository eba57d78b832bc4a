/**
 * Reads the outline of a building as people have it: GeoJSON, WKT, or one corner a line. Names the line that cannot be
 * read, and closes rings; refuses what is not in degrees.
 *
 * WKT is read here in some lines: `@terraformer/wkt` 2.2 (8 kB compressed) refuses the `SRID=4326;` of PostGIS and small
 * letters, and would not save the checks on rings, which GeoJSON needs as well.
 */
import type { MultiPolygon, Polygon } from "geojson";
import { type AxisOrder, type CoordinateFault, readCoordinates } from "../french/coordinates";

export type Outline = Polygon | MultiPolygon;

/** Why a text is no outline; each has its sentence, `web.building.fault.*`. */
export type OutlineFault =
  | "annex"
  | "annexes"
  | "corners"
  | "empty"
  | "geojson"
  | "json"
  | "line"
  | "orders"
  | "projected"
  | "wkt";

export type OutlineReading =
  | { outline: Outline }
  | { fault: OutlineFault; line?: number; corner?: CoordinateFault };

type Ring = [number, number][];

/** Metres of a degree of latitude, on the mean sphere. */
const DEGREE_M = 111_195;

export function readOutline(typed: string): OutlineReading {
  const clean = typed.trim();
  if (clean === "") return { fault: "empty" };
  if (clean.startsWith("{")) return fromJson(clean);
  return /^(?:SRID\s*=\s*\d+\s*;\s*)?(?:MULTI)?POLYGON/i.test(clean)
    ? fromWkt(clean)
    : fromCorners(clean);
}

function fromJson(clean: string): OutlineReading {
  try {
    return fromGeometry(JSON.parse(clean) as unknown);
  } catch {
    return { fault: "json" };
  }
}

function fromGeometry(value: unknown): OutlineReading {
  if (typeof value !== "object" || value === null) return { fault: "geojson" };
  const { type, geometry, features, coordinates } = value as Record<string, unknown>;
  if (type === "Feature") return fromGeometry(geometry);
  if (type === "FeatureCollection" && Array.isArray(features))
    return features.length === 1 ? fromGeometry(features[0]) : { fault: "geojson" };
  if (type === "Polygon") return fromPolygons([coordinates], "geojson");
  return type === "MultiPolygon" ? fromPolygons(coordinates, "geojson") : { fault: "geojson" };
}

/** `SRID=4326;POLYGON Z ((x y z, …), (…))`: what follows the name is the nesting of GeoJSON, written otherwise. */
function fromWkt(clean: string): OutlineReading {
  const [, srid, multi, nested = ""] =
    /^(?:SRID\s*=\s*(\d+)\s*;\s*)?(MULTI)?POLYGON\s*(?:ZM?|M)?\s*(\(.*\))\s*;?$/is.exec(clean) ??
    [];
  if (srid !== undefined && srid !== "4326") return { fault: "projected" };
  if (!/^[\d\s.,()eE+-]+$/.test(nested)) return { fault: "wkt" };
  const positions = nested.replace(/[^(),]+/g, (words) =>
    words.trim() === "" ? "" : `[${words.trim().split(/\s+/).map(Number).join()}]`,
  );
  try {
    const rings: unknown = JSON.parse(positions.replaceAll("(", "[").replaceAll(")", "]"));
    return fromPolygons(multi ? rings : [rings], "wkt");
  } catch {
    return { fault: "wkt" };
  }
}

/** One corner a line; blank lines do not count. All in the same order. */
function fromCorners(clean: string): OutlineReading {
  const ring: Ring = [];
  const orders = new Set<AxisOrder>();
  for (const [index, line] of clean.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const reading = readCoordinates(line);
    if ("fault" in reading)
      return reading.fault === "projected"
        ? { fault: "projected" }
        : { fault: "line", line: index + 1, corner: reading.fault };
    orders.add(reading.position.order);
    ring.push([reading.position.lon, reading.position.lat]);
  }
  return orders.size > 1 ? { fault: "orders" } : fromPolygons([[ring]], "corners");
}

/** Polygons as GeoJSON nests them, from data that may be anything. */
function fromPolygons(nested: unknown, fault: OutlineFault): OutlineReading {
  if (!Array.isArray(nested) || nested.length === 0) return { fault };
  const polygons: Ring[][] = [];
  for (const rings of nested as unknown[]) {
    if (!Array.isArray(rings) || rings.length === 0) return { fault };
    const read = (rings as unknown[]).map(toRing);
    if (read.some((ring) => ring === null)) return { fault };
    polygons.push(read as Ring[]);
  }
  const corners = polygons.flat(2);
  if (corners.some(([lon, lat]) => Math.abs(lon) > 180 || Math.abs(lat) > 90))
    return { fault: "projected" };
  if (polygons.flat().some((ring) => new Set(ring.map(String)).size < 3))
    return { fault: "corners" };
  const [only] = polygons;
  const outline: Outline =
    polygons.length === 1 && only
      ? { type: "Polygon", coordinates: only }
      : { type: "MultiPolygon", coordinates: polygons };
  return { outline };
}

/** A ring, closed; heights are left out. Null when it is none. */
function toRing(nested: unknown): Ring | null {
  if (!Array.isArray(nested)) return null;
  const ring: Ring = [];
  for (const position of nested as unknown[]) {
    const [lon, lat] = Array.isArray(position) ? (position as unknown[]) : [];
    if (
      typeof lon !== "number" ||
      typeof lat !== "number" ||
      !Number.isFinite(lon) ||
      !Number.isFinite(lat)
    )
      return null;
    ring.push([lon, lat]);
  }
  const [first, last] = [ring[0], ring.at(-1)];
  if (first && last && String(first) !== String(last)) ring.push([...first]);
  return ring;
}

function ringsOf(outline: Outline): number[][][] {
  return outline.type === "Polygon" ? outline.coordinates : outline.coordinates.flat();
}

/** Counts the corners of an outline; the one that closes a ring counts once. */
export function cornersOf(outline: Outline): number {
  return ringsOf(outline).reduce((sum, ring) => sum + ring.length - 1, 0);
}

/** Returns a rough area in square metres, without holes; the Earth is taken for a sphere. */
export function areaM2(outline: Outline): number {
  const polygons = outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates;
  return polygons.reduce(
    (sum, [outer = [], ...holes]) =>
      sum + holes.reduce((left, hole) => left - ringArea(hole), ringArea(outer)),
    0,
  );
}

function ringArea(ring: number[][]): number {
  // From the first corner on, so that small differences are not lost in large numbers.
  const [lon0 = 0, lat0 = 0] = ring[0] ?? [];
  const wide = DEGREE_M * Math.cos((lat0 * Math.PI) / 180);
  const metres = ring.map(
    ([lon = 0, lat = 0]) => [(lon - lon0) * wide, (lat - lat0) * DEGREE_M] as const,
  );
  const twice = metres.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = metres[(at + 1) % metres.length] ?? [0, 0];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** The box around it, `[west, south, east, north]`. */
export function boxOf(outline: Outline): [number, number, number, number] {
  const corners = ringsOf(outline).flat();
  const [lons, lats] = [corners.map(([lon = 0]) => lon), corners.map(([, lat = 0]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
