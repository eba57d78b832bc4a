/** The layers of the scene, over those of the service. Each result has a shape of its own and a colour. */
import type { Feature } from "geojson";
import type { LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { addChangeAreaImages, chosenLayer, symbolLayer } from "./change-areas";
import { FONT } from "./font";
import type { Palette } from "./palette";
import type { Tone } from "./scene";

/** Drawn as given: a circle of some metres must stay round. */
export const EMPTY: SourceSpecification = {
  type: "geojson",
  tolerance: 0,
  data: { type: "FeatureCollection", features: [] },
};

/** Sources to be filled, and how they are drawn. */
export function overlays(palette: Palette): {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
} {
  return {
    sources: {
      "scene-change-areas": EMPTY,
      "scene-chosen": EMPTY,
      "scene-symbols": EMPTY,
      "scene-doubt": EMPTY,
      "scene-outline": EMPTY,
      "scene-points": EMPTY,
    },
    layers: [
      chosenLayer(palette),
      {
        id: "scene-doubt",
        type: "fill",
        source: "scene-doubt",
        paint: { "fill-color": palette.ink, "fill-opacity": 0.08 },
      },
      {
        id: "scene-doubt-line",
        type: "line",
        source: "scene-doubt",
        paint: { "line-color": palette.ink, "line-width": 1.5, "line-dasharray": [2, 2] },
      },
      {
        id: "scene-outline",
        type: "fill",
        source: "scene-outline",
        paint: { "fill-color": palette.ink, "fill-opacity": 0.25 },
      },
      {
        id: "scene-outline-line",
        type: "line",
        source: "scene-outline",
        paint: { "line-color": palette.ink, "line-width": 2.5 },
      },
      pointLayer(pointSource(0)),
      symbolLayer(palette, FONT),
    ],
  };
}

/** The points of one source: of some 36,000 symbols of a layer on one tile, MapLibre draws none, nor anything else. */
const MOST_POINTS = 16_000;

/** The parts of features that were parted before: the same features have the same parts. */
const parted = new WeakMap<Feature[], Feature[][]>();

/** Returns points in parts that are drawn from a source each; few are one part, the very array. */
export function pointParts(features: Feature[]): Feature[][] {
  if (features.length <= MOST_POINTS) return [features];
  const known = parted.get(features);
  if (known) return known;
  const parts: Feature[][] = [];
  for (let at = 0; at < features.length; at += MOST_POINTS)
    parts.push(features.slice(at, at + MOST_POINTS));
  parted.set(features, parts);
  return parts;
}

/** The name of the source of a part of the points, and of its layer. */
export function pointSource(part: number): string {
  return part === 0 ? "scene-points" : `scene-points-${part + 1}`;
}

/** The layer that draws the points of a source. */
export function pointLayer(source: string): LayerSpecification {
  return {
    id: source,
    type: "symbol",
    source,
    layout: {
      "icon-image": ["concat", "tone-", ["get", "tone"]],
      "icon-allow-overlap": true,
      "icon-size": 0.5,
    },
  };
}

const SIZE = 36;

/**
 * Adds the images of the scene to the map: patterns, symbols, and for results a disc inside, a ring in the band, a square
 * outside, a diamond half full in doubt.
 */
export function addShapes(map: MapLibre, palette: Palette): void {
  addChangeAreaImages(map, palette);
  const shapes: Record<Tone, (context: CanvasRenderingContext2D) => void> = {
    qpv: (context) => context.arc(SIZE / 2, SIZE / 2, 13, 0, 2 * Math.PI),
    band_300m: (context) => {
      context.arc(SIZE / 2, SIZE / 2, 13, 0, 2 * Math.PI);
      context.closePath();
      context.moveTo(SIZE / 2 + 6, SIZE / 2);
      context.arc(SIZE / 2, SIZE / 2, 6, 0, 2 * Math.PI, true);
    },
    outside: (context) => context.rect(7, 7, SIZE - 14, SIZE - 14),
    undetermined: (context) => {
      context.moveTo(SIZE / 2, 2);
      context.lineTo(SIZE - 2, SIZE / 2);
      context.lineTo(SIZE / 2, SIZE - 2);
      context.lineTo(2, SIZE / 2);
      context.closePath();
      // Its right half is hollow, as in the text: wound the other way round.
      context.moveTo(SIZE / 2, 10);
      context.lineTo(SIZE / 2, SIZE - 10);
      context.lineTo(SIZE - 10, SIZE / 2);
      context.closePath();
    },
    plain: (context) => context.arc(SIZE / 2, SIZE / 2, 9, 0, 2 * Math.PI),
  };
  for (const [tone, path] of Object.entries(shapes) as [
    Tone,
    (context: CanvasRenderingContext2D) => void,
  ][]) {
    const image = drawn(path, tone === "plain" ? palette.ink : palette[tone], palette.halo);
    if (map.hasImage(`tone-${tone}`)) map.updateImage(`tone-${tone}`, image);
    else map.addImage(`tone-${tone}`, image);
  }
}

function drawn(
  path: (context: CanvasRenderingContext2D) => void,
  colour: string,
  halo: string,
): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  // In memory: reading a canvas back from the graphics card, or from what stands for one, takes longer than drawing it.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new ImageData(SIZE, SIZE);
  context.beginPath();
  path(context);
  context.fillStyle = colour;
  context.strokeStyle = halo;
  context.lineWidth = 3;
  context.fill();
  context.stroke();
  return context.getImageData(0, 0, SIZE, SIZE);
}
