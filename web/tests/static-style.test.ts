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
import { vintages } from "../src/map/vintages";

interface Definition {
  id: string;
  kind: Layer["kind"];
  zooms: [number, number];
}

const FRANCE = [-5.3, 41.2, 9.7, 51.2];
/** Fonts of the reader's own machine: text needs no server of glyphs. */
const FONTS = ["Atkinson Hyperlegible Next", "Noto Sans", "sans-serif"];

/** The vintages of the decrees, as the service would say them: the newest is in force. */
const VINTAGES = (
  parse(
    readFileSync(new URL("../../geodata/vintages.toml", import.meta.url), "utf8"),
  ) as unknown as {
    vintage: { id: string; codes: string; predecessor?: string }[];
  }
).vintage.map(({ id, codes, predecessor = null as string | null }, index, { length }) => ({
  vintage: id,
  label: id,
  codes,
  predecessor,
  state: index === length - 1 ? "current" : "past",
  perimeters: {},
  precision_m: 1,
}));

const CONTRACT = new URL("../../tiles/layers.toml", import.meta.url);

/** Lists the layers of every vintage. Those of a town are left out: their names are not known here. */
function allLayers(): Layer[] {
  const { layer } = parse(readFileSync(CONTRACT, "utf8")) as unknown as { layer: Definition[] };
  return layer
    .filter(({ kind }) => kind !== "own" && kind !== "zoning")
    .flatMap(({ id, kind, zooms: [minzoom, maxzoom] }) =>
      (id.includes("{vintage}") ? VINTAGES.map(({ vintage }) => vintage) : [undefined]).map(
        (vintage) => ({
          id: id.replace("{vintage}", vintage ?? ""),
          kind,
          ...(vintage && { vintage }),
          minzoom,
          maxzoom,
          bounds: FRANCE,
          features: 1,
        }),
      ),
    );
}

/** Makes one source of all layers, and lets text be drawn in fonts of the reader's machine. */
function portable(layer: LayerSpecification): LayerSpecification {
  if (layer.type === "background") return layer;
  const fonts = layer.type === "symbol" && { layout: { ...layer.layout, "text-font": FONTS } };
  return { ...layer, source: "qpv", ...fonts } as LayerSpecification;
}

test("the style for any host is the page's", async () => {
  vintages.value = VINTAGES;
  index.value = { layers: allLayers(), version: "1", attributions: {} } as never;
  const drawing = {
    index: index.value as never,
    shown: shown.value,
    palette: mapColours(readPalette().light) as Palette,
    ground: null,
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
