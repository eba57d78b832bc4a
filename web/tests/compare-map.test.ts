/** The map of comparisons in a real browser: vintages, focus, patterns of the areas of change, print. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { inside, type Picture, picture } from "../e2e/pixels";
import { axeFaults, onPage, plain, server, useBrowser } from "./browser";
import { comparison, extended } from "./compare-samples";
import { json } from "./stand-in";
import { type Rectangle, rectangleTile } from "./vector-tile";

useBrowser();

const bounds = [-1, 48, 0, 49];
const LAYERS = ["2024", "2015"].map((vintage) => ({
  id: `qpv-${vintage}`,
  kind: "perimeters",
  vintage,
  minzoom: 3,
  maxzoom: 14,
  bounds,
  features: 2,
}));
const credit = (vintage: string) => `Périmètres de ${vintage}`;

/** West, south, east, north of a map at rest. */
async function edges(page: Page, at = 0): Promise<[number, number, number, number]> {
  const map = page.locator(".map-canvas").nth(at);
  await expect.poll(() => map.getAttribute("data-rest")).toBe("true");
  return ((await map.getAttribute("data-edges")) ?? "").split(",").map(Number) as [
    number,
    number,
    number,
    number,
  ];
}

beforeEach(() => {
  server.own.clear();
  delete server.tile;
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers: LAYERS, opening: bounds, version: "1" }),
  );
  for (const { id, vintage } of LAYERS)
    server.own.set(`/tiles/${id}`, (response) =>
      json(response, 200, { attribution: credit(vintage) }),
    );
});

describe.each(["rideau", "cote-a-cote"])("of two maps, %s", (mode) => {
  test.each([
    ["the first has 2015, the second 2024", "", "2015", "2024"],
    ["exchanged, the other way round", "&from=2024", "2024", "2015"],
  ])("%s", (_, more, left, right) =>
    onPage(
      async (page) => {
        const credits = page.locator(".maplibregl-ctrl-attrib-inner");
        await expect
          .poll(async () => (await credits.allTextContents()).map(plain))
          .toEqual([credit(left), credit(right)]);
        expect(await page.locator(".map-side").allTextContents()).toEqual([left, right]);
      },
      { hash: `#/comparer?insee=61169&mode=${mode}${more}` },
    ),
  );
});

test("over one another, both vintages are on one map", () =>
  onPage(
    async (page) => {
      const credits = page.locator(".maplibregl-ctrl-attrib-inner");
      await expect
        .poll(async () => plain((await credits.allTextContents()).join()))
        .toBe(`${credit("2024")} | ${credit("2015")}`);
    },
    { hash: "#/comparer?insee=61169" },
  ));

describe("by pixels, each vintage is drawn where its name stands", () => {
  /** The ground of each vintage: 2015 in the north, 2024 in the south, from one edge of the map to the other. */
  const GROUND: Record<string, Rectangle> = {
    "qpv-2015": [-0.9, 48.76, -0.1, 48.79],
    "qpv-2024": [-0.9, 48.71, -0.1, 48.74],
  };

  /** The vintages whose ground is filled on a part of the map, from `left` to `right` as shares of its width. */
  const filled = (seen: Picture, left: number, right: number) => {
    const colours = (lat: number) => {
      const found = new Map<string, number>();
      for (let y = 0; y < seen.height; y += 1) {
        if (Math.abs(seen.lonLat(0, y)[1] - lat) > 0.008) continue;
        for (let x = Math.ceil(left * seen.width); x < right * seen.width; x += 1) {
          const colour = seen.at(x, y).join();
          found.set(colour, (found.get(colour) ?? 0) + 1);
        }
      }
      const [commonest] = [...found].sort(([, a], [, b]) => b - a);
      expect(commonest?.[1]).toBeGreaterThan(500);
      return commonest?.[0];
    };
    const paper = colours(48.75);
    return [
      ...(colours(48.775) === paper ? [] : ["2015"]),
      ...(colours(48.725) === paper ? [] : ["2024"]),
    ];
  };

  beforeEach(() => {
    const layers = LAYERS.map((layer) => ({ ...layer, bounds: [-0.6, 48.7, -0.4, 48.8] }));
    server.own.set("/tiles", (response) =>
      json(response, 200, { layers, opening: layers[0]?.bounds, version: "1" }),
    );
    server.tile = (layer, at) => rectangleTile(layer, GROUND[layer]!, at);
    // Without outlines of the changes, perimeters are filled in each way of showing them.
    const changes = comparison.changes.map(({ outlines: _, ...change }) => change);
    server.own.set("/api/v1/compare", (response) =>
      json(response, 200, { ...comparison, changes }),
    );
  });

  /** What is filled on parts of a map, once all that it shows is drawn. */
  const drawn = async (page: Page, parts: [number, number][], at = 0) => {
    for (let map = 0; map < (await page.locator(".map canvas").count()); map += 1)
      await edges(page, map);
    const seen = await picture(page, at);
    return parts.map(([left, right]) => filled(seen, left, right));
  };

  test("over one another: both", () =>
    onPage(
      async (page) => {
        await expect.poll(() => drawn(page, [[0.3, 0.9]])).toEqual([["2015", "2024"]]);
      },
      { hash: "#/comparer?insee=61169" },
    ));

  test.each([
    ["", "2015", "2024"],
    ["&from=2024", "2024", "2015"],
  ])("on both sides of the curtain, wherever it hangs%s: %s and %s", (more, left, right) =>
    onPage(
      async (page) => {
        await expect.poll(() => page.locator(".map canvas").count()).toBe(2);
        const sides = (at: number): [number, number][] => [
          [0.02, at - 0.06],
          [at + 0.06, 0.98],
        ];
        await expect.poll(() => drawn(page, sides(0.5))).toEqual([[left], [right]]);
        await page.getByRole("slider").press("PageDown");
        await expect.poll(() => drawn(page, sides(0.4))).toEqual([[left], [right]]);
      },
      { hash: `#/comparer?insee=61169&mode=rideau${more}`, viewport: { width: 1000, height: 700 } },
    ),
  );

  test.each([
    ["wide", { width: 1280, height: 800 }],
    ["narrow", { width: 360, height: 740 }],
  ])("side by side, each on its own map, on a %s screen", (_, viewport) =>
    onPage(
      async (page) => {
        await expect.poll(() => page.locator(".map canvas").count()).toBe(2);
        await expect.poll(() => drawn(page, [[0.3, 0.9]], 0)).toEqual([["2015"]]);
        await expect.poll(() => drawn(page, [[0.3, 0.9]], 1)).toEqual([["2024"]]);
      },
      { hash: "#/comparer?insee=61169&mode=cote-a-cote", viewport },
    ),
  );
});

test("a row brings the map to its change, and the area comes back with its end, whatever place was looked at meanwhile", () => {
  const far = {
    ...comparison.changes[1]!,
    outlines: {
      ...extended.outlines!,
      gained: { type: "MultiPolygon", coordinates: [] },
      shared: { type: "MultiPolygon", coordinates: [] },
    },
  };
  const moved = (part: unknown) =>
    JSON.parse(JSON.stringify(part).replaceAll("48.7", "48.2")) as typeof extended.outlines;
  const changes = [extended, { ...far, outlines: moved(far.outlines) }];
  server.own.set("/api/v1/compare", (response) => json(response, 200, { ...comparison, changes }));
  return onPage(
    async (page) => {
      await page.locator("tr.change").first().waitFor();
      const south = async () => (await edges(page))[1];
      const row = page.locator("tr.change").first().getByRole("button");
      await expect.poll(south).toBeLessThan(48.23);
      await row.click();
      await expect.poll(south).toBeGreaterThan(48.6);
      const [west, , east] = await edges(page);
      expect(west).toBeLessThan(-0.6);
      expect(east).toBeGreaterThan(-0.56);
      await page
        .locator(".compare-places")
        .getByRole("button", { name: /École Les Vallées/ })
        .click();
      await expect.poll(south).toBeGreaterThan(48.74);
      await row.click();
      await expect.poll(south).toBeLessThan(48.23);
      expect(await page.locator(".pin").count()).toBe(0);
      await row.click();
      await expect.poll(south).toBeGreaterThan(48.6);
      await expect.poll(south).toBeLessThan(48.74);
    },
    { hash: "#/comparer?insee=61169" },
  );
});

describe("what is kept, gained and lost", () => {
  /** The share of a part that is dark, away from its edges. */
  const darkness = (seen: Picture, part: "shared" | "gained" | "lost") => {
    const ground = (extended.outlines![part] as unknown as { coordinates: number[][][][] })
      .coordinates;
    const found: number[] = [];
    for (let x = 0; x < seen.width; x += 2) {
      for (let y = 0; y < seen.height; y += 2) {
        const corners = [
          [-9, -9],
          [9, 9],
          [9, -9],
          [-9, 9],
        ] as const;
        if (!corners.every(([dx, dy]) => inside(ground, seen.lonLat(x + dx, y + dy)))) continue;
        const [red, green, blue] = seen.at(x, y);
        found.push(0.2126 * red + 0.7152 * green + 0.0722 * blue);
      }
    }
    expect(found.length).toBeGreaterThan(200);
    const paper = Math.max(...found);
    return found.filter((grey) => grey < paper - 30).length / found.length;
  };

  test("is plain, hatched and cross-hatched, whatever the colours", () =>
    onPage(
      async (page) => {
        await page.locator("tr.change").first().waitFor();
        await expect.poll(async () => (await edges(page))[0]).toBeGreaterThan(-0.8);
        await page.waitForTimeout(500);
        const seen = await picture(page);
        const [kept, gained, lost] = (["shared", "gained", "lost"] as const).map((part) =>
          darkness(seen, part),
        ) as [number, number, number];
        expect(kept).toBe(0);
        expect(gained).toBeGreaterThan(0.1);
        expect(lost).toBeGreaterThan(1.25 * gained);
        expect(lost).toBeLessThan(0.8);
      },
      { hash: "#/comparer?insee=61169" },
    ));
});

describe.each([
  ["wide", { width: 1280, height: 800 }],
  ["narrow", { width: 360, height: 740 }],
])("the curtain on a %s screen", (_, viewport) => {
  test.each(["Home", "End"])(
    "leaves names and credits on their own side, and the zoom in sight, after %s",
    (key) =>
      onPage(
        async (page) => {
          const handle = page.getByRole("slider");
          await expect.poll(() => page.locator(".map canvas").count()).toBe(2);
          await handle.press(key);
          const box = async (selector: string) => {
            await page.locator(selector).waitFor();
            const found = await page.locator(selector).boundingBox();
            if (!found) throw new Error(`there is no ${selector}`);
            return { ...found, right: found.x + found.width };
          };
          await expect
            .poll(() => page.locator(".map").getAttribute("style"))
            .toMatch(key === "Home" ? /: 5%/ : /: 95%/);
          const [map, at, first, second] = [
            await box(".map"),
            await box(".swipe"),
            await box(".map-side:not(.second)"),
            await box(".map-side.second"),
          ];
          const middle = at.x + at.width / 2;
          expect((middle - map.x) / map.width).toBeCloseTo(key === "Home" ? 0.05 : 0.95, 1);
          expect(first.right).toBeLessThan(middle);
          expect(second.x).toBeGreaterThan(middle);
          const [left, right] = [
            await box(".map-canvas:not(.second) .maplibregl-ctrl-attrib"),
            await box(".map-canvas.second .maplibregl-ctrl-attrib"),
          ];
          expect(left.right).toBeLessThanOrEqual(right.x);
          expect(right.right).toBeLessThanOrEqual(map.right);
          const zoom = page.getByRole("button", { name: "Agrandir" });
          expect(await zoom.count()).toBe(1);
          const [west] = await edges(page, 1);
          await zoom.click();
          await expect.poll(async () => (await edges(page, 1))[0]).toBeGreaterThan(west);
          expect(await axeFaults(page)).toEqual([]);
        },
        { hash: "#/comparer?insee=61169&mode=rideau", viewport },
      ),
  );
});

test("on a narrow screen the map stays in sight of the row that is opened, and of the place that is looked at", () =>
  onPage(
    async (page) => {
      await page.locator("tr.change").first().getByRole("button").click();
      await page.locator(".change-detail").waitFor();
      const [map, row] = [
        await page.locator(".map").boundingBox(),
        await page.locator("tr.change").first().boundingBox(),
      ];
      expect(map?.y).toBeGreaterThanOrEqual(0);
      expect(row?.y).toBeGreaterThanOrEqual((map?.y ?? 0) + (map?.height ?? 0));
      expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(740);
      const place = page
        .locator(".compare-places")
        .getByRole("button", { name: /École Les Vallées/ });
      await place.scrollIntoViewIfNeeded();
      const before = await place.boundingBox();
      await place.click();
      await page.locator(".pin").waitFor();
      expect((await place.boundingBox())?.y).toBe(before?.y);
      expect((await page.locator(".map").boundingBox())?.y).toBe(map?.y);
    },
    { hash: "#/comparer?insee=61169", viewport: { width: 360, height: 740 } },
  ));

test.each(["superpose", "rideau", "cote-a-cote"])(
  "the map is printed as it is seen, with its legend and credits: %s",
  (mode) =>
    onPage(
      async (page) => {
        await page.locator("tr.change").first().waitFor();
        await expect.poll(async () => (await edges(page))[0]).toBeGreaterThan(-0.8);
        await page.pdf({ format: "A4" });
        const inks = await page
          .locator(".paper-map canvas")
          .evaluate((paper: HTMLCanvasElement) => {
            // Below the names of the vintages, which have shades of their own.
            const { data } = paper
              .getContext("2d")!
              .getImageData(0, 100, paper.width, paper.height - 100);
            return new Set(new Uint32Array(data.buffer)).size;
          });
        // The paper, the signs of two places, and all shades at their edges.
        expect(inks).toBeGreaterThan(20);
        await page.emulateMedia({ media: "print" });
        const words = plain(await page.locator("body").innerText());
        for (const told of ["Contour 2015", "Contour 2024", credit("2015"), credit("2024")])
          expect(words).toContain(told);
        expect(words.includes("Terrain gagné")).toBe(mode === "superpose");
        expect(words).not.toContain("Côte à côte");
      },
      { hash: `#/comparer?insee=61169&mode=${mode}` },
    ),
);
