/** The style of a layer, without a map. */
import { describe, expect, test } from "vitest";
import type { Layer } from "../src/api/client";
import type { TileIndex } from "../src/map/layers";
import type { Palette } from "../src/map/palette";
import { style } from "../src/map/style";

describe("the discs of departments", () => {
  const palette = {} as Palette;
  const layer = (id: string, kind: Layer["kind"], vintage?: string): Layer => ({
    id,
    kind,
    ...(vintage && { vintage }),
    minzoom: 0,
    maxzoom: 14,
    bounds: [0, 0, 1, 1],
    features: 1,
  });
  const layers = [
    layer("qpv-2015", "perimeters", "2015"),
    layer("qpv-2024", "perimeters", "2024"),
    layer("departement-counts", "departement_counts"),
  ];
  const shown = { "departement-counts-2015": { visible: true, opacity: 1 } };
  const drawn = style(
    {
      index: { layers, version: "1", attributions: {} } as unknown as TileIndex,
      shown,
      palette,
      ground: null,
    },
    "http://here/",
    "font",
  );
  const disc = (id: string) => drawn.layers.find((layer) => layer.id === id);

  test.each(["2015", "2024"])(
    "say the number of %s, and « ? » where it is not known, never 0",
    (vintage) => {
      const count = `qpv_${vintage}`;
      expect(disc(`departement-counts-${vintage}-counts`)?.layout).toMatchObject({
        "text-field": ["case", ["has", count], ["to-string", ["get", count]], "?"],
      });
    },
  );

  test("are one layer of tiles, of which each vintage is shown or not", () => {
    expect(disc("departement-counts-2015-discs")).toMatchObject({
      source: "departement-counts",
      layout: { visibility: "visible" },
    });
    expect(disc("departement-counts-2024-discs")).toMatchObject({
      source: "departement-counts",
      layout: { visibility: "none" },
    });
    expect(Object.keys(drawn.sources)).toEqual(layers.map(({ id }) => id));
  });
});

test("of a zoning, the areas in force today are drawn", () => {
  const zoning: Layer = {
    id: "zoning-zfu-te",
    kind: "zoning",
    name: "zfu-te",
    label: "ZFU-TE",
    minzoom: 0,
    maxzoom: 14,
    bounds: [0, 0, 1, 1],
    features: 2,
  };
  const { layers } = style(
    {
      index: { layers: [zoning], version: "1", attributions: {} } as unknown as TileIndex,
      shown: { "zoning-zfu-te": { visible: true, opacity: 1 } },
      palette: {} as Palette,
      ground: null,
    },
    "http://here/",
    "font",
  );
  const drawn = layers.filter(({ id }) => id.startsWith("zoning-zfu-te-"));
  expect(drawn.map(({ type }) => type)).toEqual(["fill", "line"]);
  const today = new Date().toISOString().slice(0, 10);
  for (const { filter } of drawn as { filter: unknown }[]) {
    expect(filter).toEqual([
      "all",
      ["<=", ["coalesce", ["get", "valid_from"], today], today],
      [">=", ["coalesce", ["get", "valid_until"], today], today],
    ]);
  }
});
