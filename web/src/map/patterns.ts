/**
 * The patterns of areas kept, gained and lost, distinct in black print too: plain, hatched, cross-hatched.
 * The map and its legend draw them from here.
 */

/** Opacity of the plain pattern. */
export const KEPT_OPACITY = 0.16;

/** A square of strokes that goes on in its neighbours; two of its units are a pixel. */
export const TILE = 18;
export const STROKE = 2.2;

// Thrice, so that the corners are whole.
const SHIFTS = [-TILE, 0, TILE];
const rising = SHIFTS.map(
  (x) => `M${x - TILE / 2} ${TILE * 1.5}L${x + TILE * 1.5} ${-TILE / 2}`,
).join("");
const falling = SHIFTS.map(
  (x) => `M${x - TILE / 2} ${-TILE / 2}L${x + TILE * 1.5} ${TILE * 1.5}`,
).join("");

/** The strokes, as the path of an SVG. */
export const HATCHES = { gained: rising, lost: rising + falling } as const;
