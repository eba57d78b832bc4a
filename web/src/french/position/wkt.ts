/** A point as databases and map programs write it: WKT, longitude first, with or without the `SRID=4326;` of PostGIS. */
import { readDecimal } from "./decimal";
import { readProjected } from "./projected";
import type { CoordinateReading } from "./reading";

const WKT =
  /^\s*(?:SRID\s*=\s*\d+\s*;\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(?:ZM?|M)?\s*\(/i;
const POINT =
  /^\s*(?:SRID\s*=\s*(\d+)\s*;\s*)?POINT\s*(?:ZM?|M)?\s*\(\s*([+-]?\d+(?:\.\d+)?)\s+([+-]?\d+(?:\.\d+)?)(?:\s+[+-]?[\d.]+)*\s*\)\s*;?\s*$/i;
const DEGREES = "4326";

/** Checks that a text is WKT. */
export function isWkt(text: string): boolean {
  return WKT.test(text);
}

/** Reads WKT of one point. */
export function readWkt(text: string): CoordinateReading {
  const [, srid, x, y] = POINT.exec(text) ?? [];
  if (!x || !y) return { fault: "wkt" };
  if (srid && srid !== DEGREES) return readProjected(`EPSG:${srid} X ${x} Y ${y}`);
  if (Math.max(Math.abs(Number(x)), Math.abs(Number(y))) > 1000)
    return readProjected(`X ${x} Y ${y}`);
  return readDecimal(`lon ${x} lat ${y}`);
}
