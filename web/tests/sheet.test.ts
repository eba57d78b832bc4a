/** The sheet of a neighbourhood, in a real browser against a server that keeps the contract. */
import { expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
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

test("what is no code of a commune is told in French, and nothing is asked", () =>
  onPage(
    async (page) => {
      const told = plain(await page.locator("main .problem").textContent());
      expect(told).toContain("« abc » n'est pas un code INSEE de commune");
      expect(server.asked.some(({ path }) => path.startsWith("/api/v1/communes"))).toBe(false);
    },
    { hash: "#/commune?insee=abc", until: ".problem" },
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
      const found = (code_qp: string, extent: string) => ({
        kind: "perimeter",
        exact: false,
        code_qp,
        lib_qp: "Saint Michel",
        vintage: "2024",
        insee_com: ["61169"],
        lib_com: ["Flers"],
        place: "Les Vergnes",
        extent,
      });
      server.own.set("/api/v1/suggest", (response) =>
        json(response, 200, {
          suggestions: [found("QN06103M", "partial"), found("QN06104M", "whole")],
        }),
      );
      await page.getByRole("combobox").fill("vergnes");
      const rows = page.getByRole("option");
      await rows.first().waitFor();
      const texts = (await rows.allTextContents()).map(plain);
      expect(texts[0]).toContain("comprend une partie de « Les Vergnes »");
      expect(texts[1]).toContain("comprend « Les Vergnes »");
      const asked = server.asked.find(({ path }) => path === "/api/v1/suggest");
      expect(asked?.body).toBe('{"q":"vergnes"}');
      expect(await axeFaults(page)).toEqual([]);
      server.own.delete("/api/v1/suggest");
    },
    { hash: "#/carte" },
  ));

test.each(["XX", "QN06103", "quartier <b>"])("a code that is none is said to be none: %s", (code) =>
  onPage(
    async (page) => {
      await page
        .getByText(`Aucun quartier n’a le code « ${code} »`.replace(/ (?=»)|(?<=«) /g, "\u00a0"))
        .waitFor();
      expect(server.asked.filter(({ path }) => path.includes("/perimeters/"))).toEqual([]);
    },
    { hash: `#/carte?qpv=${encodeURIComponent(code)}` },
  ),
);
