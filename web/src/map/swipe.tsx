/** Over two maps: which vintage each shows, and the handle of the curtain, moved by mouse, touch and the arrow keys. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../french/texts";
import { compareMode } from "./compare-mode";
import "./compare-mode.css";

/** Least distance of the handle to the edges, percent: it stays in reach, and something of each map in sight. */
const EDGE = 5;
/** Steps of the handle by key, percent. */
const STEPS: Record<string, number> = {
  ArrowLeft: -2,
  ArrowDown: -2,
  ArrowRight: 2,
  ArrowUp: 2,
  PageDown: -10,
  PageUp: 10,
  Home: -100,
  End: 100,
};

export function CompareOverlay() {
  const two = compareMode.value;
  if (!two || two.mode === "over") return null;
  return (
    <>
      <p class="map-side">{two.from}</p>
      <p class="map-side second">{two.to}</p>
      {two.mode === "swipe" && <Handle from={two.from} to={two.to} />}
    </>
  );
}

function Handle({ from, to }: { from: string; to: string }) {
  const [at, setAt] = useState(50);
  const handle = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // On the map as a whole: the handle stands where the second map begins.
    handle.current?.parentElement?.style.setProperty("--swipe", `${at}%`);
  }, [at]);
  const moved = (event: PointerEvent) => {
    const map = handle.current?.parentElement?.getBoundingClientRect();
    if (!map || !handle.current?.hasPointerCapture(event.pointerId)) return;
    setAt(within(((event.clientX - map.left) / map.width) * 100));
  };
  const pressed = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt(within(at + step));
  };
  return (
    <div
      ref={handle}
      class="swipe"
      role="slider"
      tabIndex={0}
      aria-label={text("web.compare.swipe")}
      aria-valuemin={EDGE}
      aria-valuemax={100 - EDGE}
      aria-valuenow={at}
      aria-valuetext={text("web.compare.swipe.value", { percent: String(at), from, to })}
      onKeyDown={pressed}
      onPointerDown={(event) => {
        event.preventDefault();
        handle.current?.focus();
        handle.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={moved}
    />
  );
}

function within(percent: number): number {
  return Math.round(Math.min(Math.max(percent, EDGE), 100 - EDGE));
}
