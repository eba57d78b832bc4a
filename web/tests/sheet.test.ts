/** The sheet of a neighbourhood, in a real browser against a server that keeps the contract. */
import { expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, useBrowser } from "./browser";

useBrowser();

test("the figures stand in a table, with unit, year and source, and what is missing is said", () =>
  onPage(
    async (page) => {
      const table = page.getByRole("table", { name: "Chiffres publiés" });
      await table.waitFor();
      const rows = await table.getByRole("row").allTextContents();
      expect(rows.map(plain)).toEqual([
        "IndicateurValeurAnnée",
        "Population municipaleSource : Insee, recensement de la population6 399 habitants2020",
        "Logements sociaux pour cent ménagesSource : Répertoire des logements locatifs des bailleurs sociaux82,09 %2020",
        "Allocataires du RSA socleSource : Caisse nationale des allocations familialesnon publiénon précisée",
        "soldeSource : ville.csv−1 234,5non précisée",
      ]);
      expect(await axeFaults(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    },
    { hash: "#/carte?qpv=QN06103M" },
  ));

test("a sheet without figures has no table", () =>
  onPage(
    async (page) => {
      await page.getByRole("article").waitFor();
      expect(await page.getByRole("table", { name: "Chiffres publiés" }).count()).toBe(0);
    },
    { hash: "#/carte?qpv=QP061003" },
  ));
