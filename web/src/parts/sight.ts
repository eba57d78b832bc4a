/** Brings an answer into sight: a long form, a low window or the keyboard of a phone hides it. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** The share of the window's height in which the beginning of an answer shows, or all of a short one. */
const LEAST_SHARE = 0.4;

/** Brings the answer in `root` into sight when another one comes; null for one that leaves the page where it is. */
export function useSight(root: RefObject<HTMLElement | null>, answer: object | null): void {
  // An answer that is there as a view opens is no news: the view opens on its title.
  const seen = useRef(answer);
  useLayoutEffect(() => {
    if (answer && answer !== seen.current && root.current) bringIntoSight(root.current);
    seen.current = answer;
  }, [answer]);
}

function bringIntoSight(root: HTMLElement): void {
  const { top, height } = (root.querySelector("article") ?? root).getBoundingClientRect();
  const least = Math.min(height, innerHeight * LEAST_SHARE);
  // On a wide screen the view scrolls below the menu; on a narrow one the whole page does.
  const above = Math.max(root.closest("main")?.getBoundingClientRect().top ?? 0, 0);
  if (top < above || top + least > innerHeight) root.scrollIntoView({ block: "start" });
}

/** Checks that the screen is touched: its keyboard covers half of it. */
export function isTouched(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** Takes the focus from a field on a touch screen: the keyboard would hide the answer. */
export function putKeyboardAway(): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && isTouched()) field.blur();
}

/** The width up to which a sheet and its map leave no room beside the search box, pixels. */
const NARROW_PX = 640;

/** Checks that the box of a view may take the focus as the page opens: not from a sheet that a link opens on a phone. */
export function mayTakeFocus(isSheetOpen: boolean): boolean {
  return !isSheetOpen || !matchMedia(`(max-width: ${NARROW_PX}px)`).matches;
}
