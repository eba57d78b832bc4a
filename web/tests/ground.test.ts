/** The ground under the perimeters, by its pixels: what is loaded, and maps imported, as pictures or vector tiles. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { mapColours, readPalette } from "../build/palette";
import { type Colour, picture } from "../e2e/pixels";
import { axeFaults, onPage, overflow, server, useBrowser } from "./browser";
import { json } from "./stand-in";
import { lineTile, pointTile, rectangleTile } from "./vector-tile";

useBrowser();

/** The door of the samples, and a street's length around it. */
const DOOR: [number, number] = [-0.57, 48.75];
const AROUND: [number, number, number, number] = [-0.575, 48.745, -0.565, 48.755];
const bounds = [-0.6, 48.7, -0.5, 48.8];
const perimeters = {
  id: "qpv-2024",
  kind: "perimeters",
  vintage: "2024",
  minzoom: 0,
  maxzoom: 14,
  bounds,
  features: 1,
};
const mark = (id: string, zoom: number) => ({
  ...perimeters,
  id,
  kind: id.replaceAll("-", "_"),
  vintage: undefined,
  minzoom: zoom,
  maxzoom: zoom,
});
const MARKS = [
  mark("street-lines", 14),
  mark("addresses", 14),
  mark("buildings", 15),
  mark("parcels", 15),
  { ...mark("commune-names", 0), maxzoom: 14 },
];
const ground = (name: string, kind: "vector" | "raster", vector_layers: string[] = []) => ({
  name,
  label: `Carte ${name}`,
  attribution: `Carte ${name} <b>`,
  kind,
  minzoom: 0,
  maxzoom: 18,
  bounds: [-180, -85, 180, 85],
  vector_layers,
  version: "1",
});
/** One red pixel. */
const RED = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

function serve(layers: readonly { id: string }[], grounds: unknown[] = []): void {
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers, grounds, opening: bounds, version: "1", dataset: {} }),
  );
  for (const { id } of layers)
    server.own.set(`/tiles/${id}`, (response) => json(response, 200, { attribution: `De ${id}` }));
}

beforeEach(() => {
  server.own.clear();
  delete server.tile;
});

const hex = (colour: string): Colour =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Colour;
const light = mapColours(readPalette().light);

/** The share of the map's pixels that have a colour, but for the smoothing of edges. */
async function share(page: Page, colour: Colour): Promise<number> {
  await page.waitForSelector(".map-canvas[data-rest=true]");
  const map = await picture(page);
  let found = 0;
  let all = 0;
  for (let y = 0; y < map.height; y += 2)
    for (let x = 0; x < map.width; x += 2) {
      all += 1;
      if (map.at(x, y).every((part, at) => Math.abs(part - (colour[at] ?? 0)) <= 6)) found += 1;
    }
  return found / all;
}

/** Asks the door, at which the map then looks. */
async function askDoor(page: Page): Promise<void> {
  await page.getByRole("combobox").first().fill("12 rue de la paix");
  await page.getByRole("combobox").first().press("Enter");
  await page.waitForSelector(".pin");
}

test("a picture lies under the layers as it is, with its credits, and gives way when another ground is chosen", () => {
  serve([perimeters], [ground("photos", "raster")]);
  server.tile = (layer) => (layer === "ground/photos" ? RED : null);
  return onPage(
    async (page) => {
      await expect.poll(() => share(page, [255, 0, 0]), { timeout: 20_000 }).toBeGreaterThan(0.9);
      expect(await page.locator(".maplibregl-ctrl-attrib-inner").innerText()).toContain(
        "Carte photos <b>",
      );
      expect(await axeFaults(page)).toEqual([]);
      const plain = page.getByRole("radio", { name: /Fond simple/ });
      expect(await page.getByRole("radio", { name: "Carte photos" }).isChecked()).toBe(true);
      await plain.focus();
      await plain.press("Space");
      await expect.poll(() => share(page, [255, 0, 0]), { timeout: 20_000 }).toBe(0);
      expect(new URL(page.url()).hash).toBe("#/carte?fond=SIMPLE");
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    },
    { hash: "#/carte" },
  );
});

const LAND = { ...perimeters, id: "departements", kind: "departements", vintage: undefined };

test("a map imported of a part of the country is drawn when it is chosen, over the outlines that go on around it", () => {
  const part = {
    ...ground("photos", "raster"),
    minzoom: 13,
    bounds: [-0.572, 48.74, -0.57, 48.76],
  };
  serve([LAND, perimeters], [part]);
  const land: typeof AROUND = [-1, 48, 0, 49];
  server.tile = (layer, at) => {
    if (layer === "ground/photos") return RED;
    return layer === "departements" ? rectangleTile(layer, land, at) : null;
  };
  return onPage(
    async (page) => {
      const ofLand = () => share(page, hex(light.land ?? ""));
      await expect.poll(ofLand, { timeout: 20_000 }).toBeGreaterThan(0.8);
      expect(await page.getByRole("radio", { name: /Fond simple/ }).isChecked()).toBe(true);
      await page.getByRole("radio", { name: "Carte photos" }).check();
      // From afar the picture has nothing.
      await page.waitForTimeout(300);
      await expect.poll(ofLand, { timeout: 20_000 }).toBeGreaterThan(0.8);
      expect(new URL(page.url()).hash).toBe("#/carte?fond=photos");
      await page.getByRole("navigation").getByRole("link", { name: "Vérifier" }).first().click();
      await askDoor(page);
      await expect.poll(() => share(page, [255, 0, 0]), { timeout: 20_000 }).toBeGreaterThan(0.05);
      await expect.poll(ofLand, { timeout: 20_000 }).toBeGreaterThan(0.2);
    },
    { hash: "#/carte" },
  );
});

test.each([
  ["photos", 14, false],
  ["", 14, true],
])("a map is without a ground only where none is drawn: %s", (name, maxzoom, isTold) => {
  serve([perimeters], name ? [{ ...ground(name, "raster"), maxzoom }] : []);
  server.tile = (layer) => (layer.startsWith("ground/") ? RED : null);
  return onPage(async (page) => {
    await askDoor(page);
    await page.waitForSelector(".map-canvas[data-rest=true]");
    expect(await page.getByText("Carte sans fond").count()).toBe(isTold ? 1 : 0);
  });
});

describe("vector tiles are drawn plainly", () => {
  test.each([
    ["OpenMapTiles", ["water", "transportation"], "water", light.water],
    ["Protomaps", ["earth", "water", "roads"], "water", light.water],
    ["the State's plan", ["hydro_plan_surf", "routier_route"], "hydro_plan_surf", light.water],
    [
      "OpenMapTiles, buildings",
      ["water", "transportation", "building"],
      "building",
      light.building,
    ],
  ])("of %s", (_, layers, drawn, colour) => {
    serve([perimeters], [ground("plan", "vector", layers)]);
    server.tile = (layer, at) =>
      layer === "ground/plan" ? rectangleTile(drawn, AROUND, at) : null;
    return onPage(async (page) => {
      await askDoor(page);
      await expect
        .poll(() => share(page, hex(colour ?? "")), { timeout: 20_000 })
        .toBeGreaterThan(0.3);
    });
  });

  test("of another maker as grey lines and surfaces", () => {
    serve([perimeters], [ground("plan", "vector", ["strange"])]);
    server.tile = (layer, at) =>
      layer === "ground/plan" ? rectangleTile("strange", AROUND, at) : null;
    return onPage(async (page) => {
      await askDoor(page);
      const mixed = hex(light.land ?? "").map((part, at) =>
        Math.round(part * 0.6 + (hex(light.building ?? "")[at] ?? 0) * 0.4),
      );
      await expect
        .poll(() => share(page, mixed as Colour), { timeout: 20_000 })
        .toBeGreaterThan(0.3);
    });
  });
});

test("no tile of a map is asked for beyond its own service", () => {
  serve([perimeters], [ground("plan", "vector", ["water", "transportation"])]);
  return onPage(async (page) => {
    await page.waitForSelector(".map-canvas[data-rest=true]");
    const asked = server.asked.filter(({ path }) => path.startsWith("/tiles/ground/plan/"));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ path }) => path.endsWith("?v=1"))).toBe(true);
  });
});

describe("of what is loaded", () => {
  test.each([
    ["buildings", 0.2],
    ["street-lines", 0.002],
    ["parcels", 0.0005],
    ["addresses", 0.00005],
    ["commune-names", 0.0003],
  ])("%s are drawn, and hidden when they are not chosen", (id, least) => {
    serve(MARKS.filter((layer) => layer.id === id));
    const small: typeof AROUND = [-0.5704, 48.7498, -0.5696, 48.7502];
    server.tile = (layer, at) => {
      if (layer === "street-lines") return lineTile(layer, [-0.575, 48.7501, -0.565], at);
      if (layer === "addresses")
        return pointTile(layer, ["housenumber", "188"], [-0.5698, 48.75012], at);
      if (layer === "commune-names") return pointTile(layer, ["lib_com", "Fleurville"], DOOR, at);
      if (layer === "parcels") return rectangleTile(layer, small, at);
      return layer === "buildings" ? rectangleTile(layer, AROUND, at) : null;
    };
    return onPage(async (page) => {
      if (id === "commune-names") await page.waitForSelector(".map-canvas[data-rest=true]");
      else await askDoor(page);
      // The pin goes with its view, the place stays.
      await page.getByRole("navigation").getByRole("link", { name: "Carte" }).first().click();
      await page.locator(".pin").waitFor({ state: "detached" });
      const empty = () => share(page, hex(light.paper ?? ""));
      const choice = page.getByRole("group", { name: "Repères" }).getByRole("checkbox");
      await choice.uncheck();
      await page.waitForTimeout(300);
      const without = await empty();
      await choice.check();
      await expect.poll(empty, { timeout: 20_000 }).toBeLessThan(without - least);
      await choice.uncheck();
      await expect.poll(empty, { timeout: 20_000 }).toBeCloseTo(without, 5);
      expect(new URL(page.url()).hash).toBe("#/carte?couches=");
    });
  });
});

test("a link shows its layers and its ground, and passes over what is not loaded", () => {
  const other = { ...perimeters, id: "qpv-2015", vintage: "2015" };
  serve([perimeters, other], [ground("a", "raster"), ground("b", "raster")]);
  return onPage(
    async (page) => {
      const group = page.getByRole("group", { name: "Quartiers prioritaires" });
      await group.waitFor();
      const box = (year: string) => group.getByRole("checkbox", { name: new RegExp(year) });
      await expect.poll(() => box("2015").isChecked()).toBe(true);
      expect(await box("2024").isChecked()).toBe(false);
      expect(await page.getByRole("radio", { name: "Carte b" }).isChecked()).toBe(true);
      await box("2024").check();
      await expect
        .poll(() => new URL(page.url()).hash)
        .toBe("#/carte?couches=qpv-2024,qpv-2015&fond=b");
    },
    { hash: "#/carte?couches=qpv-2015,own-gone&fond=b" },
  );
});
