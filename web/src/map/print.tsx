/**
 * The map on paper: what is seen of it on the screen, copied when the page is printed, for a browser prints nothing of what a
 * map has drawn. Each side has its vintage, and the attributions stand below.
 */
import { useEffect, useRef } from "preact/hooks";
import { compareMode } from "./compare-mode";
import { palette } from "./palette";

/** A map that can be printed: gives the canvas it has just drawn. */
type Picture = () => HTMLCanvasElement;

const pictures = new Set<Picture>();

/** Lets a map be printed, until the function returned is called. */
export function addPrintableMap(picture: Picture): () => void {
  pictures.add(picture);
  return () => pictures.delete(picture);
}

/** The map on paper; nothing on the screen. */
export function PrintedMap({ label }: { label: string }) {
  const paper = useRef<HTMLCanvasElement>(null);
  const credits = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const printing = () => {
      const panel = document.querySelector(".map");
      if (!panel || !paper.current || !credits.current) return;
      copy(panel, paper.current);
      const due = [...panel.querySelectorAll(".maplibregl-ctrl-attrib-inner")].flatMap((each) =>
        each.textContent.split(" | "),
      );
      credits.current.textContent = [...new Set(due)].join(" | ");
    };
    addEventListener("beforeprint", printing);
    return () => removeEventListener("beforeprint", printing);
  }, []);
  return (
    <div class="paper-map printed">
      <canvas ref={paper} role="img" aria-label={label} width="0" height="0" />
      <p ref={credits} />
    </div>
  );
}

/** Copies the maps of a panel as they lie on it, the second one from the handle of the curtain on. */
function copy(panel: Element, paper: HTMLCanvasElement): void {
  const { left, top, width, height } = panel.getBoundingClientRect();
  const context = paper.getContext("2d");
  // Not on the screen, there is nothing to be copied.
  if (!context || width === 0) return;
  [paper.width, paper.height] = [width * devicePixelRatio, height * devicePixelRatio];
  context.scale(devicePixelRatio, devicePixelRatio);
  const two = compareMode.value;
  [...pictures].forEach((picture, at) => {
    const canvas = picture();
    const on = canvas.getBoundingClientRect();
    const [x, y] = [on.left - left, on.top - top];
    const cut =
      at > 0 && two?.mode === "swipe"
        ? (parseFloat(getComputedStyle(panel).getPropertyValue("--swipe")) / 100) * width
        : x;
    context.save();
    context.beginPath();
    context.rect(cut, y, width, height);
    context.clip();
    context.drawImage(canvas, x, y, on.width, on.height);
    context.restore();
    if (two && two.mode !== "over") write(context, at === 0 ? two.from : two.to, cut, y);
    // Between the two, beside or below one another.
    if (at > 0 && y > 0) context.fillRect(0, y, width, 2);
    else if (at > 0) context.fillRect(cut, y, 2, height);
  });
  measure(context, panel, height);
}

/** The scale of the map in its lower left corner, as the map itself has it. */
function measure(context: CanvasRenderingContext2D, panel: Element, height: number): void {
  const scale = panel.querySelector(".maplibregl-ctrl-scale");
  if (!scale?.textContent) return;
  const { ink, halo } = palette.value;
  const { width } = scale.getBoundingClientRect();
  const [x, y] = [14, height - 14];
  context.fillStyle = halo;
  context.fillRect(x - 8, y - 24, width + 16, 32);
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 2;
  context.stroke(new Path2D(`M${x} ${y - 5}v5h${width}v-5`));
  context.font = "13px sans-serif";
  context.fillText(scale.textContent, x + 4, y - 8);
}

/** The vintage of a side, in its corner. */
function write(context: CanvasRenderingContext2D, vintage: string, x: number, y: number): void {
  const { ink, halo } = palette.value;
  context.fillStyle = ink;
  context.font = "bold 16px sans-serif";
  context.strokeStyle = halo;
  context.lineWidth = 4;
  context.strokeText(vintage, x + 10, y + 60);
  context.fillText(vintage, x + 10, y + 60);
}
