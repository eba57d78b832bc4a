/** A small drawing of where the point stands, from the middle of a neighbourhood to beyond 300 m. Only an aid to the
 * eye: everything it shows is said in words beside it, so it is hidden from screen readers. */
import { text } from "./texts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
/** Metres shown on either side of the line. */
const INSIDE_M = 200;
const OUTSIDE_M = 500;

/** Draws the gauge for a signed distance, metres, negative inside; beyond its ends the point stays at the end. */
export function gauge(signedM: number): SVGElement {
  const svg = element("svg", { class: "gauge", viewBox: `0 8 ${WIDTH} 76`, "aria-hidden": "true" });
  const [line, limit] = [x(0), x(300)];
  svg.append(
    element("rect", { class: "in", x: 0, y: 22, width: line, height: 22, rx: 3 }),
    element("rect", { class: "band", x: line, y: 22, width: limit - line, height: 22 }),
    element("rect", { class: "out", x: limit, y: 22, width: WIDTH - limit, height: 22, rx: 3 }),
    element("path", { class: "line", d: `M${line} 16v34` }),
    element("path", { class: "limit", d: `M${limit} 16v34` }),
    label(0, "start", text("web.gauge.inside")),
    label(line, "middle", text("web.gauge.line")),
    label(limit, "middle", text("web.gauge.band")),
    label(WIDTH, "end", text("web.gauge.outside")),
    element("circle", { class: "point", cx: x(signedM), cy: 33, r: 9 }),
  );
  return svg;
}

function x(metres: number): number {
  const share = (metres + INSIDE_M) / (INSIDE_M + OUTSIDE_M);
  return Math.min(Math.max(share * WIDTH, 12), WIDTH - 12);
}

function label(at: number, anchor: string, words: string): SVGElement {
  const node = element("text", { x: at, y: 76, "text-anchor": anchor });
  node.textContent = words;
  return node;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
