/** The map of the view Carte: territories overseas beside the country, discs that open, and images to take along. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { mapColours, readPalette } from "../build/palette";
import { picture } from "../e2e/pixels";
import { axeFaults, onPage, overflow, server, useBrowser } from "./browser";
import { ready } from "./samples";
import { json } from "./stand-in";
import { pointTile, rectangleTile } from "./vector-tile";

useBrowser();

const layer = (id: string, kind: string) => ({
  id,
  kind,
  vintage: "2024",
  minzoom: 0,
  maxzoom: 14,
  bounds: [-149, -21, 56, 51],
  features: 9,
});

function serve(...layers: ReturnType<typeof layer>[]): void {
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers, grounds: [], version: "1" }),
  );
  for (const { id } of layers)
    server.own.set(`/tiles/${id}`, (response) =>
      json(response, 200, { attribution: "Périmètres : <ANCT> & autres" }),
    );
}

beforeEach(() => {
  server.own.clear();
  delete server.tile;
});

async function edges(page: Page): Promise<number[]> {
  await page.waitForSelector(".map-canvas[data-rest=true]");
  return ((await page.locator(".map-canvas").first().getAttribute("data-edges")) ?? "")
    .split(",")
    .map(Number);
}

/** Tells whether the map shows a place, and no more than so many degrees around it. */
async function shows(page: Page, lon: number, lat: number, most: number): Promise<boolean> {
  const [west = 0, south = 0, east = 0, north = 0] = await edges(page);
  return west < lon && lon < east && south < lat && lat < north && north - south < most;
}

/** Towns at the edges of the country, by their published positions. */
const CORNERS = [
  ["Perpignan", 2.8956, 42.6986],
  ["Bayonne", -1.4748, 43.4929],
  ["Nice", 7.262, 43.7102],
  ["Bastia", 9.4509, 42.6977],
  ["Bonifacio", 9.1592, 41.3872],
  ["Brest", -4.4861, 48.3904],
  ["Cherbourg", -1.6226, 49.6337],
  ["Dunkerque", 2.3772, 51.0344],
  ["Strasbourg", 7.7521, 48.5734],
] as const;

interface CanvasBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

async function canvasBox(page: Page): Promise<CanvasBox> {
  const box = await page.locator(".map-canvas").first().boundingBox();
  if (!box) throw new Error("no map");
  return box;
}

/** Returns the pixel of a place on a map with these edges, in the projection of web maps. */
function pixelOf(
  { x, y, width, height }: CanvasBox,
  [west = 0, south = 0, east = 0, north = 0]: number[],
  lon: number,
  lat: number,
): [number, number] {
  const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const down = (mercator(north) - mercator(lat)) / (mercator(north) - mercator(south));
  return [x + ((lon - west) / (east - west)) * width, y + down * height];
}

describe("territories overseas", () => {
  beforeEach(() => {
    const vintages = ready.vintages.map((vintage) => ({
      ...vintage,
      perimeters: { metropole: 9, reunion: 57, mayotte: 0 },
    }));
    server.own.set("/ready", (response) => json(response, 200, { ...ready, vintages }));
    serve(layer("qpv-2024", "perimeters"));
  });

  test("lead there when they are pressed before the map has started", () =>
    onPage(
      async (page) => {
        let release = () => {};
        const pressed = new Promise<void>((done) => (release = done));
        await page.route(/both-maps/, async (route) => {
          await pressed;
          await route.continue();
        });
        await page.reload();
        await page.getByRole("button", { name: "La Réunion" }).press("Enter");
        expect(await page.locator(".maplibregl-canvas").count()).toBe(0);
        release();
        await expect.poll(() => shows(page, 55.5, -21.1, 3), { timeout: 20_000 }).toBe(true);
      },
      { hash: "#/carte", viewport: { width: 1440, height: 900 } },
    ));

  test.each(["light", "dark"] as const)(
    "with perimeters stand beside the country, and lead there and back by the keyboard, on a %s screen",
    (colorScheme) =>
      onPage(
        async (page) => {
          const insets = page.getByRole("navigation", { name: "Aller à un territoire" });
          await insets.waitFor();
          expect(await insets.getByRole("button").allInnerTexts()).toEqual(["La Réunion"]);
          expect(await axeFaults(page)).toEqual([]);
          const island = insets.getByRole("button", { name: "La Réunion" });
          const qpv = mapColours(readPalette()[colorScheme]).qpv ?? "";
          const fill = await island
            .locator("path")
            .evaluate((path) => getComputedStyle(path).fill.match(/\d+/g)?.map(Number));
          expect(fill?.map((part) => part.toString(16).padStart(2, "0")).join("")).toBe(
            qpv.slice(1),
          );
          await island.focus();
          await island.press("Enter");
          await expect.poll(() => shows(page, 55.5, -21.1, 3), { timeout: 20_000 }).toBe(true);
          await insets.getByRole("button", { name: "Hexagone" }).press("Enter");
          await expect.poll(() => shows(page, 2.4, 46.6, 30), { timeout: 20_000 }).toBe(true);
        },
        { hash: "#/carte", colorScheme, viewport: { width: 1440, height: 900 } },
      ),
  );

  test.each([
    [1440, 900],
    [1024, 600],
    [360, 740],
  ])("cover nothing of the country on the first view, at %i × %i", (width, height) => {
    const everywhere = Object.fromEntries(
      ["metropole", "guadeloupe", "martinique", "guyane", "reunion", "mayotte", "saint_martin"].map(
        (key) => [key, 9],
      ),
    );
    const vintages = ready.vintages.map((it) => ({
      ...it,
      perimeters: { ...everywhere, polynesie_francaise: 9 },
    }));
    server.own.set("/ready", (response) => json(response, 200, { ...ready, vintages }));
    return onPage(
      async (page) => {
        await page.getByRole("navigation", { name: "Aller à un territoire" }).waitFor();
        await page.waitForSelector(".map-canvas[data-rest=true]");
        const buttons = page.locator(".insets button");
        const isFolded = width < 1200;
        expect(await buttons.count()).toBe(isFolded ? 1 : 7);
        const insets = await buttons.evaluateAll((all) =>
          all.map((button) => {
            const { left, top, right, bottom } = button.getBoundingClientRect();
            return { name: button.textContent, left, top, right, bottom };
          }),
        );
        const map = await canvasBox(page);
        for (const [town, lon, lat] of CORNERS) {
          const [x, y] = pixelOf(map, await edges(page), lon, lat);
          // The whole country is in sight…
          expect(x, town).toBeGreaterThan(map.x);
          expect(x, town).toBeLessThan(map.x + map.width);
          expect(y, town).toBeGreaterThan(map.y);
          expect(y, town).toBeLessThan(map.y + map.height);
          // …and no town under a button.
          const over = insets.filter(
            ({ left, top, right, bottom }) => left < x && x < right && top < y && y < bottom,
          );
          expect(over, town).toEqual([]);
        }
        if (!isFolded) return;
        const fold = page.getByRole("button", { name: "Outre-mer" });
        await fold.press("Enter");
        await page.getByRole("button", { name: "La Réunion" }).waitFor();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await expect.poll(() => buttons.count()).toBe(1);
      },
      { hash: "#/carte", viewport: { width, height } },
    );
  });

  test("give way on a small screen, and are not there in other views", () =>
    onPage(
      async (page) => {
        const insets = page.getByRole("navigation", { name: "Aller à un territoire" });
        await insets.waitFor();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
        await page.getByRole("link", { name: "Vérifier" }).first().click();
        await insets.waitFor({ state: "detached" });
      },
      { hash: "#/carte", viewport: { width: 360, height: 740 } },
    ));
});

test.each([
  ["opens what it counts", ["extent", "-0.7,48.6,-0.4,48.9"], -0.55, 48.75],
  ["without an extent is approached", ["point_count", "2"], 2.2, 46.5],
])("a disc that %s", (_, attribute, lon, lat) => {
  serve(layer("qpv-2024", "perimeters"), layer("clusters-2024", "clusters"));
  server.tile = (id, at) =>
    id === "clusters-2024" ? pointTile(id, attribute as [string, string], [2.2, 46.5], at) : null;
  return onPage(
    async (page) => {
      await page.waitForSelector(".map-canvas[data-rest=true]");
      const map = await picture(page);
      const [west, , east] = await edges(page);
      const x = ((2.2 - (west ?? 0)) / ((east ?? 0) - (west ?? 0))) * map.width;
      const rows = Array.from({ length: map.height }, (_, y) => y);
      const y = rows.find((row) => map.lonLat(x, row)[1] < 46.5) ?? 0;
      await page.locator(".map-canvas").first().click({ position: { x, y } });
      await expect.poll(() => shows(page, lon, lat, 5), { timeout: 20_000 }).toBe(true);
    },
    { hash: "#/carte" },
  );
});

test("a disc of one neighbourhood opens its sheet", () => {
  serve(layer("qpv-2024", "perimeters"), layer("clusters-2024", "clusters"));
  server.tile = (id, at) =>
    id === "clusters-2024" ? pointTile(id, ["code_qp", "QN06103M"], [2.2, 46.2], at) : null;
  return onPage(
    async (page) => {
      await page.waitForSelector(".map-canvas[data-rest=true]");
      const map = await picture(page);
      const rows = Array.from({ length: map.height }, (_, y) => y);
      const y = rows.find((row) => map.lonLat(0, row)[1] < 46.2) ?? 0;
      await page
        .locator(".map-canvas")
        .first()
        .click({ position: { x: map.width / 2, y } });
      await expect.poll(() => new URL(page.url()).hash).toBe("#/carte?qpv=QN06103M");
    },
    { hash: "#/carte" },
  );
});

describe("an image for a slide", () => {
  const square = [
    [
      [-0.575, 48.745],
      [-0.565, 48.745],
      [-0.565, 48.755],
      [-0.575, 48.755],
      [-0.575, 48.745],
    ],
  ];
  const found = {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { lib_qp: "Saint-Michel & <Blanc>" },
        geometry: { type: "Polygon", coordinates: square },
      },
    ],
  };

  async function taken(page: Page, button: string): Promise<Buffer> {
    // The map stays where another view has left it.
    await page.getByRole("combobox").fill("12 rue de la paix");
    await page.getByRole("combobox").press("Enter");
    await page.waitForSelector(".pin");
    await page.waitForSelector(".map-canvas[data-rest=true]");
    await page.getByRole("navigation").getByRole("link", { name: "Carte" }).first().click();
    await page.locator(".pin").waitFor({ state: "detached" });
    await page.waitForSelector(".map-canvas[data-rest=true]");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^carte-qpv\.(png|svg)$/);
    return readFileSync(await file.path());
  }

  beforeEach(() => {
    serve(layer("qpv-2024", "perimeters"), layer("band-300m-2024", "band"));
    server.tile = (id, at) =>
      id === "qpv-2024" ? rectangleTile(id, [-0.575, 48.745, -0.565, 48.755], at) : null;
    server.own.set("/ogc/collections/qpv-2024/items", (response) => json(response, 200, found));
    server.own.set("/ogc/collections/band-300m-2024/items", (response) =>
      json(response, 200, { type: "FeatureCollection", features: [] }),
    );
  });

  test.each(["light", "dark"] as const)(
    "in pixels has the map on light paper, a margin, and twice the points of the screen: %s screen",
    (colorScheme) =>
      onPage(
        async (page) => {
          const png = (await taken(page, "Image PNG")).toString("base64");
          const seen = await page.evaluate(async (png) => {
            const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
            const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
            context?.drawImage(image, 0, 0);
            const at = (x: number, y: number) => [
              ...(context?.getImageData(x, y, 1, 1).data ?? []),
            ];
            const shown = document.querySelector(".map-canvas")?.getBoundingClientRect().width ?? 0;
            return {
              width: image.width,
              shown,
              corner: at(2, 2),
              ground: at(60, 160),
              middle: at(image.width / 2 + 40, 112 + 300),
            };
          }, png);
          expect(seen.width).toBe(2 * (Math.round(seen.shown) + 32));
          expect(seen.corner).toEqual([255, 255, 255, 255]);
          // Within the neighbourhood: its colour over the ground, neither of the two alone.
          const { qpv = "", paper = "" } = mapColours(readPalette().light);
          const written = (colour: number[]) =>
            `#${colour
              .slice(0, 3)
              .map((part) => part.toString(16).padStart(2, "0"))
              .join("")}`;
          expect([qpv, paper, "#ffffff"]).not.toContain(written(seen.middle));
          // The neighbourhood is light too: its colour as a veil over the light ground.
          const parts = (colour: string) =>
            [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
          const veil = parts(paper).map((part, at) => part * 0.72 + (parts(qpv)[at] ?? 0) * 0.28);
          for (const [at, part] of veil.entries())
            expect(Math.abs((seen.ground[at] ?? 0) - part)).toBeLessThan(3);
        },
        { colorScheme },
      ),
  );

  test("drawn has the outlines, names, legend and credits, with what is sign of the language written otherwise", () =>
    onPage(async (page) => {
      const svg = (await taken(page, "Dessin SVG")).toString("utf8");
      expect(svg).toContain("Saint-Michel &amp; &lt;Blanc></text>");
      expect(svg).toContain("&lt;ANCT> &amp; autres");
      expect(svg).toMatch(/<title>Quartiers prioritaires 2024<\/title>/);
      expect(svg).toContain(">Légende</text>");
      expect(svg).toMatch(/<path d="M[\d. L-]+Z" fill="#0b5c6b" fill-opacity="0.28"/);
      expect(svg).toMatch(/>\d+ m<\/text>/);
      const faults = await page.evaluate(
        (svg) =>
          new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("parsererror")
            .length,
        svg,
      );
      expect(faults).toBe(0);
      // The box asked for is no nearer than a tile.
      const asked = server.asked.find(({ path }) => path.startsWith("/ogc/collections/qpv-2024"));
      expect(asked?.path).toMatch(/bbox=(-?\d+(\.\d{1,2})?,?){4}&/);
    }));

  test("that cannot be made says so", () => {
    server.own.set("/ogc/collections/qpv-2024/items", (response) =>
      json(response, 503, { code: "overloaded", detail: "", message: "Occupé." }),
    );
    return onPage(
      async (page) => {
        await page.getByRole("combobox").fill("12 rue de la paix");
        await page.getByRole("combobox").press("Enter");
        await page.waitForSelector(".pin");
        await page.getByRole("navigation").getByRole("link", { name: "Carte" }).first().click();
        await page.waitForSelector(".map-canvas[data-rest=true]");
        await page.getByRole("button", { name: "Dessin SVG" }).click();
        await page.getByText("L’image n’a pas pu être faite.").waitFor();
        expect(await axeFaults(page)).toEqual([]);
      },
      { refusals: ["503 /ogc"] },
    );
  });
});
