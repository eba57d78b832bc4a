/**
 * `tiles/style.json`, the style for any map and host, drawn by the page's own code from `tiles/layers.toml` and the light
 * palette: when one of them changes, this fails until `make bless` has written it again.
 */
import { readFileSync } from "node:fs";
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { mapColours, readPalette } from "../build/palette";
import type { Layer } from "../src/api/client";
import { index, shown } from "../src/map/layers";
import type { Palette } from "../src/map/palette";
import { style } from "../src/map/style";

interface Definition {
  id: string;
  kind: Layer["kind"];
  zooms: [number, number];
}

const VINTAGES = ["2015", "2024"];
const FRANCE = [-5.3, 41.2, 9.7, 51.2];
/** Fonts of the reader's own machine: text needs no server of glyphs. */
const FONTS = ["Atkinson Hyperlegible Next", "Noto Sans", "sans-serif"];

const CONTRACT = new URL("../../tiles/layers.toml", import.meta.url);

/** Lists the layers of every vintage. Those of a town are left out: their names are not known here. */
function allLayers(): Layer[] {
  const { layer } = parse(readFileSync(CONTRACT, "utf8")) as unknown as { layer: Definition[] };
  return layer
    .filter(({ kind }) => kind !== "own")
    .flatMap(({ id, kind, zooms: [minzoom, maxzoom] }) =>
      (id.includes("{vintage}") ? VINTAGES : [undefined]).map((vintage) => ({
        id: id.replace("{vintage}", vintage ?? ""),
        kind,
        ...(vintage && { vintage }),
        minzoom,
        maxzoom,
        bounds: FRANCE,
        features: 1,
      })),
    );
}

/** Makes one source of all layers, and lets text be drawn in fonts of the reader's machine. */
function portable(layer: LayerSpecification): LayerSpecification {
  if (layer.type === "background") return layer;
  const fonts = layer.type === "symbol" && { layout: { ...layer.layout, "text-font": FONTS } };
  return { ...layer, source: "qpv", ...fonts } as LayerSpecification;
}

test("the style for any host is the page's", async () => {
  index.value = { layers: allLayers(), version: "1", attributions: {} } as never;
  const drawing = {
    index: index.value as never,
    shown: shown.value,
    palette: mapColours(readPalette().light) as Palette,
    basemap: null,
  };
  const { layers } = style(drawing, "", "");
  const whole: StyleSpecification = {
    version: 8,
    name: "qpv",
    center: [2.2, 46.2],
    zoom: 5,
    sources: { qpv: { type: "vector", url: "pmtiles://qpv.pmtiles", promoteId: "code_qp" } },
    layers: layers.map(portable),
  };
  await expect(`${JSON.stringify(whole, null, 1)}\n`).toMatchFileSnapshot("../../tiles/style.json");
});
