/** The view Child in a real browser, against a server that keeps the contract. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, printed, server, useBrowser } from "./browser";

useBrowser();

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

test("what is not said is not sent, and what is missing leads to its field", () =>
  onPage(
    async (page) => {
      await fill(page, { "Adresse du domicile": "12 rue de la paix" });
      await page.getByLabel("Sans établissement scolaire").check();
      expect(await submit(page)).toContain("Indéterminé : à compléter ou à vérifier.");
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
      await page.getByText("Tapez une adresse ou des coordonnées.").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(bodies("/api/v1/check")).toEqual([]);
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
      },
      { hash, colorScheme, viewport: { width: 360, height: 740 } },
    ));
});
