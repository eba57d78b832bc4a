/** The map of the page in a real browser: its description and attributions. */
import { beforeEach, describe, expect, test } from "vitest";
import { picture } from "../e2e/pixels";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { json } from "./stand-in";
import { pointTile, rectangleTile } from "./vector-tile";

useBrowser();

const bounds = [-1, 48, 0, 49];
const LAYERS = [
  {
    id: "qpv-2024",
    kind: "perimeters",
    vintage: "2024",
    minzoom: 3,
    maxzoom: 14,
    bounds,
    features: 2,
  },
  {
    id: "qpv-2015",
    kind: "perimeters",
    vintage: "2015",
    minzoom: 3,
    maxzoom: 14,
    bounds,
    features: 2,
  },
  {
    id: "clusters-2024",
    kind: "clusters",
    vintage: "2024",
    minzoom: 0,
    maxzoom: 14,
    bounds,
    features: 2,
  },
  { id: "streets", kind: "streets", minzoom: 13, maxzoom: 14, bounds, features: 9 },
  { id: "addresses", kind: "addresses", minzoom: 14, maxzoom: 14, bounds, features: 99 },
];
const ANCT = "Périmètres : ANCT, Licence Ouverte 2.0";
const BANO = "Adresses : bano-61.csv (BANO, contributeurs d'OpenStreetMap, ODbL)";

beforeEach(() => {
  delete server.tile;
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers: LAYERS, opening: bounds, version: "1" }),
  );
  for (const { id } of LAYERS) {
    const attribution = /qpv|clusters/.test(id)
      ? id === "qpv-2015"
        ? "Périmètres de 2015"
        : ANCT
      : BANO;
    server.own.set(`/tiles/${id}`, (response) => json(response, 200, { attribution }));
  }
});

test.each([
  ["wide", { width: 1280, height: 800 }],
  ["narrow", { width: 360, height: 740 }],
])(
  "on a %s screen, what is drawn is credited, each source once, and OpenStreetMap with its streets",
  (_, viewport) =>
    onPage(
      async (page) => {
        const credits = page.locator(".maplibregl-ctrl-attrib-inner");
        await expect.poll(async () => plain(await credits.innerText())).toBe(ANCT);
        await page.getByRole("combobox").fill("12 rue de la paix");
        await page.getByRole("combobox").press("Enter");
        await expect.poll(async () => plain(await credits.innerText())).toBe(`${ANCT} | ${BANO}`);
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { viewport },
    ),
);

describe.each(["light", "dark"] as const)("on a %s screen", (colorScheme) => {
  /** Beside the door that is asked, in a neighbourhood and its band. */
  const NUMBER: [number, number] = [-0.5697, 48.75005];

  /** The luminance of a colour, as WCAG 2.2 defines it. */
  const luminance = (colour: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: number, other: number) =>
    (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

  test("a number of a house stands out by 4.5 from the neighbourhood that it lies in", () => {
    const band = { ...LAYERS[0], id: "band-2024", kind: "band" };
    const layers = [...LAYERS.filter(({ id }) => id !== "streets"), band];
    server.own.set("/tiles", (response) =>
      json(response, 200, { layers, opening: bounds, version: "1" }),
    );
    server.own.set("/tiles/band-2024", (response) => json(response, 200, { attribution: ANCT }));
    server.tile = (layer, at) => {
      if (layer === "addresses") return pointTile(layer, ["housenumber", "188"], NUMBER, at);
      return /2024/.test(layer) && !/clusters/.test(layer)
        ? rectangleTile(layer, [-0.6, 48.7, -0.5, 48.8], at)
        : null;
    };
    return onPage(
      async (page) => {
        await page.getByRole("combobox").fill("12 rue de la paix");
        await page.getByRole("combobox").press("Enter");
        await page.waitForSelector(".pin");
        const seen = async () => {
          await page.waitForSelector(".map-canvas[data-rest=true]");
          const map = await picture(page);
          // The pixels around the number.
          const found: number[] = [];
          for (let y = 0; y < map.height; y += 1)
            for (let x = 0; x < map.width; x += 1) {
              const [lon, lat] = map.lonLat(x, y);
              if (Math.abs(lon - NUMBER[0]) < 0.0001 && Math.abs(lat - NUMBER[1]) < 0.00004)
                found.push(luminance(map.at(x, y)));
            }
          return found.sort((a, b) => a - b);
        };
        const strength = async () => {
          const found = await seen();
          // Most of what is around is the ground; the ink is the pixels that differ most from it.
          const ground = found[found.length >> 1] ?? 0;
          const ink = colorScheme === "light" ? found[4] : found.at(-5);
          return contrast(ink ?? 0, ground);
        };
        await expect.poll(strength).toBeGreaterThanOrEqual(4.5);
        expect((await seen()).length).toBeGreaterThan(500);
      },
      { colorScheme, deviceScaleFactor: 2 },
    );
  });
});

test("without their attributions, no layer is drawn, and the page says so", () =>
  onPage(
    async (page) => {
      server.own.set("/tiles/streets", (response) =>
        json(response, 503, { code: "overloaded", detail: "", message: "Occupé." }),
      );
      await page.reload();
      await page.getByText("ce service n’a pas répondu pour la carte").waitFor();
    },
    { hash: "#/carte", refusals: ["503 /tiles/streets"] },
  ));
