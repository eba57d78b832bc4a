/** The pixels of a picture of the map, and their positions on Earth. */
import type { Page } from "playwright-core";

/** Red, green, blue of a pixel. */
export type Colour = [number, number, number];

export interface Picture extends Pixels {
  /** WGS 84 degrees of a pixel, by the Mercator projection between the edges that the map says it has. */
  lonLat(x: number, y: number): [number, number];
}

/** The pixels of a PNG file. */
export interface Pixels {
  width: number;
  height: number;
  at(x: number, y: number): Colour;
}

/** Reads a PNG file, by the browser. */
export async function pixelsOf(page: Page, file: Buffer): Promise<Pixels> {
  const { width, height, letters } = await page.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    // As letters: an array of numbers takes seconds to be handed over.
    let letters = "";
    for (let at = 0; at < pixels.length; at += 4096)
      letters += String.fromCharCode(...pixels.subarray(at, at + 4096));
    return { width, height, letters: btoa(letters) };
  }, file.toString("base64"));
  const data = Buffer.from(letters, "base64");
  return {
    width,
    height,
    at: (x, y) => {
      const pixel = 4 * (Math.floor(y) * width + Math.floor(x));
      return [data[pixel] ?? 0, data[pixel + 1] ?? 0, data[pixel + 2] ?? 0];
    },
  };
}

/** A picture of the map at rest; of two, of the one at a place, with all that lies over it. */
export async function picture(page: Page, map = 0): Promise<Picture> {
  const canvas = page.locator(".map-canvas").nth(map);
  const pixels = await pixelsOf(page, await canvas.screenshot());
  const { width, height } = pixels;
  const [west = 0, south = 0, east = 0, north = 0] =
    (await canvas.getAttribute("data-edges"))?.split(",").map(Number) ?? [];
  const [top, bottom] = [mercator(north), mercator(south)];
  return {
    ...pixels,
    lonLat: (x, y) => [
      west + ((east - west) * x) / width,
      latitude(top + ((bottom - top) * y) / height),
    ],
  };
}

const mercator = (lat: number) => Math.asinh(Math.tan((lat * Math.PI) / 180));
const latitude = (y: number) => (Math.atan(Math.sinh(y)) * 180) / Math.PI;

/** Checks that a point lies in a GeoJSON MultiPolygon, by the even-odd rule. */
export function inside(multi: number[][][][], [lon, lat]: [number, number]): boolean {
  let odd = false;
  for (const ring of multi.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [xi = 0, yi = 0] = ring[i] ?? [];
      const [xj = 0, yj = 0] = ring[j] ?? [];
      if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd;
    }
  }
  return odd;
}
