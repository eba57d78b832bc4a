/** The view that verifies a report, in a real browser against a server that keeps the contract. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import encodeQR from "qr";
import { describe, expect, test } from "vitest";
import type { Verification } from "../src/report/api";
import { linesOf } from "../src/report/statement";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";

useBrowser();

const OWN = "0123456789abcdef";
const OTHER = "fedcba9876543210";
const PDF = Buffer.from("%PDF-1.7\nnot read by the page\n");
const BEGINNING = "compte-rendu-qpv: 1\ndate: 2026-11-21T23:05:03+01:00\nzone: qpv";
const END = `cle: ${OWN}\nsignature: ${"aB-_".repeat(22).slice(0, 86)}`;
const TEXT = `${BEGINNING}\n${END}`;

const GENUINE: Verification = {
  outcome: "genuine",
  message: "Authentique : ce compte rendu est tel qu'il a été signé.",
  key_id: OWN,
  reproducible: true,
  statement: {
    date: "2026-11-21T23:05:03+01:00",
    objet: "Dossier <b>12</b>",
    adresse: "5 Rue de la Paix 90000 Belfort",
    zone: "qpv",
    distance: "-12.3",
    "non-eligible": "pre-national",
    inconnu: "tel quel",
  },
};

/** Answers every verification so, and the key of the service. */
function answer(found: Partial<Verification>): void {
  server.own.set("/api/v1/reports/verify", (response) =>
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ ...GENUINE, statement: {}, ...found })),
  );
  server.own.set("/api/v1/reports/key", (response) =>
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ algorithm: "Ed25519", public_key: OWN.repeat(4), key_id: OWN })),
  );
}

const asked = () => server.asked.filter(({ path }) => path.startsWith("/api/v1/reports/verify"));
const outcome = (page: Page) => page.waitForSelector(".verification h2");

async function give(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.setInputFiles("#report-file", { name, mimeType, buffer });
}

/** A picture of a code, as a photograph of a page is: the code is a part of it. */
async function photograph(page: Page, text: string, type: string): Promise<Buffer> {
  const svg = encodeQR(text, "svg", { ecc: "medium", border: 4 });
  const base64 = await page.evaluate(
    async ([svg, type]) => {
      const image = new Image();
      image.src = `data:image/svg+xml;base64,${btoa(svg!)}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [1200, 1600];
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#ddd";
      context.fillRect(0, 0, 1200, 1600);
      context.translate(500, 700);
      context.rotate(0.12);
      context.drawImage(image, 0, 0, 560, 560);
      return canvas.toDataURL(type, 0.8).split(",")[1]!;
    },
    [svg, type],
  );
  return Buffer.from(base64, "base64");
}

describe("a report", () => {
  test("is verified from its file, in the body alone, and what it says is in words", () => {
    answer(GENUINE);
    return onPage(
      async (page) => {
        await give(page, "rapport.pdf", "application/pdf", PDF);
        await outcome(page);
        expect(asked()).toEqual([{ path: "/api/v1/reports/verify", body: PDF.toString() }]);
        const said = plain(await page.textContent(".verification"));
        for (const words of [
          "Authentique",
          "Établi le21/11/2026 à 23 h 05",
          "ObjetDossier <b>12</b>",
          "ZoneDans un quartier prioritaire",
          "inconnutel quel",
        ])
          expect(said).toContain(words);
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/rapport" },
    );
  });

  test("is verified from the text of its code, by keyboard alone", () => {
    answer(GENUINE);
    return onPage(
      async (page) => {
        await page.focus("#code-text");
        await page.keyboard.insertText(TEXT);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await outcome(page);
        expect(JSON.parse(asked()[0]!.body)).toEqual({ text: TEXT });
      },
      { hash: "#/rapport" },
    );
  });

  test.each(["image/jpeg", "image/png"])(
    "is verified from a photograph of its code, %s",
    (type) => {
      answer(GENUINE);
      const long = `${BEGINNING}\nobjet: ${"dossier de l'école, été ".repeat(20)}\n${END}`;
      return onPage(
        async (page) => {
          await give(page, "photo", type, await photograph(page, long, type));
          await outcome(page);
          expect(JSON.parse(asked()[0]!.body)).toEqual({ text: long });
        },
        { hash: "#/rapport" },
      );
    },
  );

  test("of another service shows both fingerprints and is verified with the other key", () => {
    answer({ outcome: "another_key", key_id: OTHER });
    return onPage(
      async (page) => {
        await give(page, "rapport.pdf", "application/pdf", PDF);
        await outcome(page);
        await page.waitForFunction((own) => document.body.textContent?.includes(own), OWN);
        expect(plain(await page.textContent(".verification"))).toContain(OTHER);
        const field = page.locator("#other-key");
        const fault = page.locator("#other-key-fault");
        for (const [key, words] of [
          ["abc", "Ce n'est pas une clé"],
          [OWN.repeat(4), "Cette clé n'est pas celle qui a signé"],
        ] as const) {
          await field.fill(key);
          await field.press("Enter");
          expect(plain(await fault.textContent())).toContain(words);
        }
        expect(asked()).toHaveLength(1);
        expect(await axeFaults(page)).toEqual([]);
        answer(GENUINE);
        await field.fill(` ${OTHER.repeat(4).toUpperCase()} `);
        await field.press("Enter");
        await page.waitForSelector('[data-outcome="genuine"]');
        expect(asked()[1]?.path).toBe(`/api/v1/reports/verify?key=${OTHER.repeat(4)}`);
      },
      { hash: "#/rapport" },
    );
  });

  test.each([
    ["altered", "Modifié"],
    ["incomplete", "Texte incomplet"],
    ["unknown_format", "Format inconnu"],
    ["not_a_report", "Pas un compte rendu reconnu"],
  ])("that is %s says so in plain words", (found, title) => {
    answer({ outcome: found, key_id: null });
    return onPage(
      async (page) => {
        await give(page, "rapport.pdf", "application/pdf", PDF);
        await outcome(page);
        expect(plain(await page.textContent(".verification h2"))).toBe(title);
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash: "#/rapport", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
    );
  });
});

describe("what is no report", () => {
  const blank = readFileSync(
    join(fileURLToPath(new URL("..", import.meta.url)), "public/favicon.ico"),
  );
  test.each([
    ["sheet.xlsx", "application/octet-stream", Buffer.from("PK\u0003\u0004"), "ni un PDF"],
    ["photo.jpg", "image/jpeg", Buffer.from("not a picture"), "ne peut pas être ouverte"],
    ["icon.ico", "image/x-icon", blank, "Aucun code lisible"],
  ])("%s is refused with what to do, and nothing is sent", (name, type, content, words) =>
    onPage(
      async (page) => {
        await give(page, name, type, content);
        await page.waitForSelector(".problem");
        expect(plain(await page.textContent(".problem"))).toContain(words);
        expect(asked()).toEqual([]);
      },
      { hash: "#/rapport" },
    ),
  );
});

test("the foot of the page leads there, and the view has no fault at 360 pixels, light and dark", async () => {
  for (const colorScheme of ["light", "dark"] as const)
    await onPage(
      async (page) => {
        await page.getByRole("link", { name: "Vérifier un compte rendu" }).click();
        await page.waitForSelector("#report-file");
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { viewport: { width: 360, height: 740 }, colorScheme },
    );
});

test("lines come in the order that people compare them, whatever the order of the names", () => {
  const labels = linesOf({ zone: "band_300m", date: "x", autre: "y", objet: "z" });
  expect(labels.map(({ value }) => plain(value))).toEqual([
    "x",
    "z",
    "Hors quartier, dans la bande des 300 m",
    "y",
  ]);
});

test.each([
  ["distance", "-12.34", "à 12 m à l'intérieur de la limite"],
  ["distance", "393.48", "à 393 m à l'extérieur de la limite la plus proche"],
  ["distance", "0", "sur la limite même, qui appartient au quartier"],
  ["distance-min", "0", "dans un quartier ou sur sa limite"],
  ["distance-max", "4.26", "4,3 m"],
  ["incertitude", "670.2", "à 671 m près"],
  ["incertitude", "6.66", "à 6,7 m près"],
  ["deplacement", "1299.5", "1,3 km"],
  ["lat", "47.6388230", "47,6388230"],
  ["lon-adresse", "-0.5700000", "−0,5700000"],
  ["score", "0.95", "95 %"],
  ["penche", "qpv 0.92", "Dans un quartier prioritaire, probabilité 92 %"],
  ["doute", "position", "trop près d'une limite pour trancher"],
  ["doute", "not_loaded", "les adresses de cet endroit ne sont pas chargées ici"],
  ["revue-zone", "outside", "Hors quartier prioritaire, au-delà de 300 m"],
  ["pres-limite", "0 300 500", "celle du quartier, 300 m et 500 m"],
  ["qpv", "QN09001I QN09002M", "QN09001I et QN09002M"],
  ["non-eligible", "pre-national tva-reduite", "pre-national et tva-reduite"],
  [
    "annexes",
    "7f3a 12.3 40.26 ; 81bc 0 3.5",
    "7f3a : le point le plus proche à 12 m d'un quartier, le plus éloigné à 40 m ; 81bc : le point le plus proche à 0 m d'un quartier, le plus éloigné à 3,5 m",
  ],
  ["resultat-annexes", "tva eligible not_eligible", "tva : éligible, non éligible"],
  ["revue-resultat", "pre-national eligible", "pre-national : éligible"],
  // One programme has a sentence.
  ["revue-resultat", "Non éligible.", "Non éligible."],
  [
    "bati",
    "clear buildings identifier 90010000AB0123",
    "Bâtiments : en entier du même côté de la limite ; d'après les parcelles que nomme l'adresse (90010000AB0123)",
  ],
  // Of another form than is known: as it was signed.
  ["distance", "loin", "loin"],
  ["penche", "ailleurs 0.9", "ailleurs 0.9"],
  ["bati", "new words", "new words"],
  ["doute", "nouveau", "nouveau"],
])("the value of %s, %s, is said %s", (name, written, expected) => {
  expect(linesOf({ [name]: written }).map(({ value }) => plain(value))).toEqual([expected]);
});
