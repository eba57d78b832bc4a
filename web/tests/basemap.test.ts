/** A background map of somebody else's that works, or fails in one way or another, in a real browser. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { onPage, server, useBrowser } from "./browser";
import { json } from "./stand-in";

useBrowser();

const bounds = [-0.6, 48.7, -0.5, 48.8];
const LAYERS = [
  {
    id: "qpv-2024",
    kind: "perimeters",
    vintage: "2024",
    minzoom: 0,
    maxzoom: 14,
    bounds,
    features: 2,
  },
];
/** One white pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC",
  "base64",
);
const ours = () => server.asked.filter(({ path }) => path.startsWith("/tiles/qpv-2024/")).length;
const theirs = () => server.asked.filter(({ path }) => path.startsWith("/theirs/")).length;
const LOST = "Le fond de carte choisi ne peut pas être dessiné";

/** A style of raster tiles; `tiles` is where they are. */
function raster(): { version: number; sources: object; layers: object[] } {
  const source = { type: "raster", tiles: [`${server.url}theirs/{z}/{x}/{y}`], tileSize: 256 };
  return {
    version: 8,
    sources: { "qpv-2024": source },
    layers: [{ id: "qpv-2024-fill", type: "raster", source: "qpv-2024" }],
  };
}

function basemap(style: unknown): void {
  server.own.set("/basemap", (response) => json(response, 200, { configured: true, style }));
}

beforeEach(() => {
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers: LAYERS, opening: bounds, version: "1" }),
  );
  server.own.set("/tiles/qpv-2024", (response) => json(response, 200, { attribution: "" }));
  server.theirs = (response) => response.writeHead(200, { "content-type": "image/png" }).end(PIXEL);
});
afterEach(() => server.own.clear());

test("a style whose sources and layers are called like ours is drawn under them", () =>
  onPage(async (page) => {
    basemap(raster());
    await page.reload();
    await expect.poll(() => [ours() > 0, theirs() > 0], { timeout: 20_000 }).toEqual([true, true]);
    await page.waitForSelector(".map-canvas[data-rest]");
    expect(await page.getByText(LOST).count()).toBe(0);
  }));

const layer = { id: "a", type: "background" };

describe("the default comes back, with a notice, when", () => {
  test.each([
    [
      "a layer is of an unknown type",
      { version: 8, sources: {}, layers: [{ ...layer, type: "hologram" }] },
    ],
    ["two layers have one name", { version: 8, sources: {}, layers: [layer, layer] }],
    [
      "a layer has no source",
      { version: 8, sources: {}, layers: [{ id: "b", type: "fill", source: "gone" }] },
    ],
    ["it is no style", { hello: "world" }],
  ])("%s", (_, style) =>
    onPage(async (page) => {
      basemap(style);
      await page.reload();
      await page.getByText(LOST).waitFor();
      await expect.poll(ours, { timeout: 20_000 }).toBeGreaterThan(0);
      await page.waitForSelector(".map-canvas[data-rest]");
    }),
  );

  test.each([
    ["fail", 500],
    ["are not there", 404],
  ])("its tiles %s, and no more of them are asked for", (_, status) =>
    onPage(
      async (page) => {
        server.theirs = (response) => response.writeHead(status).end();
        basemap(raster());
        await page.reload();
        await page.getByText(LOST).waitFor();
        await page.waitForSelector(".map-canvas[data-rest]");
        const before = theirs();
        await page.getByRole("button", { name: "Agrandir" }).click();
        await page.waitForTimeout(1500);
        expect(theirs()).toBe(before);
      },
      { refusals: [`${status} /theirs/`] },
    ),
  );
});
