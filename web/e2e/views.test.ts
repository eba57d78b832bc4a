/** Each view on the real program with real data: with the keyboard, on a narrow screen, with a slow or failing service. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, useBrowser } from "../tests/browser";
import { REAL_DATA, SKIPPED, start } from "./service";

const PHONE = { viewport: { width: 360, height: 740 } };

/** Types an address with the keyboard alone, takes the first suggestion and waits for the answer. */
async function ask(page: Page, address: string): Promise<string> {
  await page.getByRole("combobox").focus();
  await page.keyboard.type(address, { delay: 15 });
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".answer[aria-busy=false] article.card");
  return plain(await page.locator("article.card").first().innerText());
}

describe.skipIf(SKIPPED)("the views on real data", () => {
  useBrowser(() => start("real"));

  test("an address is found, answered and put on the map with the keyboard alone; nothing of it is in the page's address", () =>
    onPage(async (page) => {
      const answer = await ask(page, "5 rue de la paix belf");
      expect(answer).toContain("5 Rue de la Paix 90000 Belfort");
      expect(answer).toMatch(/Hors quartier/);
      await page.waitForSelector(".pin");
      expect(new URL(page.url()).hash).toMatch(/^(#\/verifier)?$/);
      expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
      expect(await axeFaults(page)).toEqual([]);
    }));

  test("the pin is moved to the door by the keyboard, and the answer says so", () =>
    onPage(async (page) => {
      await ask(page, "5 rue de la paix belf");
      await page.locator(".pin").focus();
      await page.keyboard.press("Shift+ArrowUp");
      await page
        .getByText(/Position placée à la main à/)
        .first()
        .waitFor();
      const moved = plain(await page.locator("article.card").first().innerText());
      expect(moved).toMatch(/à (9,9|10|10,\d) m de celle de l'adresse/);
    }));

  test.each([
    ["Bayeux", "Aucun quartier prioritaire, ni en 2015 ni en 2024."],
    ["61169", "Saint-Sauveur - Pont Féron (QN06104M)"],
    ["QN09002M", "Les Glacis Du Château"],
  ])("%s opens its sheet with the keyboard alone", (words, said) =>
    onPage(async (page) => {
      await page.keyboard.type(words, { delay: 15 });
      await page.keyboard.press("Enter");
      await page.getByText(said).first().waitFor();
      expect(await axeFaults(page)).toEqual([]);
    }, PHONE),
  );

  test("an address of a department that is not loaded says so, and names the command and the neighbourhoods", () =>
    onPage(async (page) => {
      await page.keyboard.type("12 rue de la Paix 61100 Flers", { delay: 5 });
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "Saint Michel (QN06103M)" }).waitFor();
      const card = plain(await page.locator("article.card").first().innerText());
      expect(card).toContain("Les adresses de l'Orne (61) ne sont pas chargées ici");
      expect(card).toContain("qpv data pull --addresses 61");
      expect(await axeFaults(page)).toEqual([]);
    }, PHONE));

  test("coordinates of three notations are one place", () =>
    onPage(async (page) => {
      const answers: string[] = [];
      // The same door of Belfort, by pyproj (EPSG:2154) and by hand.
      for (const words of [
        "47.637900 6.862600",
        `47°38'16.44"N 6°51'45.36"E`,
        "https://www.openstreetmap.org/?mlat=47.637900&mlon=6.862600#map=19/47.6/6.8",
      ]) {
        await page.keyboard.type(words);
        await page.keyboard.press("Enter");
        await page.waitForSelector(".answer[aria-busy=false] article.card");
        answers.push(plain(await page.locator("article.card h2").first().innerText()));
        await page.waitForTimeout(300);
      }
      expect(new Set(answers).size).toBe(1);
    }));

  test("a report is made of the answer, a PDF", () =>
    onPage(async (page) => {
      await ask(page, "5 rue de la paix belf");
      await page.getByText("Compte rendu PDF").first().click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Télécharger le PDF" }).click(),
      ]);
      expect(
        readFileSync(await download.path())
          .subarray(0, 5)
          .toString(),
      ).toBe("%PDF-");
    }));

  test("on a phone the answer fits, and the map comes after it", () =>
    onPage(async (page) => {
      await ask(page, "5 rue de la paix belf");
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      const [card, map] = [
        await page.locator("article.card").boundingBox(),
        await page.locator(".map").boundingBox(),
      ];
      expect(map?.y ?? 0).toBeGreaterThan((card?.y ?? 0) + (card?.height ?? 0) - 1);
      expect(await axeFaults(page)).toEqual([]);
    }, PHONE));

  test("a slow service is waited for, and a question left behind never answers over the next", () =>
    onPage(async (page) => {
      let slow = true;
      await page.route("**/api/v1/check", async (route) => {
        const wait = slow ? 2500 : 0;
        slow = false;
        await new Promise((done) => setTimeout(done, wait));
        await route.continue().catch(() => undefined);
      });
      await page.getByRole("combobox").fill("6.85, 47.64");
      await page.getByRole("combobox").press("Enter");
      await page.getByRole("combobox").fill("5 rue de la paix 90000 belfort");
      await page.getByRole("combobox").press("Enter");
      await page.waitForSelector("article.card");
      await page.waitForTimeout(3000);
      expect(plain(await page.locator("article.card").first().innerText())).toContain(
        "5 Rue de la Paix 90000 Belfort",
      );
    }));

  test("a service that fails is shown in French, and never looks like a no", () =>
    onPage(
      async (page) => {
        await page.route("**/api/v1/check", (route) =>
          route.fulfill({
            status: 503,
            contentType: "application/problem+json",
            body: '{"code":"overloaded","message":"Le service est très sollicité."}',
          }),
        );
        await page.getByRole("combobox").fill("5 rue de la paix 90000 belfort");
        await page.getByRole("combobox").press("Enter");
        await page.getByText("Le service est très sollicité.").first().waitFor();
        expect(plain(await page.locator("main").innerText())).not.toMatch(/Hors quartier/);
      },
      { refusals: ["503 /api/v1/check"] },
    ));

  // The programme takes children of 2 to 16 who live in a neighbourhood or go to a school of priority education (circular of
  // 27 April 2005), and may take others: the law says "as a priority" (2005-32, art. 128). Measured by hand on the official outlines, on the ellipsoid: the one stands 528 m from the nearest, Les
  // Glacis Du Château; the other 145 m inside Les Résidences.
  test.each([
    [
      "5 rue de la paix 90000 belfort",
      "Hors de la règle, possible : la décision revient à l'équipe pluridisciplinaire de réussite éducative.",
      "Hors quartier",
    ],
    [
      "18 rue léon blum 90000 belfort",
      "Éligible.",
      "Dans le quartier prioritaire Les Résidences (QN09004M)",
    ],
  ])("a child at %s, of no school: %s", (home, result, place) =>
    onPage(
      async (page) => {
        await page.getByRole("combobox", { name: "Adresse du domicile" }).fill(home);
        await page
          .getByRole("textbox", { name: "Date de naissance" })
          .fill(`04/05/${new Date().getFullYear() - 8}`);
        await page.getByLabel("Sans établissement scolaire").check();
        await page.getByRole("button", { name: "Vérifier" }).click();
        await page.waitForSelector("article.result");
        expect(plain(await page.locator("article.result h2").innerText())).toBe(result);
        expect(plain(await page.locator("article.result").innerText())).toMatch(
          /[78] ans : de 2 à 16 ans révolus/,
        );
        expect(plain(await page.locator("article.card").last().innerText())).toContain(place);
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/enfant" },
    ),
  );

  // Flers and Argentan lie in the Orne, Belfort does not; nobody enters the emplois francs since 2025 (decree 2023-1353), and a
  // contract signed on the last day is paid for three years.
  test("programmes stand by their place and their end", () =>
    onPage(
      async (page) => {
        const group = async (name: string) =>
          plain(await page.getByRole("group", { name, exact: true }).innerText());
        await page.getByRole("group", { name: "Partout en France", exact: true }).waitFor();
        expect(await group("Partout en France")).toContain("règle nationale");
        const elsewhere = await group("Dans d’autres départements");
        for (const town of ["Flers", "Argentan"]) expect(elsewhere).toContain(town);
        expect(await group("Terminés")).toMatch(
          /Emplois francs \(terminé le 31\/12\/2024 ; droits déjà ouverts jusqu'au 30\/12\/2027/,
        );
      },
      { hash: "#/enfant" },
    ));

  // The middle of the cell by the digits of the specification; the town hall of Belfort is 47.6376, 6.8628.
  test("a short plus code beside a commune is checked there", () =>
    onPage(async (page) => {
      await page.getByRole("combobox").fill("JVQ7+24 Belfort");
      await page.getByRole("option", { name: /JVQ7\+24 Belfort/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".answer[aria-busy=false] article.card");
      expect(plain(await page.locator("article.card").first().innerText())).toContain(
        "longitude 6,8628",
      );
    }));

  // 8 years old, 145 m inside a neighbourhood: the circular of 27 April 2005 takes the child, an adult's contract of 26 years
  // and more (code du travail, L. 5134-102) does not.
  test("every programme of persons is asked at once, and the report has them all", () =>
    onPage(
      async (page) => {
        await page.getByLabel(/^Tous/).check();
        await page
          .getByRole("combobox", { name: "Adresse du domicile" })
          .fill("18 rue léon blum 90000 belfort");
        await page
          .getByRole("textbox", { name: "Date de naissance" })
          .fill(`04/05/${new Date().getFullYear() - 8}`);
        await page.getByRole("button", { name: "Vérifier" }).click();
        await page.waitForSelector("article.result");
        const line = (name: RegExp) =>
          page.locator(".eligibilities > li").filter({ has: page.getByRole("button", { name }) });
        expect(plain(await line(/règle nationale/).innerText())).toContain("Éligible.");
        const refused = line(/adulte-relais/);
        expect(plain(await refused.innerText())).toContain("Non éligible.");
        await refused.getByRole("button").first().press("Enter");
        expect(plain(await refused.innerText())).toMatch(
          /Non \(décisif\) : [78] ans, et non 26 ans/,
        );
        expect(plain(await line(/Emplois francs/).innerText())).toContain("À compléter :");
        expect(await axeFaults(page)).toEqual([]);
        expect(new URL(page.url()).hash).toBe("#/enfant");
        await page.getByText("Compte rendu PDF").first().click();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Télécharger le PDF" }).click(),
        ]);
        const pdf = readFileSync(await download.path()).toString("latin1");
        expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
      },
      { hash: "#/enfant" },
    ));

  test("10,000 real addresses are checked, counted and shown, and the page stays small", () =>
    onPage(
      async (page) => {
        const file = {
          name: "belfort.csv",
          mimeType: "text/csv",
          buffer: Buffer.from(tenThousand()),
        };
        await page.getByLabel("Fichier de la liste").setInputFiles(file);
        await page.getByRole("heading", { name: "2. Les colonnes" }).waitFor();
        await page.getByRole("button", { name: "Vérifier la liste" }).click();
        await page.getByRole("heading", { name: "3. Le résultat" }).waitFor({ timeout: 30_000 });
        const result = plain(await page.locator("main").innerText());
        expect(result).toMatch(/10 000/);
        // Names of neighbourhoods are asked for once the counts are there.
        await page
          .getByText(/\(QN0900\d[A-Z]\)/)
          .first()
          .waitFor();
        expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(3000);
        expect(await axeFaults(page)).toEqual([]);
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Enregistrer le fichier" }).click(),
        ]);
        const lines = readFileSync(await download.path(), "utf8")
          .trimEnd()
          .split("\n");
        expect(lines.length).toBe(10_001);
      },
      // The list may end between two questions on how far it is.
      { hash: "#/liste", refusals: ["404 /api/v1/batch/progress/"] },
    ));

  // The reduced rate takes a building whose every part is within 300 m of a neighbourhood (CGI, art. 278 sexies), or, with an
  // urban renewal convention, some part within 300 m and every part within 500 m. Measured by hand on the official outlines, on
  // the ellipsoid: the first lies 63 to 94 m from Bougenel - Mulhouse, the second 274 to 523 m from Le Mont.
  test.each([
    [
      "6.8500 47.6400\n6.8503 47.6400\n6.8503 47.6402\n6.8500 47.6402",
      "Éligible.",
      ["Non Non", "Oui Oui", "Oui Oui"],
    ],
    [
      "6.8270 47.6455\n6.8290 47.6455\n6.8290 47.6475\n6.8270 47.6475",
      "Non éligible.",
      ["Non Non", "Oui Non", "Oui Non"],
    ],
  ])("a building at %j is answered part by part: %s", (outline, result, parts) =>
    onPage(
      async (page) => {
        await page.getByLabel("Contour du bâtiment").fill(outline);
        await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
        await page.locator("article.card").waitFor();
        expect(plain(await page.locator("article.card h2").innerText())).toBe(result);
        const rows = await page.locator("table.parts tbody tr").allInnerTexts();
        const answers = rows.map((row) =>
          plain(row).replace(/\s+/g, " ").trim().split(" ").slice(-2).join(" "),
        );
        expect(answers).toEqual(parts);
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/batiment" },
    ),
  );
});

describe.skipIf(SKIPPED)("a background map that does not answer", () => {
  // Nothing listens on the discard port.
  useBrowser(() => start("sample", ["--basemap", "http://127.0.0.1:9/style.json"]));

  test("leaves the default in place, with a notice and no error", () =>
    onPage(async (page) => {
      await page.waitForSelector(".map-canvas[data-rest]");
      await page.getByText("Le fond de carte choisi ne répond pas").waitFor();
    }));
});

/** 10,000 addresses of the Territoire de Belfort, as a town's spreadsheet writes them. */
function tenThousand(): string {
  const rows = readFileSync(join(REAL_DATA ?? "", "addresses/bano-90.csv"), "utf8")
    .split("\n")
    .slice(0, 10_000);
  const fields = rows.map(
    (row) =>
      row
        .match(/("([^"]|"")*"|[^,]*)(,|$)/g)
        ?.map((field) => field.replace(/,$/, "").replaceAll('"', "")) ?? [],
  );
  return [
    "Adresse;Code postal;Ville",
    ...fields.map(
      ([, number, street, postcode, city]) => `${number} ${street};${postcode};${city}`,
    ),
  ].join("\r\n");
}
