/** The map of the real program on real data: perimeters are where the official file says, layers can be chosen, sheets open. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, plain, useBrowser } from "../tests/browser";
import { type Colour, inside, picture } from "./pixels";
import { PERIMETERS_2024, SKIPPED, start } from "./service";

interface Official {
  features: { properties: { code_qp: string }; geometry: { coordinates: number[][][][] } }[];
}

/** Waits until the map shows what it was last asked to. */
async function atRest(page: Page): Promise<void> {
  await page.waitForSelector(".map-canvas[data-edges]");
  await page.waitForFunction(
    () => document.querySelector(".map-canvas")?.getAttribute("data-rest") === "true",
  );
}

/** All around, a step of one pixel long. */
const DIRECTIONS = Array.from(
  { length: 24 },
  (_, i) => [Math.cos((i * Math.PI) / 12), Math.sin((i * Math.PI) / 12)] as const,
);

const distance = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

describe.skipIf(SKIPPED)("the map on real data", () => {
  useBrowser(() => start("real"));

  test("every pixel is filled where the official outline of Saint Michel at Flers has it, and nowhere else", () =>
    onPage(
      async (page) => {
        await page.waitForSelector(".sheet");
        // Only the perimeters: the band and the names would tint the same pixels.
        await page.getByRole("checkbox", { name: /^Bande des 300 m 2024/ }).uncheck();
        await page.getByRole("checkbox", { name: "Regroupements de quartiers 2024" }).uncheck();
        await atRest(page);
        const { features } = JSON.parse(readFileSync(PERIMETERS_2024, "utf8")) as Official;
        const outlines = features.map(({ geometry }) => geometry.coordinates);
        const near = outlines.filter(
          (outline) =>
            Math.hypot(
              (outline[0]?.[0]?.[0]?.[0] ?? 0) + 0.57,
              (outline[0]?.[0]?.[0]?.[1] ?? 0) - 48.75,
            ) < 0.1,
        );
        expect(near.length).toBe(2);
        const seen = await picture(page);
        const holds = (x: number, y: number) =>
          near.some((outline) => inside(outline, seen.lonLat(x, y)));
        const [filled, empty]: [Colour[], Colour[]] = [[], []];
        for (let x = 60; x < seen.width - 60; x += 7) {
          for (let y = 60; y < seen.height - 60; y += 7) {
            // The line of a neighbourhood chosen is 4 pixels wide, and drawn smooth: pixels near it are not judged.
            const around = DIRECTIONS.flatMap(([dx, dy]) => [
              holds(x + 2.5 * dx, y + 2.5 * dy),
              holds(x + 5 * dx, y + 5 * dy),
            ]);
            if (around.every(Boolean)) filled.push(seen.at(x, y));
            else if (!around.some(Boolean)) empty.push(seen.at(x, y));
          }
        }
        expect(filled.length).toBeGreaterThan(500);
        expect(empty.length).toBeGreaterThan(500);
        const [fill, paper] = [median(filled), median(empty)];
        expect(distance(fill, paper)).toBeGreaterThan(40);
        expect(filled.filter((colour) => distance(colour, fill) > 8)).toEqual([]);
        expect(
          empty.filter((colour) => distance(colour, paper) > 8).length / empty.length,
        ).toBeLessThan(0.02);
      },
      { hash: "#/carte?qpv=QN06103M" },
    ));

  test("the sheet shows code, commune, area, and what it was in 2015", () =>
    onPage(
      async (page) => {
        const sheet = plain(await page.locator(".sheet").textContent());
        // Areas by GEOS, planar in Lambert-93, as the State publishes them.
        for (const part of [
          "Saint Michel",
          "QN06103M",
          "Flers (61169)",
          "38,83 ha",
          "QP061003",
          "9,35 ha en commun",
        ]) {
          expect(sheet).toContain(part);
        }
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/carte?qpv=QN06103M" },
    ));

  test("a click on a neighbourhood opens its sheet, and the list in words leads to the same", () =>
    onPage(
      async (page) => {
        await page.waitForSelector(".sheet");
        await atRest(page);
        const box = await page.locator(".map-canvas").first().boundingBox();
        await page.evaluate(() => (location.hash = "#/carte"));
        if (!box) throw new Error("no map");
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.waitForURL(/qpv=QN09002M/);
        await page
          .getByRole("link", { name: /\(QN09002M\)/ })
          .first()
          .focus();
        await page.keyboard.press("Enter");
        expect(await page.locator(".sheet h2").textContent()).toContain("Glacis");
      },
      { hash: "#/carte?qpv=QN09002M" },
    ));
});

function median(colours: Colour[]): Colour {
  const middle = (channel: 0 | 1 | 2) =>
    colours.map((colour) => colour[channel]).sort((a, b) => a - b)[colours.length >> 1] ?? 0;
  return [middle(0), middle(1), middle(2)];
}
