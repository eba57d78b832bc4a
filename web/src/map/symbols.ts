/**
 * The symbols of a comparison, 24 by 24: movements of places and addresses, the same in the text and on the map; classes
 * of changes, in the text only. Each has a shape of its own, distinct without colour. They stand in `tiles/symbols/`.
 */
import { classes, movements } from "virtual:symbols";

/** The movement of a place or an address between two vintages. */
export type Movement = "entered" | "left" | "stayed" | "band" | "undetermined" | "gained" | "lost";

/** To be filled by the even-odd rule; by the other one, without their holes. */
export const MOVEMENT_SYMBOLS: Record<Movement, string> = movements;

/** To be drawn as lines; in the order of `tiles/palette.toml`, from what stayed to what left. */
export const CLASS_SYMBOLS: Record<string, string> = classes;

/** Returns the movement that the service names; one unknown here is shown as undetermined. */
export function movementOf(name: string): Movement {
  return name in MOVEMENT_SYMBOLS ? (name as Movement) : "undetermined";
}
