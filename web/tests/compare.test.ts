/** The view of comparisons in a real browser: the area, the table, the map in three ways, places, files, the link, paper. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, printed, server, useBrowser } from "./browser";
import { addresses, comparison, inPart, nothing } from "./compare-samples";
import { FIGURES } from "./samples";
import { json } from "./stand-in";

useBrowser();

const FLERS = { hash: "#/comparer?insee=61169" };
const API = "/api/v1/compare";

/** The questions asked so far. */
const asked = () =>
  server.asked.flatMap(({ path }) =>
    path.startsWith(API) ? [decodeURIComponent(path.slice(API.length + 1))] : [],
  );
const rows = (page: Page) => page.locator("tr.change");
const words = async (page: Page, selector: string) =>
  plain(await page.locator(selector).innerText());

beforeEach(() => server.own.clear());

test("a commune is chosen by its name with the keyboard, and stands in the address", () =>
  onPage(
    async (page) => {
      const box = page.getByRole("combobox");
      await box.focus();
      await page.keyboard.type("fler");
      await page.getByRole("option", { name: /Flers/ }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press("ArrowDown");
      expect(await box.getAttribute("aria-activedescendant")).toBe(
        await page.getByRole("option").first().getAttribute("id"),
      );
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Flers (61169)" }).waitFor();
      expect(page.url()).toBe(`${server.url}#/comparer?insee=61169`);
      await expect
        .poll(() => asked().at(-1))
        .toBe("from=2015&to=2024&insee=61169&geometry=true&moved=true");
      await page.goBack();
      await page.getByRole("heading", { name: "Toute la France" }).waitFor();
    },
    { hash: "#/comparer" },
  ));

test("the whole country is asked for without outlines", () =>
  onPage(
    async (page) => {
      await rows(page).first().waitFor();
      expect(asked()).toEqual(["from=2015&to=2024&moved=true"]);
    },
    { hash: "#/comparer" },
  ));

test("a name that no area has is shown at the field; a bare code is asked for", () =>
  onPage(async (page) => {
    server.own.set(API, (response, _, query) =>
      json(response, 200, query.get("insee") === "14047" ? nothing : comparison),
    );
    const box = page.getByRole("combobox");
    await box.fill("nulle part");
    await box.press("Enter");
    await page.getByText("Aucun territoire de ce nom").waitFor();
    expect(await box.getAttribute("aria-invalid")).toBe("true");
    await box.fill("14047");
    await box.press("Enter");
    await page.getByText("Aucun quartier prioritaire, ni en 2015 ni en 2024.").waitFor();
    expect(await words(page, "h2.compare-area")).toBe("Bayeux (14047) : de 2015 à 2024");
    expect(await page.title()).toContain("Bayeux (14047) · Comparer");
    expect(await page.locator(".compare").innerText()).not.toContain("n’existe pas");
    expect(await page.locator("table").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Excel" }).count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  }, FLERS));

test("a code that no commune has is said to be so; of another area, that nobody knows", () =>
  onPage(
    async (page) => {
      server.own.set(API, (response) => json(response, 200, nothing));
      server.own.set("/api/v1/communes/99999", (response) =>
        json(response, 404, { code: "unknown_commune", message: "Aucune commune n'a ce code." }),
      );
      await page.reload();
      await page.getByText("Aucune commune n’a ce code.").waitFor();
      await page.evaluate(() => {
        location.hash = "#/comparer?departement=98";
      });
      await page.getByText("Rien ne dit ici si ce territoire").waitFor();
    },
    { hash: "#/comparer?insee=99999", refusals: ["404 /api/v1/communes/99999"] },
  ));

test("what is known is shown with the number of changes it is known for, what is not is never zero", () =>
  onPage(async (page) => {
    await rows(page).first().waitFor();
    const totals = await words(page, ".totals");
    expect(totals).toContain("14,37 ha, périmètres : 2");
    expect(totals).toContain("29,48 ha");
    expect(totals).toContain("conservées : 118, gagnées : 292, perdues : 42");
    // One of the two has a neighbourhood in 2024.
    expect(totals).toContain("2 440");
    expect(totals).toContain("1 030 (connu pour 1 des 2 changements)");
    expect(totals).toMatch(/terrain perdu \(estimation\)\s+non connu/);
    expect(totals).toMatch(/étendu : 1/);
    const gone = plain(await rows(page).nth(1).innerText());
    expect(gone).toContain("Pont Féron → aucun");
    // Its inhabitants of 2015 are not known, nor those of its ground; in 2024 there is nothing to know.
    expect(gone.match(/non connu/g)).toHaveLength(2);
    expect(gone.match(/aucun(?!e)/g)).toHaveLength(4);
  }, FLERS));

test("each column sorts, says so, and what is not known stays last", () =>
  onPage(async (page) => {
    const first = async () => plain(await rows(page).first().innerText());
    await rows(page).first().waitFor();
    const headers = page.getByRole("columnheader");
    for (const at of Array.from({ length: await headers.count() }, (_, at) => at)) {
      await headers.nth(at).getByRole("button").click();
      expect(await headers.nth(at).getAttribute("aria-sort")).toMatch(/ascending|descending/);
    }
    const lost = page.getByRole("columnheader", { name: "Perdu (ha)" });
    await lost.getByRole("button").click();
    expect(await lost.getAttribute("aria-sort")).toBe("descending");
    expect(await first()).toContain("Pont Féron");
    await lost.getByRole("button").click();
    expect(await first()).toContain("Saint Michel");
    const inhabitants = page
      .getByRole("columnheader", { name: "Habitants des quartiers 2024" })
      .getByRole("button");
    await inhabitants.click();
    expect(await first()).toContain("Saint Michel");
    await inhabitants.click();
    expect(await first()).toContain("Saint Michel");
  }, FLERS));

test("a row opens with Enter to its detail, stands in the address, and lists its addresses on demand", () =>
  onPage(async (page) => {
    server.own.set(API, (response, _, query) => {
      const [extended, gone] = comparison.changes;
      const changes = query.has("addresses")
        ? [{ ...extended, addresses }, gone]
        : comparison.changes;
      json(response, 200, { ...comparison, changes });
    });
    const name = page.getByRole("button", { name: /Saint Michel QP061003/ });
    await name.focus();
    await page.keyboard.press("Enter");
    expect(await name.getAttribute("aria-expanded")).toBe("true");
    expect(page.url()).toBe(`${server.url}#/comparer?insee=61169&quartier=QN06103M`);
    const detail = await words(page, ".change-detail");
    expect(detail).toContain("1 030 habitants (2013)");
    expect(detail).toContain("La lettre officielle dit autre chose que les contours publiés");
    expect(detail).toContain("environ 1 738 (estimation, au prorata des adresses)");
    expect(detail).toContain("parmi les gagnées et les perdues : 7.");
    expect(detail).toContain("École Les Vallées");
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Voir les adresses" }).click();
    await page.getByText("12 Rue de la Paix 61100 Flers").waitFor();
    expect(asked().at(-1)).toBe("from=2015&to=2024&insee=61169&addresses=true");
    expect(await axeFaults(page)).toEqual([]);
    await name.click();
    await expect.poll(() => page.locator(".change-detail").count()).toBe(0);
  }, FLERS));

test("the figures of both vintages are asked for on demand; without any, that is said", () =>
  onPage(async (page) => {
    const [extended, ...others] = comparison.changes;
    if (!extended) throw new Error("the sample has no change");
    const to = extended.to.map((one) => ({ ...one, figures: FIGURES }));
    let figured: unknown = { ...extended, to };
    server.own.set(API, (response, _, query) =>
      json(response, 200, {
        ...comparison,
        changes: [query.has("fields") ? figured : extended, ...others],
      }),
    );
    const name = page.getByRole("button", { name: /Saint Michel QP061003/ });
    await name.click();
    await page.getByRole("button", { name: "Afficher les chiffres publiés" }).click();
    const table = page.getByRole("table", { name: /Chiffres publiés : Saint Michel \(QN06103M\)/ });
    await table.waitFor();
    expect(plain(await table.innerText())).toMatch(/Allocataires du RSA[\s\S]*non publié/);
    expect(asked().at(-1)).toBe("from=2015&to=2024&insee=61169&fields=all");
    expect(await axeFaults(page)).toEqual([]);
    await name.click();
    figured = extended;
    await name.click();
    await page.getByRole("button", { name: "Afficher les chiffres publiés" }).click();
    await page.getByText("Aucune statistique n’est chargée").waitFor();
  }, FLERS));

test("the map shows two vintages over one another, behind a curtain, or side by side, without losing the area", () =>
  onPage(async (page) => {
    await page.getByLabel("Rideau").check();
    const handle = page.getByRole("slider", { name: "Rideau entre les deux millésimes" });
    await expect.poll(() => page.locator(".map canvas").count()).toBe(2);
    await handle.focus();
    await page.keyboard.press("ArrowRight");
    expect(await handle.getAttribute("aria-valuenow")).toBe("52");
    await page.keyboard.press("Home");
    expect(await handle.getAttribute("aria-valuenow")).toBe("5");
    await page.keyboard.press("ArrowLeft");
    expect(await handle.getAttribute("aria-valuenow")).toBe("5");
    await page.keyboard.press("End");
    expect(await handle.getAttribute("aria-valuetext")).toContain("95");
    const box = await page.locator(".map").boundingBox();
    if (!box) throw new Error("there is no map");
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    expect(await handle.getAttribute("aria-valuenow")).toBe("25");
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Côte à côte").check();
    await expect.poll(() => handle.count()).toBe(0);
    expect(page.url()).toBe(`${server.url}#/comparer?insee=61169&mode=cote-a-cote`);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Superposé").check();
    await expect.poll(() => page.locator(".map canvas").count()).toBe(1);
    expect(asked()).toHaveLength(1);
  }, FLERS));

test("two maps move as one", () =>
  onPage(
    async (page) => {
      const maps = page.locator(".map-canvas");
      const west = (at: number) =>
        maps.nth(at).evaluate((node) => Number(node.dataset.edges?.split(",")[0]));
      await expect.poll(() => maps.nth(1).getAttribute("data-rest")).toBe("true");
      await expect.poll(async () => Math.abs((await west(0)) - (await west(1)))).toBeLessThan(1e-6);
      const before = await west(0);
      await maps.nth(1).locator("canvas").focus();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => west(0)).not.toBe(before);
      await expect.poll(async () => Math.abs((await west(0)) - (await west(1)))).toBeLessThan(1e-6);
    },
    { hash: "#/comparer?insee=61169&mode=cote-a-cote" },
  ));

test("a click on the ground opens its row", () =>
  onPage(async (page) => {
    const map = page.locator(".map-canvas").first();
    await rows(page).first().waitFor();
    await expect
      .poll(async () => Number((await map.getAttribute("data-edges"))?.split(",")[0]))
      .toBeGreaterThan(-0.8);
    await expect.poll(() => map.getAttribute("data-rest")).toBe("true");
    const box = await map.boundingBox();
    if (!box) throw new Error("there is no map");
    // The ground gained spreads around the middle of the box.
    await page.mouse.click(box.x + box.width / 2 + 30, box.y + box.height / 2 - 30);
    await page.locator(".change-detail").waitFor();
    expect(page.url()).toContain("quartier=QN06103M");
  }, FLERS));

test("places are listed by what became of them, those without a position too", () =>
  onPage(async (page) => {
    await rows(page).first().waitFor();
    const places = await words(page, ".compare-places");
    expect(places).toContain("Lieux entrés (1)");
    expect(places).toContain(
      "École Les Vallées école ou établissement · Flers · entré · hors quartier, puis en QPV",
    );
    expect(places).toContain(
      "Centre social centres-sociaux · Flers · à vérifier, puis non connu · près d'une limite · position trouvée par l'adresse",
    );
    expect(places).toContain("Lieux dont la position n'est pas connue : 1.");
    await page.getByRole("button", { name: /École Les Vallées/ }).click();
    await expect
      .poll(() => page.locator(".pin").getAttribute("aria-label"))
      .toBe("École Les Vallées");
    const map = page.locator(".map-canvas").first();
    await expect
      .poll(async () => {
        const [west = 0, , east = 0] = ((await map.getAttribute("data-edges")) ?? "")
          .split(",")
          .map(Number);
        return west < -0.57 && east > -0.57 && east - west < 0.05;
      })
      .toBe(true);
  }, FLERS));

test("what cannot be determined is shown", () =>
  onPage(async (page) => {
    server.own.set(API, (response) => json(response, 200, inPart));
    await page.reload();
    await rows(page).first().waitFor();
    const notes = await words(page, ".compare-notes");
    expect(notes).toContain("il peut manquer des quartiers");
    expect(notes).toContain("Rive Droite (QN06104I) : un périmètre est publié sans surface");
    expect(notes).toContain("Le Bourg (QP061010)");
    expect(notes).toContain("Changements mesurés que la lettre officielle contredit : 1.");
    expect(await axeFaults(page)).toEqual([]);
  }, FLERS));

test("files are those of the area shown, and the link and the address for QGIS are copied", () =>
  onPage(
    async (page) => {
      await rows(page).first().waitFor();
      const links = await page
        .locator(".files a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      const query = "api/v1/compare?from=2024&to=2015&insee=61169&format=";
      expect(links).toEqual(
        [
          "xlsx",
          "gpkg",
          "geojson",
          "parquet",
          "csv&table=changes",
          "csv&table=places",
          "csv&table=addresses",
          "pdf",
        ].map((format) => query + format),
      );
      expect(await words(page, ".compare-files")).toContain("une fiche par commune");
      await page.getByRole("button", { name: "Copier le lien" }).click();
      await page.getByText("Lien copié.").waitFor();
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      expect(await copied()).toBe(`${server.url}#/comparer?insee=61169&from=2024&to=2015`);
      await page.getByRole("button", { name: "Copier l’adresse pour QGIS" }).click();
      await page.getByText("Adresse copiée.").waitFor();
      expect(await copied()).toBe(`${server.url}ogc`);
    },
    {
      hash: "#/comparer?insee=61169&from=2024",
      permissions: ["clipboard-read", "clipboard-write"],
    },
  ));

test("a file is fetched by the page: what is refused is shown in French, what comes is handed over", () =>
  onPage(
    async (page) => {
      await rows(page).first().waitFor();
      const message = "Le service est très sollicité. Réessayez dans un instant.";
      server.own.set(API, (response) =>
        json(response, 503, { code: "overloaded", detail: "", message }),
      );
      await page.getByRole("link", { name: "Excel" }).click();
      await page.getByRole("alert").getByText(message).waitFor();
      server.own.set(API, (response) => {
        response.writeHead(200, {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": 'attachment; filename="qpv-2015-2024-61169-places.csv"',
        });
        response.end("id,name");
      });
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "CSV : lieux" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("qpv-2015-2024-61169-places.csv");
      await page.getByText(/Fichier téléchargé/).waitFor();
      expect(asked().at(-1)).toBe("from=2015&to=2024&insee=61169&format=csv&table=places");
      expect(await page.getByRole("alert").getByText(message).count()).toBe(0);
    },
    { ...FLERS, refusals: ["503 /api/v1/compare"] },
  ));

test("a refusal is shown in French, and a new area abandons the former question", () =>
  onPage(
    async (page) => {
      const message = "Les périmètres de 2015 ne sont pas chargés pour ce territoire.";
      server.own.set(API, (response) =>
        json(response, 422, { code: "vintage_not_loaded", detail: "", message }),
      );
      await page.reload();
      await page.getByRole("alert").getByText(plain(message)).waitFor();
      expect(await page.locator(".totals").count()).toBe(0);
      expect(await axeFaults(page)).toEqual([]);
      let answerLate = () => undefined as unknown;
      server.own.set(API, (response, _, query) => {
        if (query.get("insee") === "61169") answerLate = () => json(response, 200, comparison);
        else json(response, 200, nothing);
      });
      await page.reload();
      await page.getByText("Comparaison en cours").waitFor();
      await page.getByRole("combobox").fill("14047");
      await page.getByRole("combobox").press("Enter");
      await page.getByText("Aucun quartier prioritaire, ni en 2015").waitFor();
      answerLate();
      await page.waitForTimeout(300);
      expect(await page.locator("table").count()).toBe(0);
    },
    { ...FLERS, refusals: ["422 /api/v1/compare"] },
  ));

test("a long list is shown in parts", () =>
  onPage(async (page) => {
    const [extended] = comparison.changes;
    const changes = Array.from({ length: 350 }, (_, at) => ({
      ...extended,
      to: [{ ...extended!.to[0]!, code_qp: `QN06${String(at).padStart(3, "0")}M` }],
      outlines: undefined,
    }));
    server.own.set(API, (response) => json(response, 200, { ...comparison, changes }));
    await page.reload();
    await page.getByText("Changements affichés : 100 sur 350").waitFor();
    expect(await rows(page).count()).toBe(100);
    await page.getByRole("button", { name: "Afficher la suite" }).click();
    await page.getByText("Changements affichés : 300 sur 350").waitFor();
  }, FLERS));

test("on paper are the title, the sums, the table and what is to be known, without controls", () =>
  onPage(async (page) => {
    await rows(page).first().waitFor();
    const { words, pages } = await printed(page);
    expect(pages).toBeLessThanOrEqual(2);
    for (const told of [
      "Flers (61169) : de 2015 à 2024",
      "29,48 ha",
      "Gagné (ha)",
      "Saint Michel",
      "Document indicatif",
    ])
      expect(words).toContain(told);
    for (const control of ["Superposé", "Excel", "Copier le lien", "WFS"])
      expect(words).not.toContain(control);
  }, FLERS));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  test("axe finds no fault", () =>
    onPage(
      async (page) => {
        await page.locator(".change-detail").waitFor();
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/comparer?insee=61169&quartier=QN06103M", colorScheme },
    ));
});

test.each(["superpose", "rideau", "cote-a-cote"])(
  "at 360 pixels wide nothing overflows: %s",
  (mode) =>
    onPage(
      async (page) => {
        await page.locator(".change-detail").waitFor();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
      },
      {
        hash: `#/comparer?insee=61169&mode=${mode}&quartier=QN06103M`,
        viewport: { width: 360, height: 740 },
      },
    ),
);

test("a table that goes on to the right has a button there, until its last column is seen", () =>
  onPage(
    async (page) => {
      await page.locator("tr.change").first().waitFor();
      const more = page.getByRole("button", { name: "Colonnes suivantes" });
      const last = page.locator(".compare-table thead th").last();
      await more.waitFor();
      expect(await axeFaults(page)).toEqual([]);
      for (let presses = 0; presses < 10 && (await more.count()) > 0; presses += 1) {
        const before = await last.evaluate((cell) => cell.getBoundingClientRect().right);
        await more.press("Enter");
        await expect
          .poll(() => last.evaluate((cell) => cell.getBoundingClientRect().right))
          .toBeLessThan(before);
      }
      await expect.poll(() => more.count()).toBe(0);
      const right = await last.evaluate((cell) => cell.getBoundingClientRect().right);
      // Half a pixel is no column.
      expect(right).toBeLessThan(1024.5);
    },
    { hash: "#/comparer?insee=61169", viewport: { width: 1024, height: 600 } },
  ));
