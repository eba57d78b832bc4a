/** The view of comparisons when words mean several areas, when nothing can be determined, and when the service fails. */
import type { ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import type { PerimeterProperties } from "../src/api/client";
import { axeFaults, onPage, plain, server, useBrowser } from "./browser";
import { addresses, comparison, listed, untold } from "./compare-samples";
import { json } from "./stand-in";

useBrowser();

const API = "/api/v1/compare";
const AREAS = "/api/v1/perimeters";
const FLERS = { hash: "#/comparer?insee=61169" };
const OVERLOADED = "Le service est très sollicité. Réessayez dans un instant.";

const asked = (path = API) =>
  server.asked
    .filter((one) => one.path.startsWith(path))
    .map((one) => decodeURIComponent(one.path.slice(path.length + 1)));
const refuse = (response: ServerResponse) =>
  json(response, 503, { code: "overloaded", detail: "", message: OVERLOADED });
const retry = (page: Page) => page.getByRole("button", { name: "Réessayer" });
const rows = (page: Page) => page.locator("tr.change");

const perimeter = (
  insee: string,
  commune: string,
  insee_dep: string,
  more: Partial<PerimeterProperties> = {},
): PerimeterProperties => ({
  ...listed[0]!,
  insee_com: [insee],
  lib_com: [commune],
  insee_dep,
  lib_dep: null,
  insee_reg: null,
  lib_reg: null,
  ...more,
});
const homonyms = [
  perimeter("93066", "Saint-Denis", "93"),
  perimeter("97411", "Saint-Denis", "974"),
  perimeter("76540", "Rouen", "76", { lib_dep: "Seine-Maritime" }),
  perimeter("31555", "Toulouse", "31", {
    insee_reg: "76",
    lib_reg: "Occitanie",
    siren_epci: ["243100518"],
  }),
];
const answerAreas = (perimeters: PerimeterProperties[]) => (response: ServerResponse) =>
  json(response, 200, { features: perimeters.map((properties) => ({ properties })) });

beforeEach(() => server.own.clear());

test.each([
  ["76", "departement=76"],
  ["rouen", "insee=76540"],
  ["243100518", "epci=243100518"],
  ["75113", "insee=75056"],
])("%s and Enter asks for %s", (typed, query) => {
  server.own.set(AREAS, answerAreas(homonyms));
  return onPage(
    async (page) => {
      const box = page.getByRole("combobox");
      await box.fill("rouen");
      await page.getByRole("option", { name: /Rouen/ }).waitFor();
      await box.fill(typed);
      await box.press("Enter");
      await expect.poll(() => page.url()).toBe(`${server.url}#/comparer?${query}`);
    },
    { hash: "#/comparer" },
  );
});

/** Types the name of two areas, and waits until both are suggested. */
async function typeSharedName(page: Page) {
  const box = page.getByRole("combobox");
  await box.fill("saint-denis");
  await page.getByRole("option", { name: /97411/ }).waitFor();
  return box;
}

test.each(["the mouse", "Tab and Enter"])(
  "of areas of one name none is taken unasked; the one chosen with the arrows is compared with %s",
  (way) => {
    server.own.set(AREAS, answerAreas(homonyms));
    return onPage(
      async (page) => {
        const box = await typeSharedName(page);
        await box.press("Enter");
        await page.getByText("Plusieurs territoires portent ce nom").waitFor();
        expect(await page.getByRole("option").count()).toBe(2);
        expect(page.url()).toBe(`${server.url}#/comparer`);
        expect(await axeFaults(page)).toEqual([]);
        await box.press("ArrowDown");
        await box.press("ArrowDown");
        if (way === "the mouse") {
          await page.getByRole("button", { name: "Comparer" }).click();
        } else {
          await box.press("Tab");
          await page.keyboard.press("Enter");
        }
        await expect.poll(() => page.url()).toBe(`${server.url}#/comparer?insee=97411`);
      },
      { hash: "#/comparer" },
    );
  },
);

test("areas of one name stay listed when the button of the box asks, and the field has the focus to choose", () => {
  server.own.set(AREAS, answerAreas(homonyms));
  return onPage(
    async (page) => {
      const box = await typeSharedName(page);
      await box.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("Plusieurs territoires portent ce nom").waitFor();
      expect(await page.getByRole("option").count()).toBe(2);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.url()).toMatch(/#\/comparer\?insee=(93066|97411)$/);
    },
    { hash: "#/comparer" },
  );
});

test("while the list of areas is loading that is shown, and no longer once it is there", () => {
  let answerLate = () => undefined as unknown;
  server.own.set(AREAS, (response) => (answerLate = () => answerAreas(homonyms)(response)));
  return onPage(
    async (page) => {
      const box = page.getByRole("combobox");
      await box.fill("rouen");
      await box.press("Enter");
      await page.getByText("en cours de chargement").waitFor();
      answerLate();
      await expect.poll(() => page.getByText("en cours de chargement").count()).toBe(0);
      await box.press("Enter");
      await page.getByRole("heading", { name: "Rouen (76540)" }).waitFor();
    },
    { hash: "#/comparer" },
  );
});

test("a list of areas that failed is asked for again with the next letter", () => {
  server.own.set(AREAS, refuse);
  return onPage(
    async (page) => {
      await rows(page).first().waitFor();
      await expect.poll(() => asked(AREAS).length).toBe(1);
      const box = page.getByRole("combobox");
      await box.press("Enter");
      server.own.set(AREAS, answerAreas(homonyms));
      await box.pressSequentially("roue", { delay: 150 });
      await page.getByRole("option", { name: /Rouen/ }).waitFor();
      expect(asked(AREAS)).toHaveLength(2);
    },
    { hash: "#/comparer", refusals: [`503 ${AREAS}`] },
  );
});

test("where nothing can be determined of what is there, no figure is shown", () => {
  server.own.set(API, (response) => json(response, 200, untold));
  return onPage(async (page) => {
    await page.getByText("Rien ne peut être dit ici").waitFor();
    for (const shown of [".totals", "table", ".map-modes", ".legend"])
      expect(await page.locator(shown).count()).toBe(0);
    const told = plain(await page.locator("main").textContent());
    for (const zero of ["0,00 ha", "Changements : 0", "Aucun quartier"])
      expect(told).not.toContain(zero);
    expect(told).toContain("Pont Féron (QP061009) : un périmètre est publié sans surface");
    expect(await axeFaults(page)).toEqual([]);
  }, FLERS);
});

test("a comparison that failed can be asked for again", () => {
  server.own.set(API, refuse);
  return onPage(
    async (page) => {
      await page.getByRole("alert").getByText(OVERLOADED).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      server.own.clear();
      await retry(page).press("Enter");
      await rows(page).first().waitFor();
      expect(await page.getByText(OVERLOADED).count()).toBe(0);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("view");
    },
    { ...FLERS, refusals: [`503 ${API}`] },
  );
});

test("in the country the outlines of the row that is open are asked for; when they fail that is shown, and they can be asked for again", () => {
  const bare = {
    ...comparison,
    changes: comparison.changes.map((change) => ({ ...change, outlines: undefined })),
  };
  server.own.set(API, (response, _, query) =>
    query.has("geometry") ? refuse(response) : json(response, 200, bare),
  );
  return onPage(
    async (page) => {
      await rows(page).first().click();
      await page.locator(".change-detail").getByText(OVERLOADED).waitFor();
      expect(asked().at(-1)).toBe("from=2015&to=2024&insee=61169&geometry=true");
      expect(await page.getByText("Terrain gagné", { exact: true }).count()).toBe(0);
      expect(await axeFaults(page)).toEqual([]);
      server.own.delete(API);
      await retry(page).click();
      await page.getByText("Terrain gagné", { exact: true }).waitFor();
      expect(await page.getByText(OVERLOADED).count()).toBe(0);
    },
    { hash: "#/comparer", refusals: [`503 ${API}`] },
  );
});

test("a list of addresses that failed can be asked for again; only its length is read out, the focus goes to it, and the map shows it", () => {
  const [extended, gone] = comparison.changes;
  let fails = true;
  server.own.set(API, (response, _, query) => {
    if (!query.has("addresses")) return json(response, 200, comparison);
    if (fails) return refuse(response);
    json(response, 200, { ...comparison, changes: [{ ...extended, addresses }, gone] });
  });
  return onPage(
    async (page) => {
      const show = page.getByRole("button", { name: "Voir les adresses" });
      await show.press("Enter");
      await page.locator(".change-detail").getByText(OVERLOADED).waitFor();
      expect(await page.getByText("adresse gagnée").count()).toBe(0);
      fails = false;
      await retry(page).click();
      await page
        .getByRole("list", { name: "Adresses gagnées et perdues" })
        .getByText("12 Rue de la Paix")
        .waitFor();
      const read = await page.getByRole("status").allTextContents();
      expect(read.map(plain)).toContain("Adresses listées : 1.");
      expect(read.join()).not.toContain("Rue de la Paix");
      await page.locator(".legend").getByText("adresse gagnée").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await rows(page).first().getByRole("button").click();
      await expect.poll(() => page.locator(".legend").getByText("adresse gagnée").count()).toBe(0);
      await rows(page).first().getByRole("button").click();
      await show.press("Enter");
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.className))
        .toBe("moved-list");
    },
    { hash: "#/comparer?insee=61169&quartier=QN06103M", refusals: [`503 ${API}`] },
  );
});

test("a row chosen far down a long list is shown after the first ones, and those between are not", () => {
  const [extended] = comparison.changes;
  const changes = Array.from({ length: 350 }, (_, at) => ({
    ...extended,
    to: [{ ...extended!.to[0]!, code_qp: `QN06${String(at).padStart(3, "0")}M` }],
  }));
  server.own.set(API, (response) => json(response, 200, { ...comparison, changes }));
  return onPage(
    async (page) => {
      await page.locator(".change-detail").waitFor();
      expect(await rows(page).count()).toBe(101);
      expect(await rows(page).last().innerText()).toContain("QN06300M");
      expect(plain(await page.locator(".more").innerText())).toContain(
        "Changements affichés : 101 sur 350",
      );
      expect(await axeFaults(page)).toEqual([]);
    },
    { hash: "#/comparer?insee=61169&quartier=QN06300M" },
  );
});

test("what reaches beyond the commune asked for is shown, with its communes", () => {
  const [extended, gone] = comparison.changes;
  const from = [{ ...extended!.from[0]!, insee_com: ["14047"], lib_com: ["Bayeux"] }];
  server.own.set(API, (response) =>
    json(response, 200, { ...comparison, changes: [{ ...extended, from }, gone] }),
  );
  return onPage(async (page) => {
    await rows(page).first().click();
    expect(plain(await page.locator(".change-detail").innerText())).toContain("9,37 ha Bayeux");
    expect(plain(await page.locator(".compare-notes").innerText())).toContain(
      "Changements qui s'étendent sur d'autres communes, comptés ici en entier : 1.",
    );
    await page.getByRole("columnheader", { name: "Commune" }).waitFor();
    expect(plain(await rows(page).first().innerText())).toContain("Flers, Bayeux");
  }, FLERS);
});

test("words of a row are selected without opening it", () =>
  onPage(async (page) => {
    const cell = await rows(page).first().locator("td.figure").first().boundingBox();
    if (!cell) throw new Error("there is no row");
    const [right, y] = [cell.x + cell.width - 8, cell.y + 18];
    await page.mouse.move(right, y);
    await page.mouse.down();
    await page.mouse.move(right - 30, y, { steps: 4 });
    await page.mouse.up();
    expect(await page.evaluate(() => String(getSelection()))).not.toBe("");
    expect(await page.locator(".change-detail").count()).toBe(0);
    await rows(page).first().getByRole("button").click();
    await page.locator(".change-detail").waitFor();
  }, FLERS));
