/** Pointing at a place, in a real browser: one address among several, the pin moved to the true door, a point of the map. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";

useBrowser();

const CARD = ".answer[aria-busy=false] article.card";
const BY_HAND = "Position placée à la main à 23 m de celle de l'adresse.";

async function ask(page: Page, words: string): Promise<void> {
  await page.getByRole("combobox").fill(words);
  await page.getByRole("combobox").press("Enter");
  await page.waitForSelector(CARD);
}

function bodies(path: string): Record<string, unknown>[] {
  return server.asked
    .filter((asked) => asked.path === path)
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

const answer = async (page: Page) => plain(await page.locator(CARD).innerText());

/** The position of the pin in the last request. */
const placed = () =>
  bodies("/api/v1/check").at(-1)?.placed as { lon: number; lat: number } | undefined;

async function report(page: Page): Promise<Record<string, unknown> | undefined> {
  await page.getByText("Compte rendu PDF").click();
  await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Télécharger le PDF" }).click(),
  ]);
  return bodies("/api/v1/reports").at(-1);
}

describe("several addresses", () => {
  test("the one chosen is asked, answered, and takes the place of the words typed", () =>
    onPage(async (page) => {
      await ask(page, "plusieurs");
      expect(
        await page
          .locator(".candidates button")
          .allInnerTexts()
          .then((all) => all.map((one) => plain(one).replace(/\s+/g, " "))),
      ).toEqual([
        "12 Rue de la Paix 61100 Flers Dans un quartier prioritaire",
        "12 Rue de la Paix 61200 Argentan Hors quartier prioritaire, au-delà de 300 m",
      ]);
      await page.getByRole("button", { name: "12 Rue de la Paix 61100 Flers" }).click();
      await expect
        .poll(() => answer(page))
        .toContain("Dans le quartier prioritaire Saint Michel (QN06103M)");
      expect(await answer(page)).toContain("Adresse comprise : 12 Rue de la Paix 61100 Flers");
      expect(await page.getByRole("combobox").inputValue()).toBe("12 Rue de la Paix 61100 Flers");
      expect(await page.locator(".candidates").count()).toBe(0);
      expect(bodies("/api/v1/check").at(-1)).toEqual({
        q: "12 Rue de la Paix 61100 Flers",
        citycode: "61169",
      });
      await expect.poll(() => page.locator(".pin").count()).toBe(1);
    }));
});

describe("the true door", () => {
  test("the pin is dragged there: the answer and the report say that it was placed by hand", () =>
    onPage(async (page) => {
      await ask(page, "12 rue de la paix");
      // The map moves to the pin once the answer is written.
      await page.waitForSelector(".map-canvas[data-rest]");
      const pin = await page.locator(".pin").boundingBox();
      if (!pin) throw new Error("there is no pin");
      const [x, y] = [pin.x + pin.width / 2, pin.y + pin.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 20, y + 15, { steps: 4 });
      await page.mouse.move(x + 40, y + 30, { steps: 4 });
      await page.mouse.up();
      await page.waitForSelector(`${CARD} .placed`);
      expect(await answer(page)).toContain(
        "Position placée à la main pour : 12 Rue de la Paix 61100 Flers",
      );
      expect(await answer(page)).toContain(BY_HAND);
      // East and south of the address.
      expect(placed()?.lon).toBeGreaterThan(-0.57);
      expect(placed()?.lat).toBeLessThan(48.75);
      expect(await report(page)).toEqual({ q: "12 rue de la paix", placed: placed() });
    }));

  test("the keyboard moves it as well, ten metres at a time with the shift key", () =>
    onPage(async (page) => {
      await ask(page, "12 rue de la paix");
      await page.locator(".pin").press("Shift+ArrowDown");
      await page.waitForSelector(`${CARD} .placed`);
      expect(await answer(page)).toContain(BY_HAND);
      expect(plain(await page.locator(".answer > [role=status]").textContent())).toContain(
        "Hors quartier, dans la bande des 300 m",
      );
      expect(((48.75 - (placed()?.lat ?? 0)) * 111_195).toFixed(1)).toBe("10.0");
      expect(await report(page)).toEqual({ q: "12 rue de la paix", placed: placed() });
    }));
});

describe("a point picked while exploring", () => {
  // The map opens on the whole country: the point picked is outside what the stand-in knows.
  const CARTE = { hash: "#/carte", refusals: ["422 /api/v1/check"] };
  const offer = (page: Page) => page.getByRole("button", { name: "Vérifier ce point" });

  test("is offered to be checked, and is checked without standing in the page's address", () =>
    onPage(async (page) => {
      await page.locator("canvas.maplibregl-canvas").click({ position: { x: 200, y: 200 } });
      await offer(page).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await offer(page).press("Enter");
      await page.waitForSelector(CARD);
      expect(page.url()).toBe(`${server.url}#/verifier`);
      expect(Object.keys(bodies("/api/v1/check")[0] ?? {})).toEqual([
        "lon",
        "lat",
        "uncertainty_m",
      ]);
      expect(await page.getByRole("combobox").inputValue()).toBe("");
    }, CARTE));

  test("is picked by a long press too, on a phone", () =>
    onPage(
      async (page) => {
        const box = await page.locator("canvas.maplibregl-canvas").boundingBox();
        if (!box) throw new Error("there is no map");
        const devtools = await page.context().newCDPSession(page);
        const touchPoints = [{ x: box.x + 100, y: box.y + 100 }];
        await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
        await offer(page).waitFor();
        await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
        await expect
          .poll(() =>
            offer(page).evaluate((node) => node.getBoundingClientRect().bottom <= innerHeight),
          )
          .toBe(true);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await offer(page).tap();
        await page.waitForSelector(CARD);
        expect(page.url()).toBe(`${server.url}#/verifier`);
      },
      { ...CARTE, viewport: { width: 360, height: 740 }, hasTouch: true },
    ));
});
