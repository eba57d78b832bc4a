/** Where an answer stands on the screen when it comes: in sight, whatever the length of the form above it. */
import { describe, expect, test } from "vitest";
import { inSight, onPage, useBrowser } from "./browser";

useBrowser();

const SIZES = [
  [1440, 900],
  [1280, 900],
  [1024, 600],
  [360, 740],
] as const;

describe.each(SIZES)("at %i × %i", (width, height) => {
  const viewport = { width, height };

  test.each([
    ["one programme", false],
    ["all programmes", true],
  ])("of a child, %s", (_, areAll) =>
    onPage(
      async (page) => {
        if (areAll) await page.getByLabel(/^Tous/).check();
        const home = page.getByRole("combobox", { name: "Adresse du domicile" });
        await home.fill("12 rue de la paix");
        const birth = page.getByRole("textbox", { name: "Date de naissance" });
        await birth.fill("04/05/2016");
        await birth.press("Enter");
        expect(await inSight(page)).toBeGreaterThan(150);
        // The next child is typed where the keyboard has stayed.
        expect(await birth.evaluate((field) => field === document.activeElement)).toBe(true);
      },
      { hash: "#/enfant", viewport },
    ),
  );

  test("of an address that is undetermined, and of one that the service refuses", () =>
    onPage(
      async (page) => {
        const box = page.getByRole("combobox");
        await box.fill("plusieurs");
        await box.press("Enter");
        expect(await inSight(page)).toBeGreaterThan(150);
        await box.fill("7, 48.75");
        await box.press("Enter");
        await page.getByText("Le service est très sollicité.").last().waitFor();
        expect(await inSight(page)).toBeGreaterThan(100);
      },
      { viewport, refusals: ["503 /api/v1/check"] },
    ));
});

test("on a phone the keyboard is put away, and the answer is where it was", () =>
  onPage(
    async (page) => {
      const box = page.getByRole("combobox");
      await box.fill("12 rue de la paix");
      await box.press("Enter");
      expect(await inSight(page)).toBeGreaterThan(150);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
      // What cannot be asked keeps its field.
      await box.fill("");
      await box.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    },
    { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  ));

test("a view left and opened again begins with its title, not with the answer that it kept", () =>
  onPage(
    async (page) => {
      await page.getByRole("combobox", { name: "Adresse du domicile" }).fill("12 rue de la paix");
      await page.getByRole("button", { name: "Vérifier" }).press("Enter");
      expect(await inSight(page)).toBeGreaterThan(150);
      await page.getByRole("link", { name: "Carte" }).press("Enter");
      await page.getByRole("heading", { name: "Explorer les quartiers" }).waitFor();
      await page.getByRole("link", { name: "Enfant" }).press("Enter");
      await page.waitForSelector("article.result");
      expect(await page.evaluate(() => document.querySelector("main")?.scrollTop)).toBe(0);
    },
    { hash: "#/enfant", viewport: { width: 1024, height: 600 } },
  ));
