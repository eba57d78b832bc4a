/** The sheet of a neighbourhood, in a real browser against a server that keeps the contract. */
import { expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { listed } from "./compare-samples";
import { json } from "./stand-in";

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

test("places inside are named, the one that reaches beyond is marked", () =>
  onPage(
    async (page) => {
      const facts = plain((await page.getByRole("article").locator("dl").textContent()) ?? "");
      expect(facts).toContain("Lieux-dits et résidencesCité Saint-Jean (en partie), Les Vergnes");
      expect(facts).toContain("Lieux des listes chargéesÉcole Les Vallées");
    },
    { hash: "#/carte?qpv=QN06103M" },
  ));

test("without addresses, places are unknown and not none", () =>
  onPage(
    async (page) => {
      const facts = plain((await page.getByRole("article").locator("dl").textContent()) ?? "");
      expect(facts).toContain(
        "Lieux-dits et résidencesinconnus : les adresses de ses communes ne sont pas chargées",
      );
    },
    { hash: "#/carte?qpv=QP061003" },
  ));

test("a search says by which place a neighbourhood is found", () =>
  onPage(
    async (page) => {
      const found = (extent: string) => ({
        properties: {
          ...listed[0],
          matched: { attribute: "place_names", name: "Les Vergnes", extent },
        },
      });
      server.own.set("/api/v1/perimeters", (response) =>
        json(response, 200, { features: [found("whole"), found("partial")] }),
      );
      await page.getByLabel("Chercher un quartier, un lieu-dit").fill("vergnes");
      const rows = page.getByRole("search").getByRole("listitem");
      await rows.first().waitFor();
      const texts = (await rows.allTextContents()).map(plain);
      expect(texts[0]).toContain("comprend une partie de « Les Vergnes »");
      expect(texts[1]).toContain("comprend « Les Vergnes »");
      expect(server.asked.at(-1)?.path).toContain("q=vergnes");
      expect(await axeFaults(page)).toEqual([]);
    },
    { hash: "#/carte" },
  ));
