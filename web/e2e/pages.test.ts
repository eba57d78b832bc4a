/** The documentation, pages for errors, the verification of reports and frames, on the real program with the fictional town. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFaults, browserPage, overflow, plain, type Site, useBrowser } from "../tests/browser";
import { foreignSite } from "./foreign-site";
import { HAS_PROGRAM, start } from "./service";

/** Two sites of a town: the program is told of the first one only. */
let named: Site;
let other: Site;
let service: Site;
let stranger: Site;

const SCHEMES = ["light", "dark"] as const;
const PHONE = { width: 360, height: 740 };

/** A site of another origin whose page shows a frame. */
const siteWithFrame = () =>
  foreignSite((query) => `<iframe src="${query.get("frame")}" width="380" height="900"></iframe>`);

async function frameOf(page: Page, site: Site, address: string) {
  await page.goto(`${site.url}/?frame=${encodeURIComponent(service.url + address)}`);
  return page.waitForSelector("iframe").then((it) => it.contentFrame());
}

describe.skipIf(!HAS_PROGRAM)("the pages of the program", () => {
  beforeAll(async () => {
    [named, other] = await Promise.all([siteWithFrame(), siteWithFrame()]);
    stranger = await start("sample");
  });
  afterAll(() => {
    for (const site of [named, other, stranger]) site?.close();
  });
  useBrowser(async () => {
    named ??= await siteWithFrame();
    service = await start("sample", ["--frame-ancestors", named.url]);
    return service;
  });

  describe.each(SCHEMES)("%s", (colorScheme) => {
    test.each(["docs", "nowhere", "docs/index.html", "api/v1/check"])(
      "%s has no fault of accessibility, loads nothing from elsewhere and fits 360 pixels",
      (address) =>
        browserPage(
          async (page) => {
            const faults: string[] = [];
            page.on("console", (line) => {
              // The browser itself logs the status of the page.
              if (line.type() === "error" && !/status of 40[45]/.test(line.text()))
                faults.push(line.text());
            });
            page.on("request", (request) => {
              if (!request.url().startsWith(service.url)) faults.push(request.url());
            });
            await page.goto(service.url + address);
            expect(await page.getAttribute("html", "lang")).toBe("fr");
            expect(await axeFaults(page)).toEqual([]);
            expect(await overflow(page)).toBeLessThanOrEqual(0);
            const paper = await page.evaluate(
              () => getComputedStyle(document.body).backgroundColor,
            );
            expect(paper).not.toBe("rgba(0, 0, 0, 0)");
            expect(faults).toEqual([]);
          },
          { colorScheme, viewport: PHONE },
        ),
    );
  });

  test("the documentation is read with the keyboard: skipped to, unfolded, left", () =>
    browserPage(async (page) => {
      await page.goto(`${service.url}docs`);
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
      await page.keyboard.press("Enter");
      await page.waitForURL(/#resources$/);
      await page.goto(`${service.url}docs#schema-Problem`);
      await page.locator("details[open] #schema-Problem").waitFor();
      await page.getByRole("link", { name: "Retour aux pages" }).click();
      await page.waitForSelector("#loaded");
    }));

  test("a wrong address leads back to the page", () =>
    browserPage(async (page) => {
      await page.goto(`${service.url}docs/a/b`);
      expect(plain(await page.textContent("h1"))).toBe("Page introuvable");
      await page.getByRole("link", { name: "Vérifier une adresse" }).click();
      await page.waitForSelector("#loaded");
      expect(page.url()).toBe(service.url);
    }));

  describe("a report", () => {
    /** Makes a report of a point and gives it to the view. */
    async function give(page: Page, from: Site, change: (pdf: Buffer) => Buffer = (pdf) => pdf) {
      const list = await (await fetch(`${from.url}api/v1/examples`)).json();
      const response = await fetch(`${from.url}api/v1/reports`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ q: list.examples[0].label, about: "Dossier é 12" }),
      });
      const pdf = change(Buffer.from(await response.arrayBuffer()));
      await page.goto(`${service.url}#/rapport`);
      await page.setInputFiles("#report-file", {
        name: "rapport.pdf",
        mimeType: "application/pdf",
        buffer: pdf,
      });
      await page.waitForSelector(".verification h2");
      return plain(await page.textContent(".verification"));
    }

    test("of this service is genuine, and what it says is shown", () =>
      browserPage(async (page) => {
        const said = await give(page, service);
        expect(said).toContain("Authentique");
        expect(said).toContain("Dossier é 12");
        expect(await axeFaults(page)).toEqual([]);
      }));

    test("with one byte changed is not", () =>
      browserPage(async (page) => {
        const said = await give(page, service, (pdf) => {
          const at = pdf.indexOf("/Type");
          pdf[at + 1] = "t".charCodeAt(0);
          return pdf;
        });
        expect(said).toContain("Modifié");
        expect(said).not.toContain("Dossier");
      }));

    test("of another service is genuine with its key", () =>
      browserPage(async (page) => {
        expect(await give(page, stranger)).toContain("Signé par un autre service");
        const { public_key } = await (await fetch(`${stranger.url}api/v1/reports/key`)).json();
        await page.fill("#other-key", public_key);
        await page.keyboard.press("Enter");
        await page.waitForSelector('[data-outcome="genuine"]');
      }));
  });

  describe("a frame", () => {
    test("is shown by the site that was named, and answers there", () =>
      browserPage(async (page) => {
        const frame = await frameOf(page, named, "embed?box");
        await frame!.getByRole("button", { name: "Dans un quartier" }).click();
        await frame!.waitForSelector(".answer[aria-busy=false] article.card");
        expect(plain(await frame!.textContent(".answer h2"))).toContain("Dans le quartier");
        expect(await axeFaults(frame!)).toEqual([]);
      }));

    test("is shown by no other site, and nothing but frames by any", () =>
      browserPage(async (page) => {
        for (const [site, address] of [
          [other, "embed?box"],
          [other, "grist"],
          [named, ""],
          [named, "docs"],
        ] as const) {
          const refused = page.waitForEvent("console", (line) =>
            line.text().includes("frame-ancestors"),
          );
          await frameOf(page, site, address);
          await refused;
        }
      }));
  });
});
