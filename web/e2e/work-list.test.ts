/**
 * A list of six hundred rows to a finished file with twenty corrections, on the real program and its fictional town. Counts the
 * interactions beyond those that each correction needs itself: its address typed and taken.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { readRows } from "../src/list/work/rows";
import { onPage, plain, type Site, useBrowser } from "../tests/browser";
import { start } from "./service";

const SKIPPED = process.env.QPV ? "" : "set QPV (the built program) to run this";
const ROWS = 600;
const CORRECTIONS = 20;
/** Interactions beyond the corrections themselves, at most. */
const MOST_OVERHEAD = 30;

let site: Site;

describe.skipIf(SKIPPED)("a list of the fictional town", () => {
  useBrowser(async () => {
    site = await start("sample");
    return site;
  });

  test("six hundred rows and twenty corrections take few interactions beyond the corrections", async () => {
    const sure = (await sureAddresses()).slice(0, ROWS);
    expect(sure.length).toBe(ROWS);
    const isSpoiled = (at: number) => at % (ROWS / CORRECTIONS) === 7;
    const lines = sure.map(
      (address, at) => `Enfant ${at + 1};${isSpoiled(at) ? "rue Introuvable" : address}`,
    );
    const list = {
      name: "enfants.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`Nom;Adresse\r\n${lines.join("\r\n")}\r\n`),
    };
    await onPage(
      async (page) => {
        let overhead = 0;
        let former = 0;
        const counted = async (act: () => Promise<unknown>) => {
          overhead += 1;
          await act();
        };
        await counted(() => page.getByLabel("Fichier de la liste").setInputFiles(list));
        await counted(() => page.getByRole("button", { name: "Vérifier la liste" }).click());
        await page.getByText(`Lignes à traiter : ${CORRECTIONS}.`).waitFor();
        for (let left = CORRECTIONS; left > 0; left -= 1) {
          await counted(() => page.keyboard.press("n"));
          // The former row stands there until the page has drawn the next one.
          await expect.poll(() => childIn(page)).not.toBe(former);
          const child = await childIn(page);
          former = child;
          // The correction itself: the right address, typed and taken.
          await page.getByLabel("Une autre adresse").fill(sure[child - 1] ?? "");
          await page.getByRole("button", { name: "Prendre cette adresse" }).click();
          await page.getByText(`Lignes à traiter : ${left - 1}.`).waitFor();
          // The key is of the page again once the field is left, as by reading the answer.
          await page.locator("#work-panel").focus();
        }
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          counted(() =>
            page.getByRole("button", { name: "Enregistrer le fichier vérifié" }).click(),
          ),
        ]);
        console.info(`${overhead} interactions beyond ${CORRECTIONS} corrections`);
        expect(overhead).toBeLessThan(MOST_OVERHEAD);
        const rows = readFileSync(await download.path(), "utf8")
          .trim()
          .split(/\r?\n/);
        expect(rows.length).toBe(ROWS + 1);
        expect(rows[0]).toContain("Adresse corrigée");
        expect(
          rows
            .filter((row) => row.includes("rue Introuvable"))
            .every((row) => !row.includes("undetermined")),
        ).toBe(true);
      },
      { hash: "#/liste", refusals: ["404 /api/v1/batch/progress/"] },
    );
  }, 600_000);

  test("a review is taken by the service, stays through a new run, and comes back in the file", async () => {
    const list = {
      name: "enfants.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        "Nom;Adresse;CP;Ville\r\nUn;1 rue des Cordiers;00100;Port-Fictif\r\nDeux;rue Introuvable;00100;Port-Fictif\r\n",
      ),
    };
    await onPage(
      async (page) => {
        await page.getByLabel("Fichier de la liste").setInputFiles(list);
        await page.getByRole("button", { name: "Vérifier la liste" }).click();
        await page.getByText(/Lignes à traiter\s*:\s*[12]\./).waitFor();
        await page.getByLabel("Lignes montrées").selectOption("all");
        const heading = page.getByRole("heading", { name: "Ligne 3" });
        await expect
          .poll(async () => {
            await page.keyboard.press("n");
            return heading.isVisible();
          })
          .toBe(true);
        await page.getByText("Trancher avec une preuve").click();
        await page.getByLabel("Zone constatée").selectOption("qpv");
        await page.getByLabel("Preuve").fill("visite");
        await page.getByLabel("Fonction de la personne").fill("coordinatrice");
        await page.getByRole("button", { name: "Enregistrer la vérification" }).click();
        await page.getByText("visite", { exact: false }).first().waitFor();
        await page.getByRole("button", { name: "Changer les colonnes ou la demande" }).click();
        await page.getByRole("button", { name: "Vérifier la liste" }).click();
        await page.getByRole("button", { name: "Enregistrer le travail" }).waitFor();
        await expect
          .poll(() => page.getByRole("button", { name: "Enregistrer le travail" }).isEnabled())
          .toBe(true);
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Enregistrer le fichier vérifié" }).click(),
        ]);
        const rows = readFileSync(await download.path(), "utf8")
          .trim()
          .split(/\r?\n/);
        const [titles = "", , two = ""] = rows;
        const at = titles.split(";").findIndex((title) => /zone.*(?:review|revue)/i.test(title));
        expect(titles).toContain("revue_motif");
        expect(two).toContain("visite");
        expect(two.split(";")[at]).toBe("qpv");
      },
      { hash: "#/liste", refusals: ["404 /api/v1/batch/progress/"] },
    );
  }, 120_000);
});

/** The number of the child whose row is open; 0 while none is. */
async function childIn(page: Page): Promise<number> {
  const [title = ""] = await page.locator("#work-panel").allTextContents();
  return Number(/Enfant (\d+)/.exec(plain(title))?.[1] ?? 0);
}

/** Addresses of the town whose zone is sure. */
async function sureAddresses(): Promise<string[]> {
  const path = join(import.meta.dirname, "../../geodata/sample/addresses.csv");
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const names = head.split(";");
  const at = (name: string) => names.indexOf(name);
  const all = lines.map((line) => line.split(";")).filter((row) => row[at("numero")] !== "99999");
  const texts = all.map((row) =>
    [
      row[at("numero")],
      row[at("rep")],
      row[at("nom_voie")],
      row[at("code_postal")],
      row[at("nom_commune")],
    ]
      .filter(Boolean)
      .join(" "),
  );
  const form = new FormData();
  form.append("output", "rows");
  form.append("data", new Blob([`Adresse\r\n${texts.join("\r\n")}\r\n`]), "a.csv");
  const answer = await fetch(`${site.url}api/v1/batch`, { method: "POST", body: form });
  const { rows } = readRows(await answer.text(), false);
  return rows
    .filter(({ result, reason }) => result !== "undetermined" && reason === "")
    .map(({ fields }) => fields[0] ?? "");
}
