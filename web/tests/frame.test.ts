/** The pages for other sites: frames and the code for them, in a real browser against a server that keeps the contract. */
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import * as samples from "./samples";

useBrowser();

const HEADING = "h1";
const vintage = { valid_from: null, valid_until: null };

/** A commune with one neighbourhood of 2024, and none of 2015 as far as is known. */
function commune(complete: boolean): void {
  const body = {
    insee_com: "61169",
    lib_com: "Flers",
    known: true,
    kind: "commune",
    communes: [],
    qpv: [
      { ...vintage, vintage: "2015", complete, perimeters: [] },
      {
        ...vintage,
        vintage: "2024",
        complete: true,
        perimeters: [samples.perimeter("QN06103M").properties],
      },
    ],
    unmatched: [],
  };
  server.own.set("/api/v1/communes/61169", (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
}

describe.each(["light", "dark"] as const)("a frame, %s,", (colorScheme) => {
  test.each([
    ["embed?box", "input"],
    ["embed?qpv=qn06103m", ".sheet"],
    ["embed?insee=61169", "h2"],
  ])("%s has a title, no menu, no fault of accessibility and fits 360 pixels", (address, until) => {
    commune(true);
    return onPage(
      async (page) => {
        expect(await page.locator("nav").count()).toBe(0);
        await page.waitForSelector(".map-canvas[data-rest]");
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash: address, until, viewport: { width: 360, height: 740 }, colorScheme },
    );
  });
});

test("a link of a frame opens the whole page in a window of its own", () =>
  onPage(
    async (page) => {
      const opened = page.waitForEvent("popup");
      await page.getByRole("link", { name: "Ouvrir dans une nouvelle fenêtre" }).click();
      const whole = await opened;
      await whole.waitForSelector("#loaded");
      expect(whole.url()).toBe(`${server.url}#/carte?qpv=QN06103M`);
      expect(page.url()).toBe(`${server.url}embed?qpv=QN06103M`);
    },
    { hash: "embed?qpv=QN06103M", until: ".sheet" },
  ));

test.each([
  ["Bayeux", "#/commune?insee=14047"],
  ["14400", "#/commune?insee=14047"],
  ["QN06103M", "#/carte?qpv=QN06103M"],
])("the sheet of %s opens in a window of its own, and the answer before is gone", (words, sheet) =>
  onPage(
    async (page) => {
      const box = page.getByRole("combobox").first();
      await box.fill("12 rue de la paix");
      await box.press("Enter");
      await page.waitForSelector(".answer article h2");
      const opened = page.waitForEvent("popup");
      await box.fill(words);
      await box.press("Enter");
      const whole = await opened;
      expect(whole.url()).toBe(`${server.url}${sheet}`);
      // Where the browser allows no window, the link is there.
      const link = page.getByRole("link", { name: "Ouvrir la fiche" });
      expect(await link.getAttribute("href")).toBe(sheet);
      expect(await page.locator(".answer article").count()).toBe(0);
      expect(await page.locator(".pin").count()).toBe(0);
      expect(page.url()).toBe(`${server.url}embed?box`);
      expect(await axeFaults(page)).toEqual([]);
      await box.fill("12 rue de la paix");
      expect(await link.count()).toBe(0);
      await box.press("Enter");
      await page.waitForSelector(".answer article h2");
    },
    { hash: "embed?box", until: "input" },
  ),
);

test.each([
  [true, "Aucun quartier prioritaire 2015"],
  [false, "ne permettent pas de dire"],
])("a commune without a neighbourhood has none only where that is known: %s", (complete, words) => {
  commune(complete);
  return onPage(async (page) => expect(plain(await page.textContent("main"))).toContain(words), {
    hash: "embed?insee=61169",
    until: HEADING,
  });
});

test.each(["embed", "embed?qpv=nothing", "embed?insee=6116"])(
  "%s says what it can name",
  (address) =>
    onPage(
      async (page) =>
        expect(plain(await page.textContent(".problem"))).toContain("l'adresse du cadre nomme"),
      { hash: address, until: ".problem" },
    ),
);

describe("the code of a frame", () => {
  test("is made for the search, a neighbourhood and a commune, and a wrong code is told", () =>
    onPage(
      async (page) => {
        await page.waitForSelector(".snippet");
        const code = async () => (await page.locator(".snippet pre").textContent()) ?? "";
        expect(await code()).toContain(`<iframe src="${server.url}embed?box"`);
        await page.getByLabel("Un quartier").check();
        expect(await page.locator(".snippet").count()).toBe(0);
        await page.getByLabel("Code du quartier").fill("xyz");
        expect(plain(await page.textContent("main"))).toContain(
          "Ce n'est pas le code d'un quartier",
        );
        await page.getByLabel("Code du quartier").fill(" qn06103m");
        expect(await code()).toContain(`${server.url}embed?qpv=QN06103M`);
        await page.getByLabel("Une commune").check();
        await page.getByLabel("Code INSEE").fill("2A004");
        expect(await code()).toContain(`${server.url}embed?insee=2A004`);
        expect(plain(await page.textContent("main"))).toContain("--frame-ancestors");
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash: "#/integrer", viewport: { width: 360, height: 740 } },
    ));
});
