/** Vector tiles made by tests, as the service would send them: one rectangle on Earth, cut to the tile, or one point. */

/** The units of a tile's side, and how far beyond its edges shapes are drawn. */
const EXTENT = 4096;
const BUFFER = 64;

/** Commands of a geometry: how often, and what. */
const MOVE_ONCE = (1 << 3) | 1;
const LINE_ONCE = (1 << 3) | 2;
const LINE_THRICE = (3 << 3) | 2;
const CLOSE = (1 << 3) | 7;

/** West, south, east, north, degrees. */
export type Rectangle = [number, number, number, number];

/** Returns the tile `z/x/y` of a layer that holds one rectangle; null where the tile has nothing of it. */
export function rectangleTile(
  layer: string,
  [west, south, east, north]: Rectangle,
  at: [number, number, number],
): Buffer | null {
  const cut = (at: number) => Math.min(Math.max(at, -BUFFER), EXTENT + BUFFER);
  const [left = 0, top = 0] = position([west, north], at).map(cut);
  const [right = 0, bottom = 0] = position([east, south], at).map(cut);
  if (left === right || top === bottom) return null;
  const geometry = [
    ...[MOVE_ONCE, zigzag(left), zigzag(top)],
    ...[LINE_THRICE, zigzag(right - left), 0, 0, zigzag(bottom - top), zigzag(left - right), 0],
    CLOSE,
  ];
  return tile(layer, ["code_qp", layer], 3, geometry);
}

/** Returns the tile `z/x/y` of a layer that holds one point with one attribute; null where the point is elsewhere. */
export function pointTile(
  layer: string,
  attribute: [string, string],
  [lon, lat]: [number, number],
  at: [number, number, number],
): Buffer | null {
  const [across, down] = position([lon, lat], at);
  if (across < 0 || across >= EXTENT || down < 0 || down >= EXTENT) return null;
  return tile(layer, attribute, 1, [MOVE_ONCE, zigzag(across), zigzag(down)]);
}

/** Returns the tile `z/x/y` of a layer that holds one line from west to east at a latitude; null where the tile has nothing of it. */
export function lineTile(
  layer: string,
  [west, lat, east]: [number, number, number],
  at: [number, number, number],
): Buffer | null {
  const [left, down] = position([west, lat], at);
  const [right] = position([east, lat], at);
  if (right < 0 || left > EXTENT || down < 0 || down > EXTENT) return null;
  const [from, to] = [Math.max(left, -BUFFER), Math.min(right, EXTENT + BUFFER)];
  const geometry = [MOVE_ONCE, zigzag(from), zigzag(down), LINE_ONCE, zigzag(to - from), 0];
  return tile(layer, ["name", layer], 2, geometry);
}

/** Where a point lies in a tile, in units of its side. */
function position(
  [lon, lat]: [number, number],
  [z, x, y]: [number, number, number],
): [number, number] {
  const [across, down] = [
    (lon + 180) / 360,
    0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI),
  ];
  return [Math.round((across * 2 ** z - x) * EXTENT), Math.round((down * 2 ** z - y) * EXTENT)];
}

/** A tile of one layer with one feature: of type 1 a point, of type 2 a line, of type 3 a polygon. */
function tile(
  layer: string,
  [name, value]: [string, string],
  type: 1 | 2 | 3,
  geometry: number[],
): Buffer {
  const feature = [...bytes(2, [0, 0]), ...[3 << 3, type], ...bytes(4, geometry.flatMap(varint))];
  const content = [
    ...[15 << 3, 2], // The version of the format.
    ...bytes(1, [...Buffer.from(layer)]),
    ...bytes(2, feature),
    ...bytes(3, [...Buffer.from(name)]),
    ...bytes(4, bytes(1, [...Buffer.from(value)])),
    ...[5 << 3, ...varint(EXTENT)],
  ];
  return Buffer.from(bytes(3, content));
}

/** A field of bytes of a protocol buffer. */
function bytes(field: number, content: number[]): number[] {
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
