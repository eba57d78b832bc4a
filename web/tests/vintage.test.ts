/** The map shows the perimeters that answered, and says of which vintage they are. In a real browser, against the stand-in. */
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckAnswer } from "../src/api/client";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import * as samples from "./samples";
import { json } from "./stand-in";

useBrowser();

const bounds = [-0.6, 48.7, -0.5, 48.8];
const LAYERS = [
  ...["2015", "2024"].flatMap((vintage) => [
    {
      id: `qpv-${vintage}`,
      kind: "perimeters",
      vintage,
      minzoom: 0,
      maxzoom: 14,
      bounds,
      features: 2,
    },
    {
      id: `band-300m-${vintage}`,
      kind: "band",
      vintage,
      minzoom: 0,
      maxzoom: 14,
      bounds,
      features: 2,
    },
  ]),
  {
    id: "departement-counts",
    kind: "departement_counts",
    minzoom: 0,
    maxzoom: 14,
    bounds,
    features: 1,
  },
];
const of2015 = { ...samples.inside, ...samples.of2015 };

beforeEach(() => {
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers: LAYERS, opening: bounds, version: "1" }),
  );
  for (const { id } of LAYERS)
    server.own.set(`/tiles/${id}`, (response) => json(response, 200, { attribution: "" }));
});
afterEach(() => server.own.clear());

function answers(answer: Partial<CheckAnswer>): void {
  server.own.set("/api/v1/check", (response) =>
    json(response, 200, { ...samples.at(of2015), ...answer }),
  );
}

/** Waits until the map says what it shows, and has asked for its tiles since `before`: it asks for those that are shown only. */
async function shows(page: Page, vintage: string, before: number): Promise<void> {
  await expect
    .poll(async () => plain(await page.textContent(".map-vintage")), { timeout: 15_000 })
    .toBe(`Périmètres affichés : ${vintage}`);
  const asked = () =>
    server.asked
      .slice(before)
      .flatMap(({ path }) => /^\/tiles\/qpv-(\d+)\/\d/.exec(path)?.[1] ?? []);
  await expect.poll(asked, { timeout: 15_000 }).toContain(vintage);
}

test("an answer of 2015 is shown on the perimeters of 2015, and the next of 2024 on those of 2024", () =>
  onPage(async (page) => {
    await shows(page, "2024", 0);
    answers({});
    const box = page.getByRole("combobox", { name: "Adresse ou lieu" });
    const before = server.asked.length;
    await box.fill("48.75, -0.57");
    await box.press("Enter");
    await shows(page, "2015", before);
    expect(await axeFaults(page)).toEqual([]);
    answers({ position: samples.inside });
    await box.press("Enter");
    await expect
      .poll(async () => plain(await page.textContent(".map-vintage")))
      .toBe("Périmètres affichés : 2024");
  }));

test("the sheet of a neighbourhood of 2015 has its own outline, also after it had been hidden, and its layer is checked", () =>
  onPage(
    async (page) => {
      const layer = (vintage: string) =>
        page.getByRole("checkbox", { name: `Quartiers prioritaires ${vintage}` });
      await layer("2015").check();
      await layer("2015").uncheck();
      await page.evaluate(() => (location.hash = "#/carte?qpv=QP061003"));
      await page.locator(".sheet").waitFor();
      await expect
        .poll(async () => plain(await page.textContent(".map-vintage")))
        .toBe("Périmètres affichés : 2015");
      expect(await layer("2015").isChecked()).toBe(true);
      expect(await layer("2024").isChecked()).toBe(false);
      // What is then chosen stays chosen, as long as the vintage is the same.
      await layer("2024").check();
      await expect
        .poll(async () => plain(await page.textContent(".map-vintage")))
        .toBe("Périmètres affichés : 2024 et 2015");
    },
    { hash: "#/carte" },
  ));

test("a building judged on a day of 2015 is shown among the perimeters of then", () =>
  onPage(
    async (page) => {
      await shows(page, "2024", 0);
      const no = { any_part: false, every_part: false, near_boundary: false };
      const footprint = {
        qpv: no,
        within_300m: no,
        within_500m: no,
        perimeters: [],
        nearest_m: null,
        farthest_m: null,
        precision_m: 1,
        ...samples.of2015,
        dataset: samples.official,
      };
      answers({ footprint });
      const before = server.asked.length;
      await page.getByLabel("Contour du bâtiment").fill("-0.57 48.75\n-0.569 48.75\n-0.569 48.751");
      await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
      await shows(page, "2015", before);
    },
    { hash: "#/batiment" },
  ));

test("counts by department name their vintage, with the legend of an unknown number, at 360 pixels too", () =>
  onPage(
    async (page) => {
      const counts = (vintage: string) =>
        page.getByRole("checkbox", { name: `Nombre de quartiers ${vintage} par département` });
      await counts("2024").waitFor();
      expect(await page.getByText("nombre inconnu").count()).toBe(0);
      await counts("2015").check();
      await page.getByText("nombre inconnu").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    },
    { hash: "#/carte", viewport: { width: 360, height: 740 } },
  ));
