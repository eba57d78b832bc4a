/** Frames that leave the processor to the page: few of them while a map starts, and no slow one while somebody types. */
import type { Map as MapLibre } from "maplibre-gl";
import { quiet } from "./quiet";

/** The longest that a map waits for its tiles before it shows those that have come, milliseconds. */
const LONGEST_WAIT_MS = 2000;
/** A frame that took longer keeps a letter waiting visibly, milliseconds. */
const SLOW_FRAME_MS = 50;

/**
 * Draws the first view of a map once for all of its tiles, each of which asks for a frame of its own: without a graphics card
 * a frame takes a quarter of a second of the processor. Once `hasRested`, only slow frames wait for the keyboard.
 */
export function calmFrames(map: MapLibre, hasRested: () => boolean): void {
  const request = map.triggerRepaint.bind(map);
  let isHeld = false;
  let [began, tookMs] = [0, 0];
  let waited: ReturnType<typeof setTimeout> | undefined;
  map.on("render", () => {
    tookMs = performance.now() - began;
    clearTimeout(waited);
    waited = undefined;
  });
  const draw = async () => {
    isHeld = true;
    await quiet();
    isHeld = false;
    // Called before the map's own frame, which it so measures from its start.
    requestAnimationFrame((at) => (began = at));
    request();
  };
  // The one way in which a map asks for a frame.
  map.triggerRepaint = () => {
    if (isHeld) return;
    if (hasRested()) {
      if (tookMs < SLOW_FRAME_MS) request();
      else void draw();
    } else if (map.areTilesLoaded()) void draw();
    else waited ??= setTimeout(draw, LONGEST_WAIT_MS);
  };
}
