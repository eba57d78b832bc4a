/** The box around positions. */
import type { Position } from "geojson";
import type { Box } from "./scene";

/** West, south, east and north of all; undefined when there is none. */
export function boxAround(positions: readonly Position[]): Box | undefined {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = 0, lat = 0] of positions) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return positions.length > 0 ? box : undefined;
}
