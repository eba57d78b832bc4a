/** A small drawing of where the point stands, from the middle of a neighbourhood to beyond 300 m. Only an aid to the
 * eye: everything it shows is said in words beside it, so it is hidden from screen readers. */
import { text } from "../french/texts";

const WIDTH = 640;
/** Metres shown on either side of the line. */
const INSIDE_M = 200;
const OUTSIDE_M = 500;

/** The gauge for a signed distance, metres, negative inside; beyond its ends the point stays at the end. */
export function Gauge({ signedM }: { signedM: number }) {
  const [line, limit] = [x(0), x(300)];
  return (
    <svg class="gauge" viewBox={`0 8 ${WIDTH} 80`} aria-hidden="true">
      <rect class="in" x={0} y={22} width={line} height={22} rx={3} />
      <rect class="band" x={line} y={22} width={limit - line} height={22} />
      <rect class="out" x={limit} y={22} width={WIDTH - limit} height={22} rx={3} />
      <path class="line" d={`M${line} 16v34`} />
      <path class="limit" d={`M${limit} 16v34`} />
      <Label at={0} anchor="start" words={text("web.gauge.inside")} />
      <Label at={line} anchor="middle" words={text("web.gauge.line")} />
      <Label at={limit} anchor="middle" words={text("web.gauge.band")} />
      <Label at={WIDTH} anchor="end" words={text("web.gauge.outside")} />
      <circle class="point" cx={x(signedM)} cy={33} r={9} />
    </svg>
  );
}

function Label({
  at,
  anchor,
  words,
}: {
  at: number;
  anchor: "start" | "middle" | "end";
  words: string;
}) {
  return (
    <text x={at} y={78} text-anchor={anchor}>
      {words}
    </text>
  );
}

function x(metres: number): number {
  const share = (metres + INSIDE_M) / (INSIDE_M + OUTSIDE_M);
  return Math.min(Math.max(share * WIDTH, 12), WIDTH - 12);
}
