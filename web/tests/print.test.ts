/** What stands on paper: the colours of the map, its legend and credits, and none of the controls. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { mapColours, readPalette } from "../build/palette";
import { type Colour, type Pixels, picture, pixelsOf } from "../e2e/pixels";
import { onPage, plain, server, useBrowser } from "./browser";
import { json } from "./stand-in";
import { rectangleTile } from "./vector-tile";

useBrowser();

const BOUNDS = [-0.7, 48.7, -0.5, 48.83];
/** The neighbourhood of the test: most of what the map opens on. */
const QUARTER: [number, number, number, number] = [-0.66, 48.72, -0.54, 48.81];
const CREDIT = "Périmètres : ANCT, Licence Ouverte 2.0";
const COLOURS = mapColours(readPalette().light);

/** A printed document: its words, its first page in pixels, and how many pages it has. */
async function paper(page: Page): Promise<{ words: string; pixels: Pixels; pages: number }> {
  const folder = mkdtempSync(join(tmpdir(), "qpv-print-"));
  try {
    const [pdf, image] = [join(folder, "page.pdf"), join(folder, "page")];
    // Without backgrounds, as browsers print unless they are asked to.
    writeFileSync(pdf, await page.pdf({ format: "A4", printBackground: false }));
    execFileSync("pdftoppm", ["-r", "100", "-png", "-singlefile", pdf, image]);
    const words = execFileSync("pdftotext", ["-layout", pdf, "-"]).toString();
    return {
      words: plain(words).replace(/\s+/g, " "),
      pixels: await pixelsOf(page, readFileSync(`${image}.png`)),
      pages: words.split("\f").length - 1,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function near(colour: Colour, other: Colour, most = 14): boolean {
  return Math.hypot(...colour.map((part, at) => part - (other[at] ?? 0))) < most;
}

/** The share of a picture that has about this colour. */
function share({ width, height, at }: Pixels, colour: Colour): number {
  let found = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) if (near(at(x, y), colour)) found++;
  return found / (width * height);
}

function rgb(hex = ""): Colour {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(hex.slice(at, at + 2), 16),
  );
  return [red, green, blue];
}

test("the map of Carte is printed with its colours, legend and credits, and no control", () => {
  server.own.set("/tiles", (response) =>
    json(response, 200, {
      layers: [
        {
          id: "qpv-2024",
          kind: "perimeters",
          vintage: "2024",
          minzoom: 3,
          maxzoom: 14,
          bounds: BOUNDS,
          features: 2,
        },
      ],
      opening: BOUNDS,
      version: "1",
    }),
  );
  server.own.set("/tiles/qpv-2024", (response) => json(response, 200, { attribution: CREDIT }));
  server.tile = (id, at) => (id === "qpv-2024" ? rectangleTile(id, QUARTER, at) : null);
  return onPage(
    async (page) => {
      await page.waitForSelector(".map-canvas[data-rest=true]");
      const map = await picture(page);
      const pixel = (wanted: [number, number]): Colour => {
        for (let x = 0; x < map.width; x++)
          for (let y = 0; y < map.height; y++) {
            const [lon, lat] = map.lonLat(x, y);
            if (Math.abs(lon - wanted[0]) < 0.002 && Math.abs(lat - wanted[1]) < 0.002)
              return map.at(x, y);
          }
        throw new Error(`not in sight: ${wanted}`);
      };
      const [fill, ground] = [pixel([-0.58, 48.765]), pixel([-0.68, 48.765])];
      // The fill is the ground under a veil of the palette's colour.
      const ink = rgb(COLOURS.qpv);
      const veils = [0.2, 0.28, 0.36].map((strength) =>
        ground.map((part, at) => part * (1 - strength) + (ink[at] ?? 0) * strength),
      );
      expect(
        veils.some((veil) => near(fill, veil as Colour, 24)),
        `${ground} ${fill}`,
      ).toBe(true);
      const { words, pixels, pages } = await paper(page);
      expect(pages).toBe(1);
      // A page of A4 has the map on a third of it, at least a quarter of that in the neighbourhood.
      expect(share(pixels, fill)).toBeGreaterThan(0.05);
      expect(share(pixels, ground)).toBeGreaterThan(0.03);
      // The line of the legend's sample and of the outline.
      expect(share(pixels, ink)).toBeGreaterThan(0.0002);
      for (const told of [
        "Quartiers prioritaires : page imprimée le",
        CREDIT,
        "Quartiers prioritaires 2024",
      ])
        expect(words).toContain(told);
      for (const control of [
        "Couches de la carte",
        "Image PNG",
        "Chercher",
        "Adresse ou lieu",
        "Outre-mer",
      ])
        expect(words).not.toContain(control);
    },
    { hash: "#/carte" },
  ).finally(() => {
    server.own.clear();
    delete server.tile;
  });
});

test("the answer of Vérifier is printed with the colour of its zone, without the map", () =>
  onPage(async (page) => {
    await page.getByRole("combobox").fill("12 rue de la paix");
    await page.keyboard.press("Enter");
    const card = page.locator(".answer[aria-busy=false] article.card");
    await card.waitFor();
    await page.emulateMedia({ media: "print" });
    const border = await card.evaluate((it) =>
      getComputedStyle(it).borderLeftColor.match(/\d+/g)?.map(Number),
    );
    const { words, pixels, pages } = await paper(page);
    expect(pages).toBe(1);
    // 4 pt beside the answer, of a page of 595 pt.
    expect(share(pixels, border as Colour)).toBeGreaterThan(0.0005);
    // The card's edge is the colour of its zone, and not that of its words.
    expect(near(border as Colour, rgb(COLOURS.qpv), 80)).toBe(true);
    expect(words).toContain("Dans le quartier prioritaire Saint Michel (QN06103M)");
    expect(words).not.toContain("Vérifier une liste");
  }));
