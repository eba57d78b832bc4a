/** The page around the views, in a real browser against a server that keeps the contract. */
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";

useBrowser();

const VIEWS = ["verifier", "enfant", "liste", "carte", "comparer", "batiment"];

test("fictional data is announced with the commands for the official one", () =>
  onPage(async (page) => {
    const banner = plain(await page.textContent("#banner"));
    expect(banner).toContain("Données fictives");
    expect(banner).toContain("qpv data pull");
    expect(banner).toContain("make serve DATA=official");
    expect(plain(await page.textContent("#loaded"))).toBe(
      "Périmètres chargés : 2015 (1 514) et 2024 (1 609).",
    );
  }));

test("the foot says what limits the certainty", () =>
  onPage(async (page) => {
    expect(plain(await page.textContent("#limits"))).toBe(
      "Ce qui limite la certitude des réponses :93 % des adresses sont placées sur la parcelle.",
    );
  }));

test("the menu opens views, with a title each that takes the focus, and the back button returns", () =>
  onPage(async (page) => {
    await page.getByRole("link", { name: "Enfant" }).click();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    expect(plain(await page.title())).toContain("a-t-il droit");
    expect(await page.getByRole("link", { name: "Enfant" }).getAttribute("aria-current")).toBe(
      "page",
    );
    await page.goBack();
    await page.waitForFunction(() => document.title.includes("quartier prioritaire"));
    expect(page.url()).toBe(server.url);
  }));

test("a link to the former address of a view opens it under its present one", () =>
  onPage(
    async (page) => {
      await page.waitForFunction(() => document.title.includes("bâtiment"));
      expect(page.url()).toBe(`${server.url}#/batiment`);
      await page.evaluate(() => (location.hash = "#/verifier"));
      await page.waitForFunction(() => document.title.includes("quartier prioritaire"));
      await page.evaluate(() => (location.hash = "#/emprise"));
      await page.waitForFunction(() => document.title.includes("bâtiment"));
      expect(page.url()).toBe(`${server.url}#/batiment`);
    },
    { hash: "#/emprise" },
  ));

test("the keyboard can skip the menu", () =>
  onPage(
    async (page) => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("view");
    },
    // Elsewhere the field has the focus from the start, beyond the menu.
    { hash: "#/liste" },
  ));

describe.each(VIEWS)("the view %s", (view) => {
  test("has no fault of accessibility and does not overflow 360 pixels", () =>
    onPage(
      async (page) => {
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash: `#/${view}`, viewport: { width: 360, height: 740 } },
    ));
});
