/**
 * The symbols of a comparison, 24 by 24: movements of places and addresses, the same in the text and on the map; classes
 * of changes, in the text only. Each has a shape of its own, distinct without colour.
 */

/** The movement of a place or an address between two vintages. */
export type Movement = "entered" | "left" | "stayed" | "band" | "undetermined" | "gained" | "lost";

/** To be filled by the even-odd rule; by the other one, without their holes. */
export const MOVEMENT_SYMBOLS: Record<Movement, string> = {
  entered: "M12 2l11 20H1Z",
  left: "M1 2h22L12 22Zm5.500 3.500h11L12 15.500Z",
  stayed: "M4 4h16v16H4Z",
  band: "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20Zm0 5a5 5 0 1 0 0 10a5 5 0 0 0 0-10Z",
  undetermined: "M12 1l11 11l-11 11l-11-11Zm0 6l5 5l-5 5l-5-5Z",
  gained: "M9.500 3h5v6.500H21v5h-6.500V21h-5v-6.500H3v-5h6.500Z",
  lost: "M3 9.500h18v5H3Z",
};

/** To be drawn as lines. */
export const CLASS_SYMBOLS: Record<string, string> = {
  identical: "M4 9h16M4 15h16",
  adjusted: "M3 10c3-4 6-4 9 0s6 4 9 0M3 17c3-4 6-4 9 0s6 4 9 0",
  extended: "M12 4v16M4 12h16",
  reduced: "M4 12h16",
  shifted: "M3 12h17M14 6l6 6l-6 6",
  merged: "M3 5l8 7h10M3 19l8-7",
  split: "M3 12h10l8-7M13 12l8 7",
  regrouped: "M3 5h4l10 14h4M3 19h4L17 5h4",
  new: "M12 3v18M4 7.500l16 9M20 7.500l-16 9",
  gone: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M6 6l12 12",
};

/** Returns the movement that the service names; one unknown here is shown as undetermined. */
export function movementOf(name: string): Movement {
  return name in MOVEMENT_SYMBOLS ? (name as Movement) : "undetermined";
}
