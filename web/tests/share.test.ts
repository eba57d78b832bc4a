/** The shares of an area and of an outline, in a real browser against a server that keeps the contract. */
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { shares } from "./share-samples";
import { json } from "./stand-in";

useBrowser();

const API = "/api/v1/share";
const FLERS = { hash: "#/comparer?insee=61169" };
const asked = () => server.asked.filter(({ path }) => path.startsWith(API));

beforeEach(() => {
  server.own.clear();
  server.own.set(API, (response) => json(response, 200, shares));
});

/** The rows of a vintage's table, each cell's text. */
async function rowsOf(page: Page, vintage: string): Promise<string[][]> {
  const table = page.getByRole("table", { name: `Périmètres ${vintage}` });
  await table.waitFor();
  const rows = await table.getByRole("row").all();
  return Promise.all(
    rows.map(async (row) => {
      const cells = await row.locator("th, td").allInnerTexts();
      return cells.map((cell) => plain(cell).replaceAll("\n", " "));
    }),
  );
}

test("the share of a commune is asked for when it is opened, in both vintages", () =>
  onPage(async (page) => {
    const summary = page.getByText("Part de ce territoire en quartier prioritaire");
    await summary.waitFor();
    expect(asked()).toEqual([]);
    await summary.click();
    expect(await rowsOf(page, "2024")).toEqual([
      ["", "en quartier", "bande des 300 m", "ailleurs", "total", "position inconnue"],
      ["hectares", "82,02 3,8 %", "310,50 14,2 %", "1 790,00 82 %", "2 182,52", ""],
      ["adresses", "1 204 21,5 %", "1 500 26,8 %", "2 894 51,7 %", "5 600", "2 < 0,1 %"],
      ["habitants (estimation)", "4 100", "non publié", "non publié", "non publié", ""],
      ["écoles et établissements", "3 33,3 %", "2 22,2 %", "3 33,3 %", "9", "1 11,1 %"],
      ["gymnases", "0 0 %", "1 50 %", "1 50 %", "2", "0 0 %"],
    ]);
    expect(plain(await page.locator(".share").innerText())).toContain(
      "Adresses trop proches d'une limite pour que leur zone soit sûre : 40.",
    );
    expect(asked().map(({ path }) => path)).toEqual([`${API}?insee=61169`]);
    expect(await axeFaults(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  }, FLERS));

test("what is not loaded says so and is never zero", () =>
  onPage(async (page) => {
    await page.getByText("Part de ce territoire en quartier prioritaire").click();
    const [, hectares, addresses, inhabitants, schools] = await rowsOf(page, "2015");
    for (const row of [hectares, addresses, schools])
      expect(new Set(row?.slice(1))).toEqual(new Set(["non chargé"]));
    expect(inhabitants?.slice(1)).toEqual(["inconnu", "non publié", "non publié", "non publié"]);
    const unloaded = await rowsOf(page, "2030");
    for (const row of unloaded.slice(1))
      expect(new Set(row.slice(1))).toEqual(new Set(["non chargé"]));
    const notes = plain(await page.locator(".share").innerText());
    expect(notes).toContain("ne sont chargés qu'en partie");
  }, FLERS));

test("a refusal is said, and asked again", () =>
  onPage(
    async (page) => {
      server.own.set(API, (response) =>
        json(response, 503, {
          code: "overloaded",
          detail: "busy",
          message: "Service très sollicité.",
        }),
      );
      await page.getByText("Part de ce territoire en quartier prioritaire").click();
      await page.getByText("Service très sollicité.").waitFor();
      server.own.set(API, (response) => json(response, 200, shares));
      await page.locator(".share").getByRole("button").click();
      await page.getByRole("table", { name: "Périmètres 2024" }).waitFor();
    },
    { ...FLERS, refusals: ["503"] },
  ));

test("the country is no area to share", () =>
  onPage(
    async (page) => {
      await page.locator("tr.change").first().waitFor();
      expect(await page.locator(".share").count()).toBe(0);
    },
    { hash: "#/comparer" },
  ));

test("the outline of a project is shared, in a body", () =>
  onPage(
    async (page) => {
      const outline = "POLYGON((-0.57 48.75,-0.56 48.75,-0.56 48.76,-0.57 48.75))";
      await page.getByLabel("Contour du bâtiment").fill(outline);
      await page.getByRole("button", { name: "Lire ce contour" }).click();
      await page.getByText("Part de ce contour en quartier prioritaire").click();
      await page.getByRole("table", { name: "Périmètres 2024" }).waitFor();
      const [{ path, body } = { path: "", body: "" }] = asked();
      expect(path).toBe(API);
      expect(JSON.parse(body).polygon.coordinates[0][0]).toEqual([-0.57, 48.75]);
      expect(await axeFaults(page)).toEqual([]);
    },
    { hash: "#/batiment" },
  ));
