/** The view Child in a real browser, against a server that keeps the contract. */
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { axeFaults, onPage, overflow, plain, printed, server, useBrowser } from "./browser";
import { programme } from "./samples";
import { json } from "./stand-in";

useBrowser();

/** In the order of their import: one that has ended, one of a town, one of the country. */
const OFFERED = [
  { ...programme, id: "emplois-francs", name: "Emplois francs", until: "2024-12-31" },
  { ...programme, id: "pre-ville", name: "Programme de la ville", departments: ["61"] },
  { ...programme, name: "Règle nationale" },
];
const CARD = ".answer[aria-busy=false] article.result";
const hash = "#/enfant";

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, words] of Object.entries(fields))
    await page
      .getByRole("textbox", { name: label })
      .or(page.getByRole("combobox", { name: label }))
      .fill(words);
}

async function submit(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Vérifier" }).click();
  await page.waitForSelector(CARD);
  return plain(await page.locator(CARD).innerText());
}

function bodies(path: string): unknown[] {
  return server.asked
    .filter((asked) => asked.path === path)
    .map(({ body }) => JSON.parse(body) as unknown);
}

test("home, birth date, school and declarations go in one body, and the result comes with its reasons", () =>
  onPage(
    async (page) => {
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "4/5/2016",
        "Établissement scolaire": "Collège Jules-Ferry",
      });
      await page.getByRole("radio", { name: "Non", exact: true }).check();
      const result = await submit(page);
      expect(result).toContain("Éligible.");
      expect(result).toContain("Oui (décisif) : 10 ans : de 2 à 16 ans révolus.");
      expect(result).toContain("Pas connu : Établissement scolaire à préciser.");
      expect(result).toContain("Règle : De 2 à 16 ans, en quartier prioritaire");
      // A rule without a name has its number.
      expect(result).toContain("Règle 2");
      expect(
        await page.getByRole("link", { name: "Circulaire du 27 avril 2005" }).getAttribute("href"),
      ).toContain("legifrance");
      expect(bodies("/api/v1/check")).toEqual([
        {
          q: "12 rue de la paix",
          programme: "pre-national",
          birth_date: "2016-05-04",
          school: "Collège Jules-Ferry",
          declared: { suivi: false },
        },
      ]);
      expect(plain(await page.locator(".answer > [role=status]").textContent())).toContain(
        "Éligible.",
      );
      expect(page.url()).toBe(server.url + hash);
      expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    },
    { hash },
  ));

test("the view alone scrolls, not the page around it, however long the form", () =>
  onPage(
    async (page) => {
      await fill(page, { "Adresse du domicile": "12 rue de la paix" });
      await submit(page);
      const { height, top } = await page.evaluate(() => ({
        height: document.documentElement.scrollHeight - innerHeight,
        top: document.documentElement.scrollTop,
      }));
      expect([height, top]).toEqual([0, 0]);
    },
    { hash, viewport: { width: 1280, height: 700 } },
  ));

test("what is not said is not sent, and what is missing leads to its field", () =>
  onPage(
    async (page) => {
      await fill(page, { "Adresse du domicile": "12 rue de la paix" });
      await page.getByLabel("Sans établissement scolaire").check();
      expect(await submit(page)).toContain("À compléter ou à vérifier.");
      expect(bodies("/api/v1/check")).toEqual([
        { q: "12 rue de la paix", programme: "pre-national", school: "aucune" },
      ]);
      await page.getByRole("button", { name: "Donner la date de naissance" }).press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("child-birth-date");
      // An answer to other data does not stay beside what is typed now.
      await page.keyboard.type("4");
      await expect.poll(() => page.locator(CARD).count()).toBe(0);
    },
    { hash },
  ));

test("a birth date that is no day, or no address, is shown at its field and nothing is sent", () =>
  onPage(
    async (page) => {
      await fill(page, { "Adresse du domicile": "12 rue", "Date de naissance": "31/02/2016" });
      await page.getByRole("button", { name: "Vérifier" }).click();
      await page.waitForFunction(() => document.activeElement?.id === "child-birth-date");
      expect(await page.locator("#child-birth-date").getAttribute("aria-invalid")).toBe("true");
      await fill(page, { "Adresse du domicile": "", "Date de naissance": "" });
      await page.getByRole("button", { name: "Vérifier" }).click();
      await page.getByText("Tapez une adresse, un nom de lieu ou des coordonnées.").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(bodies("/api/v1/check")).toEqual([]);
    },
    { hash },
  ));

test("a day other than today stands over the result, and today is one key away", () =>
  onPage(
    async (page) => {
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "04/05/2010",
      });
      await page.getByText("À une autre date qu’aujourd’hui").click();
      await page.getByRole("textbox", { name: "À la date du" }).fill("1/6/2016");
      await page.keyboard.press("Enter");
      await page.waitForSelector(CARD);
      const notice = page.locator(".answer .other-day");
      expect(plain(await notice.innerText())).toContain("1er juin 2016, et non aujourd'hui");
      await notice.getByRole("button").press("Enter");
      await expect.poll(() => bodies("/api/v1/check").length).toBe(2);
      await page.waitForSelector(CARD);
      expect(await page.getByText("Date demandée").count()).toBe(0);
      const [first, second] = bodies("/api/v1/check") as Record<string, unknown>[];
      expect(first).toEqual({ ...second, on: "2016-06-01" });
    },
    { hash },
  ));

test("the report carries the same, and the file is downloaded", () =>
  onPage(
    async (page) => {
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "04/05/2016",
      });
      await submit(page);
      await page.getByText("Compte rendu PDF").click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Télécharger le PDF" }).click();
      await download;
      expect(bodies("/api/v1/reports")).toEqual([
        { q: "12 rue de la paix", programme: "pre-national", birth_date: "2016-05-04" },
      ]);
    },
    { hash },
  ));

test("printed, the result and the place are on one page", () =>
  onPage(
    async (page) => {
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "04/05/2016",
      });
      await submit(page);
      const { pages, words } = await printed(page);
      expect(pages).toBe(1);
      expect(words).toContain("Éligible.");
      expect(words).toContain("Adresse comprise : 12 Rue de la Paix 61100 Flers");
    },
    { hash },
  ));

const ALL = "Tous (3 programmes)";

test("several programmes are asked at once, what they have in common once, and each has its line", () =>
  onPage(
    async (page) => {
      await page.getByLabel(ALL).check();
      // Of another subject.
      expect(await page.getByLabel("Exonération").count()).toBe(0);
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "04/05/2016",
        "Le nombre d’enfants": "3",
      });
      expect(await page.getByRole("group", { name: /déjà suivi/ }).count()).toBe(1);
      await page.getByRole("radio", { name: "Oui", exact: true }).check();
      const result = await submit(page);
      expect(bodies("/api/v1/check")).toEqual([
        {
          q: "12 rue de la paix",
          programme: "pre-national,emploi,surloyer",
          birth_date: "2016-05-04",
          declared: { suivi: true, enfants: 3 },
        },
      ]);
      expect(page.url()).toBe(server.url + hash);
      expect(result).toContain("Résultats pour 3 programmes");
      expect(result).toContain("Éligible : 1, à vérifier : 1, non éligible : 1");
      expect(result).toContain(
        "À compléter : À préciser : suivi. À préciser : enfants. À préciser : emploi.",
      );
      const lines = page.locator(`${CARD} .eligibilities > li`);
      expect((await lines.locator(".programme").allInnerTexts()).map(plain)).toEqual([
        "Programme de réussite éducative",
        "Aide à l'emploi",
        "Surloyer",
      ]);
      const refused = page.getByRole("button", { name: /Surloyer Non éligible/ });
      expect(await refused.getAttribute("aria-expanded")).toBe("false");
      expect(result).not.toContain("à 120 m de la limite");
      await refused.press("Enter");
      expect(await refused.getAttribute("aria-expanded")).toBe("true");
      const unfolded = plain(await lines.last().innerText());
      expect(unfolded).toContain("Non (décisif) : Domicile hors quartier prioritaire, à 120 m");
      expect(unfolded).toContain("Non exclu : Domicile hors du zonage zus.");
      expect(plain(await page.locator(".answer > [role=status]").textContent())).toContain(
        "Éligible : 1, à vérifier : 1, non éligible : 1",
      );
    },
    { hash },
  ));

test("what is missing leads to its question, unfolded; without a programme nothing is asked", () =>
  onPage(
    async (page) => {
      await page.getByLabel(ALL).check();
      await fill(page, { "Adresse du domicile": "12 rue de la paix" });
      await submit(page);
      await page.getByRole("button", { name: /emploi À compléter/ }).click();
      await page.locator("details.asked").evaluateAll((all) => {
        for (const folded of all) (folded as HTMLDetailsElement).open = false;
      });
      const answers = page.getByRole("button", { name: "Répondre" });
      await answers.nth(1).press("Enter");
      expect(
        await page.evaluate(() => document.activeElement?.closest("[data-fact]")?.outerHTML),
      ).toContain('data-fact="enfants"');
      await page.keyboard.type("trois");
      await page.getByRole("button", { name: "Vérifier" }).click();
      await page.getByText("Nombre illisible").waitFor();
      await page.getByLabel(ALL).uncheck();
      await page.getByRole("button", { name: "Vérifier" }).click();
      await page.getByText("Cochez au moins un programme.").waitFor();
      await page.waitForFunction(() => document.activeElement?.id === "child-programmes");
      expect(await axeFaults(page)).toEqual([]);
      expect(bodies("/api/v1/check").length).toBe(1);
    },
    { hash },
  ));

test("the report takes them all; printed, a table comes first, then every reason", () =>
  onPage(
    async (page) => {
      await page.getByLabel(ALL).check();
      await fill(page, {
        "Adresse du domicile": "12 rue de la paix",
        "Date de naissance": "04/05/2016",
      });
      await submit(page);
      await page.getByText("Compte rendu PDF").click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Télécharger le PDF" }).click();
      await download;
      expect(bodies("/api/v1/reports")).toEqual(bodies("/api/v1/check"));
      const { words } = await printed(page);
      const table = words.indexOf("Programmes demandés");
      const reason = words.indexOf("Domicile hors quartier prioritaire, à 120 m");
      expect(table).toBeGreaterThan(-1);
      expect(reason).toBeGreaterThan(table);
    },
    { hash },
  ));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  test("axe finds no fault of accessibility in any state, and 360 pixels are enough", () =>
    onPage(
      async (page) => {
        await fill(page, { "Adresse du domicile": "12 rue de la paix" });
        for (const born of ["", "04/05/2016"]) {
          await fill(page, { "Date de naissance": born });
          await submit(page);
          expect(await axeFaults(page), `born "${born}"`).toEqual([]);
          expect(await overflow(page)).toBeLessThanOrEqual(0);
        }
        await page.getByLabel(ALL).check();
        expect(await axeFaults(page), "all programmes").toEqual([]);
        await submit(page);
        for (const line of await page.locator(".eligibilities .line").all()) await line.click();
        expect(await axeFaults(page), "all unfolded").toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash, colorScheme, viewport: { width: 360, height: 740 } },
    ));
});

test("programmes of the department come first once an address tells it, ended ones apart, and what was asked stays", () => {
  server.own.set("/api/v1/programmes", (response) => json(response, 200, { programmes: OFFERED }));
  onTestFinished(() => void server.own.delete("/api/v1/programmes"));
  return onPage(
    async (page) => {
      const titles = async () =>
        (await page.locator(".programmes .group > legend").allInnerTexts()).map(plain);
      await expect
        .poll(titles)
        .toEqual(["Partout en France", "Dans certains départements", "Terminés"]);
      const ended = page.getByRole("group", { name: "Terminés" });
      expect(plain(await ended.innerText())).toContain("Emplois francs (terminé le 31/12/2024");
      await fill(page, { "Adresse du domicile": "12 rue de la paix" });
      await submit(page);
      await expect.poll(titles).toEqual(["Dans ce département", "Partout en France", "Terminés"]);
      expect(await page.getByRole("checkbox", { name: "Règle nationale" }).isChecked()).toBe(true);
      expect(await page.getByRole("checkbox", { name: "Programme de la ville" }).isChecked()).toBe(
        false,
      );
      expect(await axeFaults(page)).toEqual([]);
      await page.getByRole("checkbox", { name: "Tous (3 programmes)" }).check();
      await submit(page);
      expect(
        (bodies("/api/v1/check") as { programme: string }[]).map((it) => it.programme),
      ).toEqual(["pre-national", "emplois-francs,pre-ville,pre-national"]);
    },
    { hash },
  );
});
