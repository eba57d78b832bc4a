/**
 * The ground of a comparison and the signs of its places and addresses. Kept, gained and lost differ by pattern, signs have
 * a shape each.
 */
import type { LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { movements } from "../../../tiles/palette.toml";
import type { Palette } from "./palette";
import { HATCHES, KEPT_OPACITY, STROKE, TILE } from "./patterns";
import { MOVEMENT_SYMBOLS, type Movement } from "./symbols";

/** The layers whose features are ground. */
export const CHANGE_AREA_LAYERS = ["kept", "gained", "lost"].map(
  (part) => `scene-change-areas-${part}`,
);

/** Below the lines of the perimeters and the names. */
export function changeAreaLayers(palette: Palette): LayerSpecification[] {
  return CHANGE_AREA_LAYERS.map((id, at): LayerSpecification => {
    const filter: ["==", ["get", string], string] = [
      "==",
      ["get", "part"],
      id.replace("scene-change-areas-", ""),
    ];
    const paint =
      at === 0
        ? { "fill-color": palette.qpv, "fill-opacity": KEPT_OPACITY }
        : { "fill-pattern": id };
    return { id, type: "fill", source: "scene-change-areas", filter, paint };
  });
}

/** Around the ground of the change that is chosen. */
export function chosenLayer(palette: Palette): LayerSpecification {
  return {
    id: "scene-change-areas-chosen",
    type: "line",
    source: "scene-chosen",
    // On both sides of the lines of the vintages, which stay to be seen between.
    paint: { "line-color": palette.ink, "line-width": 1, "line-gap-width": 2 },
  };
}

/** Names stand beside their signs only where there is room for them. */
export function symbolLayer(palette: Palette, font: string): LayerSpecification {
  return {
    id: "scene-symbols",
    type: "symbol",
    source: "scene-symbols",
    layout: {
      "icon-image": ["concat", "sign-", ["get", "movement"]],
      "icon-allow-overlap": true,
      "icon-size": ["match", ["get", "movement"], ["gained", "lost"], 0.3, 0.5],
      "text-field": ["step", ["zoom"], "", 14.5, ["get", "label"]],
      "text-font": [font],
      "text-size": 13,
      "text-anchor": "top",
      "text-offset": [0, 0.9],
      "text-max-width": 9,
      "text-optional": true,
    },
    paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 2 },
  };
}

/** Draws the patterns and signs for the map to use. */
export function addChangeAreaImages(map: MapLibre, palette: Palette): void {
  put(map, "scene-change-areas-gained", pattern(palette.qpv, HATCHES.gained));
  put(map, "scene-change-areas-lost", pattern(palette.qpv_past, HATCHES.lost));
  for (const [movement, path] of Object.entries(MOVEMENT_SYMBOLS) as [Movement, string][]) {
    put(map, `sign-${movement}`, sign(path, palette[movements[movement]], palette.halo));
  }
}

function put(map: MapLibre, id: string, image: ImageData): void {
  if (map.hasImage(id)) map.updateImage(id, image);
  else map.addImage(id, image, { pixelRatio: id.startsWith("sign-") ? 1 : 2 });
}

function pattern(colour: string, hatch: string): ImageData {
  return drawn(TILE, (context) => {
    context.strokeStyle = colour;
    context.lineWidth = STROKE;
    context.stroke(new Path2D(hatch));
  });
}

const SIGN = 36;

function sign(path: string, colour: string, halo: string): ImageData {
  return drawn(SIGN, (context) => {
    context.translate(4, 4);
    context.scale((SIGN - 8) / 24, (SIGN - 8) / 24);
    const shape = new Path2D(path);
    context.strokeStyle = halo;
    context.lineWidth = 5;
    context.lineJoin = "round";
    context.stroke(shape);
    context.fillStyle = halo;
    context.fill(shape, "nonzero");
    context.fillStyle = colour;
    context.fill(shape, "evenodd");
  });
}

function drawn(size: number, draw: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  // In memory: reading a canvas back from the graphics card, or from what stands for one, takes longer than drawing it.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new ImageData(size, size);
  draw(context);
  return context.getImageData(0, 0, size, size);
}
