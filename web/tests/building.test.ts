/** The view of a building in a real browser: its outline pasted or drawn, the answer part by part, and faults. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { BuildingAnswer, Eligibility } from "../src/api/client";
import { axeFaults, inSight, onPage, overflow, plain, server, useBrowser } from "./browser";
import { of2024, official } from "./samples";
import { json } from "./stand-in";

useBrowser();

const VIEW = { hash: "#/batiment" };
const WKT = "POLYGON((-0.57 48.75, -0.569 48.75, -0.569 48.751, -0.57 48.751, -0.57 48.75))";
const source = { text: "Code général des impôts", article: "article 278 sexies" };
const rule = {
  id: "tva-accession",
  name: "TVA à 5,5 % pour l'accession sociale",
  subject: "building",
  declarations: [
    {
      name: "convention-npnru",
      kind: "declaration",
      label: "le quartier fait l'objet d'une convention",
    },
  ],
  sources: [source],
};
const footprint: BuildingAnswer = {
  qpv: { any_part: false, every_part: false, near_boundary: false },
  within_300m: { any_part: true, every_part: false, near_boundary: true },
  within_500m: { any_part: true, every_part: true, near_boundary: false },
  perimeters: [],
  nearest_m: 250.4,
  farthest_m: 304.2,
  precision_m: 8.8,
  ...of2024,
  dataset: official,
};
const undetermined: Eligibility = {
  programme: rule.id,
  name: rule.name,
  subject: "building",
  on: "2026-11-22",
  result: "undetermined",
  message: "À compléter ou à vérifier.",
  rule: null,
  conditions: [],
  missing: [
    "Le point le plus éloigné du bâtiment est à 304 m de la limite, connue à 8,8 m près : à faire mesurer.",
  ],
  to_assess: ["La date : celle du dépôt de la demande de permis de construire."],
};

const refused: Eligibility = {
  ...undetermined,
  name: "Prime de la ville",
  result: "not_eligible",
  message: "Non éligible.",
  conditions: [
    {
      rule: 0,
      condition: "in",
      truth: "not_met",
      finding: "footprint",
      decisive: true,
      message: "Une partie à plus de 300 m.",
    },
    {
      rule: 0,
      condition: "declared",
      truth: "met",
      finding: "declared",
      decisive: false,
      message: "Convention déclarée.",
    },
  ],
  missing: [],
};

beforeEach(() => {
  server.own.set("/api/v1/programmes", (response) =>
    json(response, 200, {
      programmes: [
        rule,
        { ...rule, id: "pre", subject: "person" },
        { ...rule, id: "prime", name: "Prime de la ville" },
      ],
    }),
  );
  server.own.set("/api/v1/check", (response, body) => {
    const { programme } = JSON.parse(body) as { programme?: string };
    json(response, 200, {
      zone: "undetermined",
      candidates: [],
      footprint,
      dataset: official,
      ...(programme?.includes(",")
        ? { eligibilities: [undetermined, { ...refused, programme: "prime" }] }
        : programme
          ? { eligibility: undetermined }
          : {}),
    });
  });
});

const sent = () =>
  server.asked
    .filter(({ path }) => path === "/api/v1/check")
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

async function ask(page: Page, outline = WKT): Promise<string> {
  await page.getByLabel("Contour du bâtiment").fill(outline);
  await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
  await page.locator("article.card").waitFor();
  return plain(await page.textContent("article.card"));
}

test("a pasted outline is asked about with the rule, and answered part by part", () =>
  onPage(async (page) => {
    const told = await ask(page);
    expect(told).toContain("À compléter ou à vérifier.");
    expect(told).toContain("connue à 8,8 m près : à faire mesurer.");
    expect(told).toContain("article 278 sexies");
    expect(plain(await page.getByRole("row", { name: /À moins de 300/ }).textContent())).toContain(
      "Non, à vérifier",
    );
    expect(plain(await page.getByRole("row", { name: /À moins de 500/ }).textContent())).toBe(
      "À moins de 500 m Oui Oui",
    );
    expect(sent()).toEqual([
      {
        footprint: {
          type: "Polygon",
          coordinates: [
            [
              [-0.57, 48.75],
              [-0.569, 48.75],
              [-0.569, 48.751],
              [-0.57, 48.751],
              [-0.57, 48.75],
            ],
          ],
        },
        programme: "tva-accession",
        declared: {},
      },
    ]);
    expect(page.url()).toBe(`${server.url}#/batiment`);
  }, VIEW));

test.each([
  [1440, 900],
  [1024, 600],
  [360, 740],
])("the answer comes into sight at %i × %i", (width, height) =>
  onPage(
    async (page) => {
      await page.getByLabel("Contour du bâtiment").fill(WKT);
      await page.getByRole("button", { name: "Vérifier ce bâtiment" }).press("Enter");
      expect(await inSight(page)).toBeGreaterThan(150);
    },
    { ...VIEW, viewport: { width, height } },
  ),
);

test("the day and what is declared are sent, and changing them takes the answer away", () =>
  onPage(async (page) => {
    await ask(page);
    await page.getByRole("textbox", { name: "Jour du dépôt" }).fill("4 mai 2024");
    await page.getByLabel("Oui").check();
    await expect.poll(() => page.locator("article.card").count()).toBe(0);
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await page.locator("article.card").waitFor();
    expect(sent().at(-1)).toMatchObject({
      on: "2024-05-04",
      declared: { "convention-npnru": true },
    });
    expect(plain(await page.textContent("article.card"))).toContain("04/05/2024");
    await page.getByLabel("Non précisé").check();
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await page.locator("article.card").waitFor();
    expect(sent().at(-1)).toMatchObject({ declared: {} });
  }, VIEW));

test("a day that is none is shown at its field, and nothing is sent", () =>
  onPage(async (page) => {
    const day = page.getByRole("textbox", { name: "Jour du dépôt" });
    await day.fill("31/02/2024");
    await page.getByLabel("Contour du bâtiment").fill(WKT);
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await expect
      .poll(() =>
        day.evaluate(
          (node) => node === document.activeElement && node.getAttribute("aria-invalid"),
        ),
      )
      .toBe("true");
    expect(await axeFaults(page)).toEqual([]);
    expect(sent()).toEqual([]);
  }, VIEW));

test("distances alone can be asked", () =>
  onPage(async (page) => {
    await page.getByLabel("TVA à 5,5 %").uncheck();
    expect(await ask(page)).toContain("Distances du bâtiment");
    expect(sent()[0]).not.toHaveProperty("programme");
  }, VIEW));

test("several programmes are asked at once, what they have in common once", () =>
  onPage(
    async (page) => {
      await page.getByLabel("Tous (2 programmes)").check();
      expect(await page.getByRole("group", { name: /convention/ }).count()).toBe(1);
      await page.getByLabel("Oui").check();
      const told = await ask(page);
      expect(told).toContain("À vérifier : 1, non éligible : 1");
      expect(sent()[0]).toMatchObject({
        programme: "tva-accession,prime",
        declared: { "convention-npnru": true },
      });
      await page.getByRole("button", { name: /Prime de la ville/ }).click();
      const line = plain(await page.locator(".eligibilities > li").last().innerText());
      expect(line).toContain("Non (décisif) : Une partie à plus de 300 m.");
      expect(line).toContain("Oui : Convention déclarée.");
      expect(await axeFaults(page)).toEqual([]);
      await page.getByRole("button", { name: "Copier la réponse" }).click();
      await page.getByText("Réponse copiée.").waitFor();
      const copied = plain(await page.evaluate(() => navigator.clipboard.readText()));
      expect(copied).toContain(
        "Prime de la ville\nNon éligible.\nNon : Une partie à plus de 300 m.\nOui : Convention déclarée.",
      );
    },
    { ...VIEW, permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("an outline is drawn on the map, taken back, and begun again", () =>
  onPage(async (page) => {
    await page.getByRole("button", { name: "Dessiner sur la carte" }).click();
    const canvas = page.locator(".map canvas");
    // The cross shows that the map takes corners now.
    await expect.poll(() => canvas.evaluate((node) => node.style.cursor)).toBe("crosshair");
    const box = await canvas.boundingBox();
    if (!box) throw new Error("there is no map");
    for (const [x, y] of [
      [100, 100],
      [250, 100],
      [250, 220],
      [100, 220],
      [100, 100],
    ] as const) {
      await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.click(box.x + x, box.y + y);
      await page.waitForTimeout(400);
    }
    await page.getByText("Contour prêt").waitFor();
    expect(plain(await page.textContent("form"))).toContain("4 coins");
    await page.getByLabel("Contour du bâtiment").fill("-0.57 48.75\n-0.569 48.75\n-0.569 48.751");
    await page.getByRole("button", { name: "Lire ce contour" }).click();
    await page.getByText("3 coins").waitFor();
    await page.getByRole("button", { name: "Reprendre le contour précédent" }).click();
    await page.getByText("4 coins").waitFor();
    await page.getByRole("button", { name: "Recommencer" }).click();
    await expect.poll(() => page.getByText("Contour prêt").count()).toBe(0);
  }, VIEW));

const PROJECT = {
  type: "FeatureCollection",
  features: [
    { annex: undefined, west: -0.57 },
    { annex: false, west: -0.568 },
    { annex: true, west: -0.565 },
  ].map(({ annex, west }) => ({
    type: "Feature",
    properties: annex ? { annex, name: "parking" } : { annex },
    geometry: {
      type: "Polygon",
      coordinates: [
        [west, west + 0.001, west + 0.001, west].map((lon, corner) => [
          lon,
          corner < 2 ? 48.75 : 48.751,
        ]),
      ],
    },
  })),
};

test("a project is pasted whole, an annex added to it and taken out, and its results shown", () =>
  onPage(async (page) => {
    const message = "Annexe « parking » : non éligible, car son point le plus éloigné est à 520 m.";
    server.own.set("/api/v1/check", (response) =>
      json(response, 200, {
        zone: "undetermined",
        candidates: [],
        footprint,
        dataset: official,
        eligibility: {
          ...undetermined,
          annexes: [{ name: "parking", result: "not_eligible", message, conditions: [] }],
        },
      }),
    );
    await page.getByLabel("Contour du bâtiment").fill(JSON.stringify(PROJECT));
    await page.getByRole("button", { name: "Lire ce contour" }).click();
    await page.getByText("Annexe « parking »").first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("est une annexe").check();
    await page.getByLabel("Contour du bâtiment").fill(WKT);
    await page.getByRole("button", { name: "Lire ce contour" }).click();
    await page.getByRole("button", { name: "Retirer : Annexe 2" }).click();
    await expect.poll(() => page.getByText("Annexe 2").count()).toBe(0);
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await page.locator("article.card").waitFor();
    expect(plain(await page.textContent("article.card"))).toContain(plain(message));
    const [body] = sent();
    const collection = body?.footprint as { features: { properties: object }[] } | undefined;
    expect(collection?.features.map(({ properties }) => properties)).toEqual([
      {},
      {},
      { annex: true, name: "parking" },
    ]);
  }, VIEW));

test("a collection without a building, or with an annex that is neither, says so", () =>
  onPage(async (page) => {
    const all = (annex: unknown) =>
      JSON.stringify({
        ...PROJECT,
        features: PROJECT.features.map((one) => ({ ...one, properties: { annex } })),
      });
    for (const [annex, words] of [
      [true, "que des annexes"],
      ["oui", "ni true ni false"],
    ] as const) {
      await page.getByLabel("Contour du bâtiment").fill(all(annex));
      await page.getByRole("button", { name: "Lire ce contour" }).click();
      await expect.poll(() => page.textContent("#outline-fault")).toContain(words);
    }
    expect(sent()).toEqual([]);
  }, VIEW));

test("the answer is copied as text", () =>
  onPage(
    async (page) => {
      await ask(page);
      await page.getByRole("button", { name: "Copier la réponse" }).click();
      await page.getByText("Réponse copiée.").waitFor();
      const copied = plain(await page.evaluate(() => navigator.clipboard.readText()));
      expect(copied).toContain(
        "À moins de 300 m : Au moins une partie : Oui ; Tout le bâtiment : Non, à vérifier",
      );
      expect(copied).toContain("Réponse indicative, sans valeur d'attestation.");
    },
    { ...VIEW, permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("the report is asked with the outline, the rule, the day and what is declared", () =>
  onPage(async (page) => {
    await page.getByRole("textbox", { name: "Jour du dépôt" }).fill("04/05/2024");
    await page.getByLabel("Oui").check();
    await ask(page);
    await page.getByText("Compte rendu PDF").click();
    await page.getByLabel("Objet (facultatif)").fill("Dossier 12");
    expect(plain(await page.textContent(".report"))).toContain("le contour du bâtiment");
    expect(await axeFaults(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Télécharger le PDF" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("compte-rendu-qpv.pdf");
    const [body] = server.asked
      .filter(({ path }) => path === "/api/v1/reports")
      .map(({ body }) => JSON.parse(body) as unknown);
    expect(body).toEqual({ ...sent()[0], about: "Dossier 12" });
    expect(sent()[0]).toMatchObject({
      on: "2024-05-04",
      declared: { "convention-npnru": true },
      programme: "tva-accession",
    });
  }, VIEW));

test("what cannot be read is said at the field, and nothing is sent", () =>
  onPage(async (page) => {
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await page.getByText("Collez ou dessinez d’abord").waitFor();
    const field = page.getByLabel("Contour du bâtiment");
    await field.fill("-0.57 48.75\nici\n-0.569 48.751");
    await page.getByRole("button", { name: "Lire ce contour" }).click();
    expect(plain(await page.textContent("#outline-fault"))).toContain(
      "Ligne 2 : Ces coordonnées sont illisibles",
    );
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(sent()).toEqual([]);
  }, VIEW));

test("a refusal of the service is shown in French", () =>
  onPage(
    async (page) => {
      const message =
        "Ce point est hors des territoires que couvrent les données chargées : cela ne veut pas dire hors quartier prioritaire.";
      server.own.set("/api/v1/check", (response) =>
        json(response, 422, { code: "outside_coverage", detail: "", message }),
      );
      expect(await ask(page)).toContain("cela ne veut pas dire hors quartier prioritaire");
    },
    { ...VIEW, refusals: ["422 /api/v1/check"] },
  ));

test("without the rules, distances can still be asked", () =>
  onPage(
    async (page) => {
      server.own.set("/api/v1/programmes", (response) =>
        json(response, 503, { code: "overloaded", detail: "", message: "Occupé." }),
      );
      await page.reload();
      await page.getByText("seules les distances peuvent être demandées").waitFor();
      expect(await ask(page)).toContain("Distances du bâtiment");
    },
    { ...VIEW, refusals: ["503 /api/v1/programmes"] },
  ));

test("the keyboard does it all", () =>
  onPage(async (page) => {
    await page.getByLabel("Contour du bâtiment").focus();
    await page.keyboard.insertText(WKT);
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press("Tab");
      if (
        (await page.evaluate(() => document.activeElement?.textContent)) === "Vérifier ce bâtiment"
      )
        break;
    }
    await page.keyboard.press("Enter");
    await page.locator("article.card").waitFor();
  }, VIEW));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  test("axe finds no fault in any state", () =>
    onPage(
      async (page) => {
        expect(await axeFaults(page), "empty").toEqual([]);
        await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
        expect(await axeFaults(page), "fault").toEqual([]);
        await page.getByRole("button", { name: "Dessiner sur la carte" }).click();
        expect(await axeFaults(page), "drawing").toEqual([]);
        await ask(page);
        expect(await axeFaults(page), "answer").toEqual([]);
      },
      { ...VIEW, colorScheme },
    ));
});

test("at 360 pixels wide nothing overflows", () =>
  onPage(
    async (page) => {
      await ask(page);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    },
    { ...VIEW, viewport: { width: 360, height: 740 } },
  ));
