/** The map of the page in a real browser: its description and attributions. */
import { beforeEach, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { json } from "./stand-in";

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
  server.own.set("/tiles", (response) => json(response, 200, { layers: LAYERS, version: "1" }));
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

test("without their attributions, no layer is drawn, and the page says so", () =>
  onPage(
    async (page) => {
      server.own.set("/tiles/streets", (response) =>
        json(response, 503, { code: "overloaded", detail: "", message: "Occupé." }),
      );
      await page.reload();
      await page.getByText("les tuiles de ce service ne répondent pas").waitFor();
    },
    { hash: "#/carte", refusals: ["503 /tiles/streets"] },
  ));
