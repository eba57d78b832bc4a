/** The view of lists in a real browser: from a file to its answers, by mouse and by keyboard, and when things go wrong. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { Preview } from "../src/list/api";
import {
  axeFaults,
  focusOn,
  onPage,
  overflow,
  plain,
  printed,
  server,
  useBrowser,
} from "./browser";
import { bundleBody, counts, point, preview, rowsCsv } from "./list-samples";
import { json } from "./stand-in";

useBrowser();

const LIST = { hash: "#/liste" };
const FILE = { name: "liste.csv", mimeType: "text/csv", buffer: Buffer.from("Élève;CP\r\n") };
const person = {
  id: "pre-national",
  name: "Réussite éducative",
  subject: "person",
  sources: [],
  declarations: [],
  until: null,
};

let shown: Preview;
/** The answer of a run; by default at once, a bundle. */
let run: (response: ServerResponse, body: string) => void;

const bundle = (response: ServerResponse, body = bundleBody()) =>
  response.writeHead(200, { "content-type": "multipart/form-data; boundary=B" }).end(body);
const problem = (status: number, code: string, message: string) => (response: ServerResponse) =>
  json(response, status, { code, detail: "", message });

beforeEach(() => {
  shown = preview;
  run = (response) => bundle(response);
  let polled = 0;
  server.own.set("/api/v1/programmes", (response) => json(response, 200, { programmes: [person] }));
  server.own.set("/api/v1/batch", (response, body) => {
    const output = field(body, "output")[0];
    if (output === "preview") return json(response, 200, shown);
    if (output === "rows")
      return response.writeHead(200, { "content-type": "text/csv" }).end(rowsCsv());
    if (output === "summary_csv")
      return response.writeHead(200, { "content-type": "text/csv" }).end("Synthèse");
    run(response, body);
  });
  server.own.set("/api/v1/batch/progress/", (response) => {
    // It stands still at 30 %, however late somebody looks.
    polled = Math.min(polled + 1, 3);
    json(response, 200, { rows: polled * 1000, fraction: polled * 0.1, elapsed_ms: polled * 2000 });
  });
});

/** The values of a field of a form. */
function field(body: string, name: string): string[] {
  return [...body.matchAll(new RegExp(`name="${name}"\r\n\r\n(.*?)\r\n`, "g"))].map(
    ([, value]) => value ?? "",
  );
}

const forms = (output: string) =>
  server.asked.filter(
    ({ path, body }) => path === "/api/v1/batch" && field(body, "output")[0] === output,
  );

async function choose(page: Page): Promise<void> {
  await page.getByLabel("Fichier de la liste").setInputFiles(FILE);
  await focusOn(page, "2. Les colonnes");
}

async function check(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Vérifier la liste" }).click();
}

async function result(page: Page): Promise<void> {
  await choose(page);
  await check(page);
  await focusOn(page, "3. Le résultat");
}

test("a list goes from file to answers, and is sent in bodies only", () =>
  onPage(async (page) => {
    await choose(page);
    expect(plain(await page.textContent(".chosen-file"))).toContain("liste.csv (12 o)");
    expect(await page.getByLabel("Contenu de la colonne CP").inputValue()).toBe("address:2");
    expect(plain(await page.textContent("form .reading"))).toBe(
      "Adresse lue : Adresse + CP + Ville.",
    );
    await page.getByLabel("Ce qui est demandé").selectOption("pre-national");
    await check(page);
    await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
    const [form] = forms("bundle");
    expect([
      field(form?.body ?? "", "columns"),
      field(form?.body ?? "", "birth_date"),
      field(form?.body ?? "", "programme"),
    ]).toEqual([["Adresse", "CP", "Ville"], ["Né(e) le"], ["pre-national"]]);
    const body = form?.body ?? "";
    expect(body.indexOf('name="progress"')).toBeLessThan(body.indexOf('name="data"'));
    expect(page.url()).toBe(`${server.url}#/liste`);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  }, LIST));

test("a list without titles, rows of no person and doubles are told", () =>
  onPage(async (page) => {
    shown = { ...preview, header_row: 0 };
    const notes = {
      skipped: { total: { rows: 1, first: [9] }, section: { rows: 2, first: [2, 5] } },
      duplicates: { rows: 1, first: [{ row: 7, of: 3 }] },
    };
    run = (response) => bundle(response, bundleBody(counts, undefined, notes));
    await choose(page);
    expect(plain(await page.textContent("form .notice"))).toContain("pas de ligne de titres");
    await check(page);
    await focusOn(page, "3. Le résultat");
    const told = plain(await page.locator("main").innerText());
    expect(told).toContain("non comptées : 3.");
    expect(told).toContain("1 (7 comme 3)");
    expect(await axeFaults(page)).toEqual([]);
  }, LIST));

test("the result shows counts, neighbourhoods and what to verify, and gives the file", () =>
  onPage(async (page) => {
    server.own.set("/api/v1/perimeters/QN06103M", (response) =>
      json(response, 200, { properties: { lib_qp: "Saint Michel" } }),
    );
    await result(page);
    expect(plain(await page.getByRole("row", { name: /Dans un quartier/ }).textContent())).toMatch(
      /2$/,
    );
    expect(plain(await page.getByRole("row", { name: /Sans réponse/ }).textContent())).toMatch(
      /1$/,
    );
    await page.getByRole("row", { name: /Saint Michel \(QN06103M\)/ }).waitFor();
    expect(plain(await page.textContent(".verify"))).toContain(
      "Adresse introuvable : cela ne veut pas dire hors quartier prioritaire.",
    );
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Enregistrer le fichier" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("verifie-liste.csv");
    expect(readFileSync(await download.path(), "utf8")).toBe(
      "Adresse;zone\r\n3 rue de Mulhouse;qpv\r\n",
    );
  }, LIST));

test("reviews are told before the run, and counted apart from the answers of the data", () =>
  onPage(async (page) => {
    const columns = [
      { name: "revue_zone", role: "review_zone" },
      { name: "revue_motif", role: "review_reason" },
    ];
    shown = { ...preview, columns: [...preview.columns, ...columns] };
    run = (response) =>
      bundle(
        response,
        bundleBody({
          ...counts,
          reviewed: { qpv: 1, band_300m: 1, outside: 0 },
          reviews_not_taken: {
            contradicts: { rows: 1, first: [2] },
            not_needed: { rows: 5, first: [3] },
          },
        }),
      );
    await choose(page);
    await page.getByText("Vérifications humaines lues dans : revue_zone + revue_motif.").waitFor();
    await check(page);
    await focusOn(page, "3. Le résultat");
    await page.getByText(/Lignes tranchées par une vérification humaine\s:\s2\./).waitFor();
    await page.getByText(/Vérifications humaines non prises\s:\s1\./).waitFor();
    expect(plain(await page.getByRole("row", { name: /Dans un quartier/ }).textContent())).toMatch(
      /2$/,
    );
  }, LIST));

test("a row is read by its number; one without a place is not shown as a no", () =>
  onPage(async (page) => {
    await result(page);
    await page.getByLabel("Lire le résultat de la ligne").fill("4");
    await page.getByLabel("Lire le résultat de la ligne").press("Enter");
    expect(plain(await page.textContent(".chosen-row"))).toContain(
      "Ligne 4 : Hors quartier, dans la bande des 300 m",
    );
    await page.getByLabel("Lire le résultat de la ligne").fill("7");
    await page.getByLabel("Lire le résultat de la ligne").press("Enter");
    await page.getByText("Ligne 7 :").waitFor();
    expect(plain(await page.textContent(".notice"))).toContain(
      "Cela ne veut pas dire hors quartier prioritaire",
    );
  }, LIST));

test("a click on a point of the map shows its row", () =>
  onPage(async (page) => {
    run = (response) => bundle(response, bundleBody(counts, [point(9, "qpv", -0.57, 48.75)]));
    await result(page);
    const canvas = page.locator(".map canvas");
    const box = await canvas.boundingBox();
    if (!box) throw new Error("there is no map");
    await expect
      .poll(
        async () => {
          await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
          return page.locator(".chosen-row").count();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(1);
    expect(plain(await page.textContent(".chosen-row"))).toContain(
      "Ligne 9 : Dans un quartier prioritaire",
    );
  }, LIST));

test("a run shows how far it is, and is stopped", () =>
  onPage(async (page) => {
    let dropped = false;
    run = (response) => response.on("close", () => (dropped = true));
    await choose(page);
    await check(page);
    const step = page.locator(".step").last();
    await expect
      .poll(async () => plain(await step.textContent()))
      .toContain("Lignes vérifiées : 3 000 (30 %). Il reste environ 20 secondes.");
    expect(plain(await page.textContent(".list > [role=status]"))).toContain("Vérifié à 25 %");
    await page.getByRole("button", { name: "Arrêter la vérification" }).click();
    await page.getByRole("heading", { name: "2. Les colonnes" }).waitFor();
    expect(plain(await page.textContent(".notice"))).toContain("Vérification arrêtée");
    await expect.poll(() => dropped).toBe(true);
    const polls = server.asked.length;
    await page.waitForTimeout(1200);
    expect(server.asked.length).toBe(polls);
  }, LIST));

test("when the run is over, its answers are waited for, and how far it is is asked no more", () =>
  onPage(async (page) => {
    let finish = () => {};
    run = (response) => {
      const [start, rest] = [bundleBody().slice(0, 300), bundleBody().slice(300)];
      setTimeout(
        () =>
          response
            .writeHead(200, { "content-type": "multipart/form-data; boundary=B" })
            .write(start),
        1200,
      );
      finish = () => response.end(rest);
    };
    await choose(page);
    await check(page);
    await page.getByText("les réponses arrivent").waitFor();
    const polls = () => server.asked.filter(({ path }) => path.includes("/progress/")).length;
    const before = polls();
    await page.waitForTimeout(1200);
    expect(polls()).toBe(before);
    finish();
    await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
  }, LIST));

test("leaving during a run is asked about; refused, the run goes on", () =>
  onPage(async (page) => {
    let release: (() => void) | undefined;
    run = (response) => (release = () => bundle(response));
    await choose(page);
    await check(page);
    await expect.poll(() => release).toBeDefined();
    const asked: string[] = [];
    let stays = true;
    page.on("dialog", (dialog) => {
      asked.push(dialog.message());
      void (stays ? dialog.dismiss() : dialog.accept());
    });
    await page.getByRole("link", { name: "Bâtiment" }).click();
    await expect.poll(() => asked.length).toBe(1);
    await page.waitForURL(`${server.url}#/liste`);
    release?.();
    await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
    stays = false;
    await page.getByRole("link", { name: "Bâtiment" }).click();
    await page.getByRole("button", { name: "Dessiner sur la carte" }).waitFor();
    expect(plain(asked[1] ?? "")).toContain("n'a pas été enregistré");
    await page.goBack();
    await page.getByLabel("Fichier de la liste").waitFor();
    expect(await page.locator(".chosen-file").count()).toBe(0);
  }, LIST));

test("printed, the counts are on one page, without the people's addresses", () =>
  onPage(async (page) => {
    await result(page);
    const { pages, words } = await printed(page);
    expect(pages).toBe(1);
    expect(words).toContain("liste.csv");
    expect(words).toContain("Sans réponse (ce n'est pas un non)");
    expect(words).not.toContain("Rue de la Paix");
  }, LIST));

test("starting again forgets everything", () =>
  onPage(async (page) => {
    await result(page);
    await page.getByRole("button", { name: "Recommencer" }).click();
    await page.getByRole("heading", { name: "3. Le résultat" }).waitFor({ state: "detached" });
    expect(await page.getByLabel("Fichier de la liste").inputValue()).toBe("");
  }, LIST));

test("the counts are saved with small ones hidden", () =>
  onPage(async (page) => {
    await choose(page);
    await page.getByLabel("Ce qui est demandé").selectOption("pre-national");
    await check(page);
    await page.getByLabel("Masquer les effectifs").fill("11");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Enregistrer la synthèse" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("synthese-liste.csv");
    expect(field(forms("summary_csv")[0]?.body ?? "", "suppress_under")).toEqual(["11"]);
  }, LIST));

describe("faults are shown at their step, with what to do", () => {
  test("a file that cannot be read", () =>
    onPage(
      async (page) => {
        server.own.set(
          "/api/v1/batch",
          problem(400, "bad_table", "Le tableau envoyé ne peut pas être lu."),
        );
        await page.getByLabel("Fichier de la liste").setInputFiles(FILE);
        const told = plain(
          await page.getByRole("alert").filter({ hasText: "ne peut pas être lu" }).textContent(),
        );
        expect(told).toContain("Enregistrez le fichier de nouveau");
        expect(await page.getByRole("heading", { name: "2. Les colonnes" }).count()).toBe(0);
      },
      { ...LIST, refusals: ["400 /api/v1/batch"] },
    ));

  test.each([
    [
      413,
      "body_too_large",
      "La demande est trop volumineuse pour ce service.",
      "Découpez la liste",
    ],
    [503, "overloaded", "Le service est très sollicité.", "Le fichier reste choisi"],
    [400, "unknown_column", "Une colonne demandée n'existe pas.", "renommez-les dans le fichier"],
  ])("%i %s", (status, code, message, advice) =>
    onPage(
      async (page) => {
        run = problem(status, code, message);
        await choose(page);
        await check(page);
        const told = plain(
          await page
            .getByRole("alert")
            .filter({ hasText: message.slice(0, 12) })
            .textContent(),
        );
        expect(told).toContain(advice);
        // The choices are still there: the same list can be sent again.
        run = (response) => bundle(response);
        await check(page);
        await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
      },
      { ...LIST, refusals: [`${status} /api/v1/batch`] },
    ),
  );

  test("no column of the address", () =>
    onPage(async (page) => {
      shown = { ...preview, columns: preview.columns.map(({ name }) => ({ name, role: null })) };
      await choose(page);
      await check(page);
      await page.getByRole("alert").filter({ hasText: "Aucune colonne d’adresse" }).waitFor();
      expect(forms("bundle")).toEqual([]);
      await page.getByLabel("Contenu de la colonne Adresse").selectOption("address:1");
      await check(page);
      await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
      expect(field(forms("bundle")[0]?.body ?? "", "columns")).toEqual(["Adresse"]);
    }, LIST));

  test("an answer that is cut short is no empty answer", () =>
    onPage(async (page) => {
      run = (response) => bundle(response, bundleBody().slice(0, 400));
      await choose(page);
      await check(page);
      await page.getByRole("alert").filter({ hasText: "incomplète ou illisible" }).waitFor();
    }, LIST));
});

test("the day is typed in French and sent; one that is none is shown, and nothing is sent", () =>
  onPage(async (page) => {
    await choose(page);
    const day = page.getByRole("textbox", { name: "Jour de la vérification" });
    await day.fill("31/02/2024");
    await check(page);
    await page.getByRole("alert").filter({ hasText: "laissez-la vide" }).waitFor();
    expect(await day.getAttribute("aria-invalid")).toBe("true");
    expect(await axeFaults(page)).toEqual([]);
    expect(forms("bundle")).toEqual([]);
    await day.fill("4 mai 2024");
    await check(page);
    await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
    expect(field(forms("bundle")[0]?.body ?? "", "on")).toEqual(["2024-05-04"]);
  }, LIST));

test("the postcode of rows without a commune is asked for where no column gives one, and sent", () =>
  onPage(async (page) => {
    await choose(page);
    const postcode = page.getByLabel("Code postal des lignes");
    expect(plain(await page.textContent("#list-postcode-hint"))).toContain("ces lignes");
    // Without the columns CP and Ville the street alone is read.
    for (const column of ["CP", "Ville"])
      await page.getByLabel(`Contenu de la colonne ${column}`).selectOption("");
    expect(plain(await page.textContent("#list-postcode-hint"))).toContain("Aucune colonne");
    await postcode.fill("611");
    await check(page);
    expect(plain(await page.textContent("form"))).toContain("cinq chiffres");
    expect(await postcode.getAttribute("aria-invalid")).toBe("true");
    expect(forms("bundle")).toHaveLength(0);
    await postcode.fill("61 100");
    expect(await axeFaults(page)).toEqual([]);
    await check(page);
    await focusOn(page, "3. Le résultat");
    expect(field(forms("bundle")[0]?.body ?? "", "default_postcode")).toEqual(["61100"]);
  }, LIST));

test("another sheet and another encoding are read again", () =>
  onPage(async (page) => {
    await choose(page);
    await page.getByLabel("Encodage").selectOption("windows-1252");
    await expect
      .poll(() => field(forms("preview").at(-1)?.body ?? "", "encoding"))
      .toEqual(["windows-1252"]);
    shown = { ...preview, format: "xlsx", sheets: ["A", "B"], sheet: "A" };
    await choose(page);
    await page.getByText("La feuille « A » est lue. Celles-ci ne le sont pas : B.").waitFor();
    await page.getByLabel("Feuille").selectOption("B");
    await expect.poll(() => field(forms("preview").at(-1)?.body ?? "", "sheet")).toEqual(["B"]);
  }, LIST));

test("a file can be dropped", () =>
  onPage(async (page) => {
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["a;b"], "déposé.csv", { type: "text/csv" }));
      return transfer;
    });
    await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
    await page.getByRole("heading", { name: "2. Les colonnes" }).waitFor();
    expect(await page.textContent(".chosen-file")).toContain("déposé.csv");
  }, LIST));

test("the keyboard does it all, and the focus follows the steps", () =>
  onPage(async (page) => {
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByLabel("Fichier de la liste").press("Space"),
    ]);
    await chooser.setFiles(FILE);
    await focusOn(page, "2. Les colonnes");
    await page.getByRole("button", { name: "Vérifier la liste" }).focus();
    await page.keyboard.press("Enter");
    await focusOn(page, "3. Le résultat");
  }, LIST));

test("a list of ten thousand rows leaves the page small", () =>
  onPage(async (page) => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      point(i + 2, i % 2 ? "undetermined" : "qpv", -0.57 + i / 1e5, 48.75),
    );
    const code_qp = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`QN0${6100 + i}M`, i + 1]),
    );
    run = (response) => bundle(response, bundleBody({ ...counts, code_qp }, many));
    await result(page);
    expect(await page.evaluate(() => document.querySelectorAll("main *").length)).toBeLessThan(700);
    expect(plain(await page.textContent(".verify"))).toContain(
      "Lignes à vérifier qui ne sont pas montrées ici : 4 990.",
    );
    expect(plain(await page.textContent("main"))).toContain(
      "Quartiers qui ne sont pas affichés ici : 40.",
    );
  }, LIST));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  const steps: Record<string, (page: Page) => Promise<void>> = {
    file: () => Promise.resolve(),
    columns: async (page) => {
      await choose(page);
      await page.getByLabel("Ce qui est demandé").selectOption("pre-national");
    },
    running: async (page) => {
      run = () => undefined;
      await choose(page);
      await check(page);
      await page.getByText("Lignes vérifiées").waitFor();
    },
    cancelled: async (page) => {
      await steps.running?.(page);
      await page.getByRole("button", { name: "Arrêter" }).click();
      await focusOn(page, "2. Les colonnes");
    },
    fault: async (page) => {
      run = problem(503, "overloaded", "Le service est très sollicité.");
      await choose(page);
      await check(page);
      await page.getByText("Le fichier reste choisi").waitFor();
    },
    result: async (page) => {
      await result(page);
      await page.getByLabel("Lire le résultat de la ligne").fill("5");
      await page.getByLabel("Lire le résultat de la ligne").press("Enter");
      await page.locator(".chosen-row").waitFor();
    },
  };

  test.each(Object.keys(steps))("axe finds no fault in the step %s", (step) =>
    onPage(
      async (page) => {
        await steps[step]?.(page);
        expect(await axeFaults(page)).toEqual([]);
      },
      { ...LIST, colorScheme, ...(step === "fault" && { refusals: ["503 /api/v1/batch"] }) },
    ),
  );
});

test("at 360 pixels wide nothing overflows in any step", () =>
  onPage(
    async (page) => {
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await choose(page);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await check(page);
      await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    },
    { ...LIST, viewport: { width: 360, height: 740 } },
  ));

describe("a column that the programme needs and that is not chosen", () => {
  const hiring = {
    ...person,
    id: "emplois-francs",
    name: "Emplois francs",
    required: ["birth_date"],
    declarations: [
      {
        name: "demandeur-emploi",
        kind: "declaration",
        label: "la personne est demandeuse d'emploi",
        required: true,
      },
      {
        name: "resident",
        kind: "declaration",
        label: "la personne réside en France",
        required: false,
      },
    ],
  };
  // Typeset: quotes keep their spaces, and apostrophes are curved.
  const needed = /choisie pour «.Date de naissance.»/;
  const declared = /choisie pour «.la personne est demandeuse d.emploi.»/;

  beforeEach(() => {
    const columns = preview.columns.map((column) => ({ ...column }));
    const born = columns[4];
    if (born) Object.assign(born, { name: "Naissance ?", role: null });
    shown = { ...preview, columns };
    server.own.set("/api/v1/programmes", (response) =>
      json(response, 200, { programmes: [person, hiring] }),
    );
  });

  test("is a question before the run: which one it is, or none", () =>
    onPage(async (page) => {
      await choose(page);
      await page.getByLabel("Ce qui est demandé").selectOption("emplois-francs");
      await check(page);
      expect(plain(await page.textContent("[role=alert]"))).toContain("reste sans réponse");
      expect(forms("bundle")).toHaveLength(0);
      await page.getByLabel(needed).selectOption({ label: "Naissance ?" });
      expect(await page.getByLabel(needed).count()).toBe(0);
      expect(await page.getByLabel("Contenu de la colonne Naissance ?").inputValue()).toBe(
        "birth_date",
      );
      await page.getByLabel(declared).selectOption("absent");
      expect(await axeFaults(page)).toEqual([]);
      await check(page);
      await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
      const body = forms("bundle")[0]?.body ?? "";
      expect([field(body, "birth_date"), field(body, "declaration")]).toEqual([
        ["Naissance ?"],
        ["demandeur-emploi=-", "resident=-"],
      ]);
    }, LIST));

  test("is found by the name of a declaration, and may be said not to be there", () =>
    onPage(async (page) => {
      shown.columns[0] = { name: "Demandeur d'emploi (oui/non)", role: null };
      await choose(page);
      await page.getByLabel("Ce qui est demandé").selectOption("emplois-francs");
      expect(await page.getByLabel(declared).count()).toBe(0);
      await page.getByLabel(needed).selectOption("absent");
      await page.getByText("le droit de chaque personne restera à compléter").waitFor();
      await page
        .getByLabel(/Colonne pour «.la personne réside en France.»/)
        .selectOption({ label: "Naissance ?" });
      await check(page);
      await page.getByRole("heading", { name: "3. Le résultat" }).waitFor();
      const body = forms("bundle")[0]?.body ?? "";
      expect([field(body, "birth_date"), field(body, "declaration")]).toEqual([
        ["-"],
        ["demandeur-emploi=Demandeur d'emploi (oui/non)", "resident=Naissance ?"],
      ]);
    }, LIST));
});
