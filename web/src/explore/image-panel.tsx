/** Hands out the map as an image for a slide. */
import { render } from "preact";
import { useState } from "preact/hooks";
import { text } from "../french/texts";
import { openMap } from "../map/map-view";
import { save } from "../parts/download";
import { nameOf, Swatch } from "./layer-panel";
import { explainedLayers } from "./legend";
import { type Frame, imageTitle, pngImage, svgImage } from "./map-image";

export function ImagePanel({ name }: { name: string | undefined }) {
  const [fault, setFault] = useState(false);
  if (!openMap.value) return null;
  const make = (kind: "png" | "svg") => {
    setFault(false);
    const frame = frameOf(name);
    const made = kind === "png" ? pngImage(frame) : svgImage(frame, AbortSignal.timeout(20_000));
    made.then(
      (content) => save({ name: `carte-qpv.${kind}`, content }),
      () => setFault(true),
    );
  };
  return (
    <section class="block unprinted" aria-labelledby="image-title">
      <h2 id="image-title">{text("web.image.title")}</h2>
      <p class="hint">{text("web.image.hint")}</p>
      <p class="actions">
        <button type="button" onClick={() => make("png")}>
          {text("web.image.png")}
        </button>{" "}
        <button type="button" onClick={() => make("svg")}>
          {text("web.image.svg")}
        </button>
      </p>
      <p class="problem" role="status" hidden={!fault}>
        {fault && text("web.image.failed")}
      </p>
    </section>
  );
}

function frameOf(name: string | undefined): Frame {
  const layers = explainedLayers();
  const legend = layers.map((layer) => {
    const box = document.createElement("div");
    render(<Swatch layer={layer} />, box);
    const drawn = [...(box.firstElementChild?.children ?? [])];
    const swatch = drawn.map((shape) => new XMLSerializer().serializeToString(shape)).join("");
    render(null, box);
    return { swatch, words: nameOf(layer) };
  });
  // What is counted is what the image is of.
  const counted = layers.find(({ kind }) => kind.endsWith("_counts"));
  return { title: imageTitle(name ?? (counted && nameOf(counted))), legend, layers };
}
