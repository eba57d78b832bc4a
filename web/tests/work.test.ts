/** The work list in a real browser: rows settled one by one, kept in a file, and a hundred thousand of them. */
import type { ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { mapColours, readPalette } from "../build/palette";
import { picture } from "../e2e/pixels";
import type { RowPoint } from "../src/list/api";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { bundleBody, counts, preview, rowsCsv } from "./list-samples";
import { programme } from "./samples";
import { json } from "./stand-in";

useBrowser();

const LIST = { hash: "#/liste" };
const FILE = { name: "liste.csv", mimeType: "text/csv", buffer: Buffer.from("Élève;CP\r\n") };

let count: number;
/** The rows that a form is answered with. */
let answerRows: (body: string) => string;
/** The forms that asked for rows or for the table, the last one last. */
let asked: { output: string; corrections: string }[];

beforeEach(() => {
  [count, asked, answerRows] = [12, [], rowsOf];
  server.own.set("/api/v1/programmes", (response) =>
    json(response, 200, { programmes: [{ ...programme, declarations: [] }] }),
  );
  server.own.set("/api/v1/batch/progress/", (response) =>
    json(response, 200, { rows: 1, fraction: 0.5, elapsed_ms: 1000 }),
  );
  server.own.set("/api/v1/batch", (response, body) => {
    const output = field(body, "output");
    asked.push({ output, corrections: field(body, "corrections") });
    if (output === "preview") return json(response, 200, preview);
    if (output === "rows") return csv(response, answerRows(body));
    if (output === "table") return csv(response, "corrigé");
    response
      .writeHead(200, { "content-type": "multipart/form-data; boundary=B" })
      .end(field(body, "corrections") ? bundleBody(settled, []) : bundleBody(countsOf(body)));
  });
});

const PEOPLE = { eligible: 1, outside_rule_possible: 0, undetermined: 1, not_eligible: 0 };
const withPeople = { ...counts, people: { all: { "pre-national": PEOPLE }, qpv: {} } };

/** All that remains once a row is corrected. */
const settled = { ...counts, doubts: {}, errors: {} };
const countsOf = (body: string) => (field(body, "programme") ? withPeople : counts);

/** The corrections of the last form that asked for this. */
const corrections = (output: string) =>
  JSON.parse(asked.findLast((form) => form.output === output)?.corrections ?? "");

const csv = (response: ServerResponse, content: string) =>
  response.writeHead(200, { "content-type": "text/csv" }).end(content);

const field = (body: string, name: string) =>
  new RegExp(`name="${name}"\r\n\r\n(.*?)\r\n--`, "s").exec(body)?.[1] ?? "";

/** The rows of the list; of one row alone its answer, in a neighbourhood once it is corrected. */
function rowsOf(body: string): string {
  if (!body.includes('filename="ligne.csv"')) return rowsCsv(count);
  const names =
    "row,Élève,CP,Ville,Adresse,Né(e) le,latitude,longitude,result_label,zone,doubt,remarque";
  const answer = field(body, "corrections")
    ? '48.75,-0.57,3 Rue Neuve,qpv,""'
    : '"","","",undetermined,not_found';
  return `${names}\r\n2,"Élève, 5",61100,Flers,6 rue de la Paix,"",${answer},""\r\n`;
}

async function work(page: Page): Promise<void> {
  await page.getByLabel("Fichier de la liste").setInputFiles(FILE);
  await page.getByRole("button", { name: "Vérifier la liste" }).click();
  await page.getByRole("heading", { name: "Les lignes, une par une" }).waitFor();
}

const next = (page: Page) => page.getByRole("button", { name: /Enfant suivant/ });

test("a row is settled by another address, and the counts, the file and the work follow", () =>
  onPage(async (page) => {
    await work(page);
    expect(plain(await page.textContent(".work"))).toContain("Lignes à traiter : 2.");
    // Only what is to be done is shown at first.
    expect(await page.locator(".work-row").count()).toBe(2);
    await next(page).click();
    await page.getByRole("heading", { name: "Ligne 6 : Élève, 5" }).waitFor();
    expect(plain(await page.textContent(".work-panel"))).toContain("Même adresse : ligne 13");
    await page.getByLabel("Une autre adresse").fill("3 rue Neuve Flers");
    await page.getByRole("button", { name: "Prendre cette adresse" }).click();
    await page.getByText("Lignes à traiter : 1.").waitFor();
    expect(corrections("rows")).toEqual({
      columns: ["Adresse corrigée"],
      rows: { "2": ["3 rue Neuve Flers"] },
    });
    // The word that says so is not cut.
    await page.getByLabel("Lignes montrées").selectOption("all");
    const cut = await page.getByText("corrigée", { exact: true }).evaluate((word) => {
      const bottom = (element: Element | null) => element?.getBoundingClientRect().bottom ?? 0;
      return bottom(word) - bottom(word.closest("td"));
    });
    expect(cut).toBeLessThanOrEqual(0);
    // What people have seen settled is no longer counted as open.
    expect(
      plain(await page.locator("table.bars tr", { hasText: "À vérifier" }).first().innerText()),
    ).toMatch(/1$/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByRole("button", { name: /Télécharger|Enregistrer le fichier|réponses/ })
        .first()
        .click(),
    ]);
    expect(download.suggestedFilename()).toContain("liste");
    expect(corrections("table").rows).toEqual({ "6": ["3 rue Neuve Flers"] });
    // The map, what is to be verified first and the counts are those of a run with it.
    await page.getByText("Sur la carte, chaque ligne située (0)").waitFor();
    await page.getByText("Toutes les lignes ont une réponse nette.").waitFor();
    expect(corrections("bundle").rows).toEqual({ "6": ["3 rue Neuve Flers"] });
    // Taken back, the row is open again.
    await page.getByRole("button", { name: "Annuler les corrections" }).click();
    await page.getByText("Lignes à traiter : 2.").waitFor();
    await page.getByRole("heading", { name: /vérifier d.abord/ }).waitFor();
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
    expect(page.url()).toBe(`${server.url}#/liste`);
  }, LIST));

/** The rows of a programme: the second child's birth date is wrong, and the correction makes her eligible. */
function childrenOf(body: string): string {
  const names =
    "row,Élève,CP,Ville,Adresse,Né(e) le,result,resultat,a_completer,result_label,error";
  const isAlone = body.includes('filename="ligne.csv"');
  const { columns = [], rows = {} } = JSON.parse(field(body, "corrections") || "{}");
  const born = columns.indexOf("Date de naissance corrigée");
  const isMended = rows[isAlone ? 2 : 3]?.[born] === "04/05/2016";
  const [result, missing, error] = isMended
    ? ["eligible", "", ""]
    : ["undetermined", "Date de naissance illisible ou impossible.", "bad_birth_date"];
  const zoe = `Zoé,90000,Belfort,1 rue A,31/02/2016,${result},Résultat.,${missing},1 Rue A,${error}`;
  const tom = "Tom,90000,Belfort,2 rue A,04/05/2016,eligible,Éligible.,,2 Rue A,";
  return [names, ...(isAlone ? [`2,${zoe}`] : [`2,${tom}`, `3,${zoe}`])].join("\r\n");
}

test("a birth date that cannot be read is corrected on its row", () =>
  onPage(async (page) => {
    answerRows = childrenOf;
    await page.evaluate(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
    await page.getByLabel("Fichier de la liste").setInputFiles(FILE);
    await page.getByLabel("Ce qui est demandé").selectOption("pre-national");
    await page.getByRole("button", { name: "Vérifier la liste" }).click();
    await page.getByText("Lignes à traiter : 1.").waitFor();
    await page.keyboard.press("n");
    const born = page.getByLabel("Date de naissance", { exact: true });
    await born.fill("31/02/2016");
    await page.getByText("La liste dit « 31/02/2016 ».").waitFor();
    await page.getByRole("button", { name: "Prendre cette date" }).click();
    await page.locator(".work-panel .reading.fault").waitFor();
    expect(asked.at(-1)?.corrections).toBe("");
    expect(await axeFaults(page)).toEqual([]);
    await born.fill("4 mai 2016");
    await page.keyboard.press("Enter");
    await page.getByText("Lignes à traiter : 0.").waitFor();
    expect(corrections("rows")).toEqual({
      columns: ["Date de naissance corrigée"],
      rows: { "2": ["04/05/2016"] },
    });
    const eligible = page.locator("table.bars tr", { hasText: "Éligible" }).first();
    expect(plain(await eligible.innerText())).toMatch(/2$/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Enregistrer le travail" }).click(),
    ]);
    const saved = await download.path();
    await page.getByRole("button", { name: "Annuler les corrections" }).click();
    await page.getByText("Lignes à traiter : 1.").waitFor();
    expect(await born.inputValue()).toBe("");
    await page.getByLabel("Reprendre un travail enregistré").setInputFiles(saved);
    await page.getByText("Travail repris.").waitFor();
    await page.getByText("Lignes à traiter : 0.").waitFor();
    await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Enregistrer le fichier vérifié" }).click(),
    ]);
    expect(asked.at(-1)?.output).toBe("table");
    expect(JSON.parse(asked.at(-1)?.corrections ?? "").rows).toEqual({ "3": ["04/05/2016"] });
  }, LIST));

test("the key N opens the next row, but not while somebody types", () =>
  onPage(async (page) => {
    await work(page);
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "Ligne 6" }).waitFor();
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "Ligne 11" }).waitFor();
    await page.getByLabel("Une autre adresse").focus();
    await page.keyboard.type("noue");
    await expect.poll(() => page.getByLabel("Une autre adresse").inputValue()).toBe("noue");
    expect(await page.getByRole("heading", { name: "Ligne 11" }).isVisible()).toBe(true);
  }, LIST));

test("by keyboard alone, no correction loses the focus", () =>
  onPage(async (page) => {
    await work(page);
    const onRow = (title: string) =>
      page.locator("#work-panel:focus", { hasText: title }).waitFor();
    await page.keyboard.press("n");
    await onRow("Ligne 6");
    const address = page.getByLabel("Une autre adresse");
    await address.fill("3 rue Neuve Flers");
    await address.press("Enter");
    // The key N is at once that of the page again.
    await onRow("Ligne 6");
    await page.getByText("Lignes à traiter : 1.").waitFor();
    await page.getByRole("button", { name: "Annuler les corrections" }).press("Enter");
    await onRow("Ligne 6");
    await page.getByText("Lignes à traiter : 2.").waitFor();
    // A row that is open already is gone to again.
    const reached = page.locator(".work-row button[tabindex='0']");
    await reached.press("Enter");
    await onRow("Ligne 6");
    for (const row of ["Ligne 6", "Ligne 11"]) {
      await onRow(row);
      await page.getByText("Trancher avec une preuve").press("Enter");
      await page.getByLabel("Zone constatée").selectOption("qpv");
      await page.getByLabel("Preuve").fill("bail du 3 mai");
      const by = page.getByLabel("Fonction de la personne");
      await by.fill("coordinatrice");
      // Its form leaves with the answer.
      await by.press("Enter");
      await by.waitFor({ state: "detached" });
      await onRow(row);
      await page.keyboard.press("n");
    }
    // Nothing is left: the focus is on the line that says so.
    await page.locator("p:focus", { hasText: "Lignes à traiter : 0." }).waitFor();
    expect(await page.locator("#work-panel").count()).toBe(0);
  }, LIST));

test("the points of a long list are drawn, all of them", () => {
  const placed = Array.from({ length: 60_000 }, (_, at): RowPoint => {
    const coordinates: [number, number] = [
      (at % 300) / 3000 - 0.6,
      Math.floor(at / 300) / 3000 + 48.7,
    ];
    const properties = { row: at + 2, result: "qpv", label: "Rue de la Paix 61100 Flers" };
    return { type: "Feature", geometry: { type: "Point", coordinates }, properties } as RowPoint;
  });
  server.own.set("/api/v1/batch", (response, body) => {
    const output = field(body, "output");
    if (output === "preview") return json(response, 200, preview);
    if (output === "rows") return csv(response, rowsOf(body));
    response
      .writeHead(200, { "content-type": "multipart/form-data; boundary=B" })
      .end(bundleBody(counts, placed));
  });
  const paper = mapColours(readPalette().light).paper ?? "";
  const colour = [1, 3, 5].map((at) => Number.parseInt(paper.slice(at, at + 2), 16));
  return onPage(async (page) => {
    await work(page);
    const share = async () => {
      await page.waitForSelector(".map-canvas[data-rest=true]");
      const map = await picture(page);
      let found = 0;
      for (let y = 0; y < map.height; y += 4)
        for (let x = 0; x < map.width; x += 4)
          if (map.at(x, y).some((part, at) => Math.abs(part - (colour[at] ?? 0)) > 8)) found += 1;
      return (found * 16) / (map.width * map.height);
    };
    await expect.poll(share, { timeout: 40_000 }).toBeGreaterThan(0.3);
  }, LIST);
}, 90_000);

test("a key leads to the pin of the row, and Escape back", () =>
  onPage(async (page) => {
    await work(page);
    await page.getByLabel("Lignes montrées").selectOption("all");
    await page.locator(".work-row button").first().press("Enter");
    await page.locator("button.pin").waitFor();
    await page.getByRole("button", { name: "Placer le repère" }).press("Enter");
    const pin = page.locator("button.pin:focus");
    await pin.press("ArrowLeft");
    await page.getByText("corrigée", { exact: true }).waitFor();
    await pin.press("Escape");
    await page.locator("#work-panel:focus", { hasText: "Ligne 2" }).waitFor();
    // A row whose address was not found has no pin.
    await page.keyboard.press("n");
    await page.locator("#work-panel:focus", { hasText: "Ligne 6" }).waitFor();
    expect(await page.getByRole("button", { name: "Placer le repère" }).count()).toBe(0);
  }, LIST));

test("work is saved to a file and taken up again", () =>
  onPage(async (page) => {
    // Without the way to write in place, which asks with a window of the browser.
    await page.evaluate(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
    await work(page);
    await page.keyboard.press("n");
    await page.getByText("Trancher avec une preuve").click();
    await page.getByLabel("Zone constatée").selectOption("qpv");
    await page.getByLabel("Preuve").fill("bail du 3 mai");
    await page.getByLabel("Fonction de la personne").fill("coordinatrice");
    await page.getByRole("button", { name: "Enregistrer la vérification" }).click();
    await page.getByText("Lignes à traiter : 1.").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Enregistrer le travail" }).click(),
    ]);
    const saved = await download.path();
    expect(download.suggestedFilename()).toBe("avancement-liste.json");
    await page.getByRole("button", { name: "Annuler les corrections" }).click();
    await page.getByText("Lignes à traiter : 2.").waitFor();
    await page.getByLabel("Reprendre un travail enregistré").setInputFiles(saved);
    await page.getByText("Travail repris.").waitFor();
    const { columns, rows } = JSON.parse(asked.at(-1)?.corrections ?? "");
    expect(columns).toEqual(["revue_zone", "revue_motif", "revue_fonction"]);
    expect(rows).toEqual({ "6": ["qpv", "bail du 3 mai", "coordinatrice"] });
    const other = { name: "autre.json", mimeType: "application/json", buffer: Buffer.from("{}") };
    await page.getByLabel("Reprendre un travail enregistré").setInputFiles(other);
    await page.getByText(/est pas un travail enregistré/).waitFor();
  }, LIST));

for (const scheme of ["light", "dark"] as const) {
  test(`the work list has no fault for axe (${scheme}), and fits a phone`, () =>
    onPage(async (page) => {
      await page.emulateMedia({ colorScheme: scheme });
      await work(page);
      await page.getByLabel("Lignes montrées").selectOption("all");
      await page.keyboard.press("Tab");
      await next(page).click();
      await page.getByRole("heading", { name: "Ligne 6" }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page)).toBe(0);
      // The words of a button stand in one line, beside or below its field.
      const button = page.getByRole("button", { name: "Prendre cette adresse" });
      expect((await button.boundingBox())?.height).toBeLessThan(60);
    }, LIST));
}

test("a hundred thousand rows are scrolled and walked by keys without a long task", () =>
  onPage(async (page) => {
    count = 100_000;
    await work(page);
    await page.getByLabel("Lignes montrées").selectOption("all");
    expect(await page.locator(".work-table table").getAttribute("aria-rowcount")).toBe("100001");
    // In time of the processor, which other work on the machine does not lengthen.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const busyMs = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
    };
    let [longest, before] = [0, await busyMs()];
    for (let step = 0; step <= 40; step += 1) {
      await page.evaluate(async (part) => {
        const frame = document.querySelector(".work-table") as HTMLElement;
        frame.scrollTop = frame.scrollHeight * part;
        for (let at = 0; at < 2; at += 1) await new Promise((done) => requestAnimationFrame(done));
      }, step / 40);
      expect(await page.locator(".work-row").count()).toBeLessThan(40);
      const now = await busyMs();
      [longest, before] = [Math.max(longest, now - before), now];
    }
    console.info(`longest step while 100,000 rows are scrolled: ${Math.round(longest)} ms`);
    expect(longest).toBeLessThan(200);
    await page.locator(".work-row button").last().focus();
    await page.keyboard.press("End");
    await page.locator('.work-row[aria-rowindex="100001"] button:focus').waitFor();
    await page.keyboard.press("Home");
    await page.locator('.work-row[aria-rowindex="2"] button:focus').waitFor();
    await page.keyboard.press("PageDown");
    await page.keyboard.press("Enter");
    await page.locator(".work-panel h3").waitFor();
  }, LIST));
