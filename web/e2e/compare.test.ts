/** The view of comparisons on the real program with both national vintages: official figures, the map in black and white, files. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Change, Comparison } from "../src/compare/api";
import { axeFaults, onPage, overflow, plain, useBrowser } from "../tests/browser";
import { inside, type Picture, picture } from "./pixels";
import { SKIPPED, start } from "./service";

const FLERS = { hash: "#/comparer?insee=61169" };
const row = (page: Page, code: string) => page.locator("tr.change").filter({ hasText: code });

type Part = "shared" | "gained" | "lost";

/** The changes of a commune with their outlines, from the service. */
const outlined = async (page: Page, insee: string) => {
  const query = `from=2015&to=2024&insee=${insee}&geometry=true`;
  return (
    await page.evaluate(
      async (query) => (await fetch(`api/v1/compare?${query}`)).json() as Promise<Comparison>,
      query,
    )
  ).changes;
};
const cornersOf = (changes: readonly Change[], part: Part) =>
  changes.flatMap(({ outlines }) =>
    outlines ? (outlines[part] as unknown as { coordinates: number[][][][] }).coordinates : [],
  );

/** The greys of a part on a picture of the map, away from the lines around it, the darkest first. */
const greys = (seen: Picture, changes: readonly Change[], part: Part) => {
  const ground = cornersOf(changes, part);
  const found: number[] = [];
  for (let x = 40; x < seen.width - 40; x += 3) {
    for (let y = 40; y < seen.height - 40; y += 3) {
      const corners = [
        [-9, 0],
        [9, 0],
        [0, -9],
        [0, 9],
        [0, 0],
      ] as const;
      if (!corners.every(([dx, dy]) => inside(ground, seen.lonLat(x + dx, y + dy)))) continue;
      const [red, green, blue] = seen.at(x, y);
      found.push(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    }
  }
  expect(found.length).toBeGreaterThan(200);
  return found.sort((a, b) => a - b);
};
const spread = (found: number[]) =>
  (found[Math.floor(found.length * 0.95)] ?? 0) - (found[Math.floor(found.length * 0.05)] ?? 0);
/** The share of pixels clearly darker than the ground between the strokes. */
const inked = (found: number[]) =>
  found.filter((grey) => grey < (found[Math.floor(found.length * 0.95)] ?? 0) - 25).length /
  found.length;

describe.skipIf(SKIPPED)("the comparison of real vintages", () => {
  useBrowser(() => start("real"));

  // Areas by GEOS, planar in Lambert-93, published beside the data.
  test("a commune is found by its name, and its neighbourhoods have the published areas", () =>
    onPage(
      async (page) => {
        await page.getByRole("combobox").fill("fler");
        await page.getByRole("option", { name: "Flers commune" }).first().waitFor();
        await page.getByRole("combobox").press("Enter");
        await page.getByRole("heading", { name: "Flers (61169)" }).waitFor();
        for (const [code, ...areas] of [
          ["QN06103M", "QP061003", "Étendu", "9,37", "38,83", "9,35"],
          ["QN06104M", "QP061004", "Étendu", "30,88", "43,19", "30,27"],
        ] as const) {
          await row(page, code).waitFor();
          const told = plain(await row(page, code).innerText());
          for (const part of areas) expect(told.toLowerCase()).toContain(part.toLowerCase());
        }
        // No address of the Orne is loaded, nor any statistics.
        expect(plain(await row(page, "QN06103M").innerText()).match(/non connu/g)?.length).toBe(6);
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/comparer" },
    ));

  test("what was kept, gained and lost is shown apart without any colour", () =>
    onPage(
      async (page) => {
        await row(page, "QN01801M").waitFor();
        await page.waitForSelector(".map-canvas[data-rest=true]");
        await page.waitForTimeout(500);
        const changes = await outlined(page, "18033");
        const seen = await picture(page);
        const [kept, gained, lost] = (["shared", "gained", "lost"] as const).map((part) =>
          greys(seen, changes, part),
        ) as [number[], number[], number[]];
        // One tone where it was kept, hatches where it was gained, twice as many where it was lost.
        expect(spread(kept)).toBeLessThan(12);
        expect(spread(gained)).toBeGreaterThan(40);
        expect(spread(lost)).toBeGreaterThan(40);
        expect(inked(kept)).toBeLessThan(0.02);
        expect(inked(lost)).toBeGreaterThan(1.3 * inked(gained));
      },
      { hash: "#/comparer?insee=18033&quartier=QN01801M" },
    ));

  test("where the one neighbourhood is published without an area, no sum is shown", () =>
    onPage(
      async (page) => {
        await page.getByText("Rien ne peut être dit ici").waitFor();
        expect(plain(await page.locator(".compare-notes").innerText())).toContain(
          "Le Vieillet (QN09113I) : un périmètre est publié sans surface",
        );
        expect(await page.locator(".totals, table, .legend").count()).toBe(0);
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/comparer?insee=91514" },
    ));

  test("every file is made and named after the area", () =>
    onPage(async (page) => {
      await row(page, "QN06103M").waitFor();
      for (const [link, name, begins] of [
        ["Excel", "qpv-2015-2024-61169.xlsx", "PK"],
        ["GeoPackage", "qpv-2015-2024-61169.gpkg", "SQLite format 3"],
        ["GeoJSON", "qpv-2015-2024-61169.geojson", "{"],
        ["GeoParquet", "qpv-2015-2024-61169.parquet", "PAR1"],
        ["CSV", "qpv-2015-2024-61169.csv", "\u00ef\u00bb\u00bfclass;from_code_qp;"],
        ["PDF", "qpv-2015-2024-61169.pdf", "%PDF-"],
      ] as const) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page
            .getByRole("link", { name: new RegExp(link) })
            .first()
            .click(),
        ]);
        expect(download.suggestedFilename()).toBe(name);
        expect(
          readFileSync(await download.path())
            .subarray(0, begins.length)
            .toString("latin1"),
        ).toBe(begins);
      }
    }, FLERS));

  test("the whole country is sorted and paged, and a row brings the map to its place", () =>
    onPage(
      async (page) => {
        await page.locator("tr.change").first().waitFor();
        expect(await page.locator("tr.change").count()).toBe(100);
        await page.getByRole("button", { name: "Surface 2024 (ha)" }).click();
        const areas = async () =>
          (await page.locator("tr.change td:nth-child(5)").allInnerTexts()).map((area) =>
            Number(area.replace(/\s/g, "").replace(",", ".")),
          );
        const sorted = await areas();
        // The largest of 2024, by GEOS in the projection of French Guiana.
        expect(plain(await page.locator("tr.change").first().innerText())).toContain("QN97329M");
        expect(sorted[0]).toBeGreaterThan(3095.38);
        expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
        expect(await axeFaults(page)).toEqual([]);
        await page.locator("tr.change button").first().click();
        await page.locator(".change-detail").waitFor();
        const [change] = (await outlined(page, "97311")).filter(
          ({ to }) => to[0]?.code_qp === "QN97329M",
        );
        const corners = [
          ...cornersOf([change!], "shared"),
          ...cornersOf([change!], "gained"),
          ...cornersOf([change!], "lost"),
        ].flat(2);
        const lons = corners.map(([lon = 0]) => lon);
        const [west, east] = [Math.min(...lons), Math.max(...lons)];
        const edges = async () =>
          ((await page.locator(".map-canvas").first().getAttribute("data-edges")) ?? "")
            .split(",")
            .map(Number);
        await expect
          .poll(async () => Math.abs(((await edges())[0] ?? 0) - west))
          .toBeLessThan(east - west);
        await page.waitForSelector(".map-canvas[data-rest=true]");
        const [left = 0, bottom = 0, right = 0, top = 0] = await edges();
        expect(
          corners.every(
            ([lon = 0, lat = 0]) => left < lon && lon < right && bottom < lat && lat < top,
          ),
        ).toBe(true);
        expect(right - left).toBeLessThan(6 * (east - west));
      },
      { hash: "#/comparer" },
    ));

  test("a link restores area, way of showing and the row that is open; on a phone nothing overflows", () =>
    onPage(
      async (page) => {
        await page.locator(".change-detail").waitFor();
        expect(plain(await page.locator(".change-detail").innerText())).toContain("QN06103M");
        expect(await page.getByLabel("Côte à côte").isChecked()).toBe(true);
        expect(await page.locator(".map-canvas").count()).toBe(2);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      {
        hash: "#/comparer?insee=61169&mode=cote-a-cote&quartier=QN06103M",
        viewport: { width: 360, height: 740 },
      },
    ));
});
