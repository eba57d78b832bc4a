/** The sign-in page and the pages behind it, on the real program with the fictional town. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFaults, browserPage, overflow, plain, type Site, useBrowser } from "../tests/browser";
import { HAS_PROGRAM, type Run, start } from "./service";

let service: Site;
let intranet: Site;
let run: Run;
let key: string;

/** A site of another name with a link to the service. */
async function siteWithLink(): Promise<Site> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end(`<a href="${service.url}">Quartiers prioritaires</a>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => server.close() };
}

async function signIn(page: Page, typed: string): Promise<void> {
  await page.getByLabel("Clé d'accès").fill(typed);
  await page.getByRole("button", { name: "Entrer" }).click();
}

describe.skipIf(!HAS_PROGRAM)("a service that asks for keys", () => {
  useBrowser(async () => {
    service = await start("sample", ["--require-key"], (command) => {
      run = command;
      key = run("keys", "add", "mairie", "--scope", "check,batch").trim();
    });
    return service;
  });
  beforeAll(async () => {
    intranet = await siteWithLink();
  });
  afterAll(() => intranet?.close());

  test.each(["light", "dark"] as const)(
    "%s: the sign-in page has no fault of accessibility, fits 360 pixels and names its error",
    (colorScheme) =>
      browserPage(
        async (page) => {
          await page.goto(service.url);
          expect(plain(await page.textContent("h1"))).toBe("Identification");
          expect(await axeFaults(page)).toEqual([]);
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          await signIn(page, "qpv_wrong");
          await page.getByRole("alert").waitFor();
          expect(await page.getAttribute("#key", "aria-invalid")).toBe("true");
          expect(await axeFaults(page)).toEqual([]);
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          expect(new URL(page.url()).search).toBe("");
        },
        { colorScheme, viewport: { width: 360, height: 740 } },
      ),
  );

  test("it works without script, and leads to the page that was asked for", () =>
    browserPage(
      async (page) => {
        await page.goto(`${service.url}docs`);
        await signIn(page, key);
        await page.waitForSelector("#resources");
        expect(page.url()).toBe(`${service.url}docs`);
      },
      { javaScriptEnabled: false },
    ));

  test("the page answers once signed in, and asks again once the session is closed", () =>
    browserPage(async (page) => {
      const refused: string[] = [];
      page.on("response", (response) => {
        if (response.status() === 401) refused.push(new URL(response.url()).pathname);
      });
      await page.goto(service.url);
      expect(refused).toEqual(["/"]);
      await signIn(page, key);
      await page.waitForSelector("#loaded");
      const { examples } = await page.evaluate(async () => (await fetch("api/v1/examples")).json());
      await page.getByRole("combobox").fill(examples[0].label);
      await page.keyboard.press("Enter");
      await page.waitForSelector(".answer[aria-busy=false] article h2");
      // Nothing was asked without the session, the map's tiles and fonts included.
      expect(refused).toEqual(["/"]);
      const cookies = await page.context().cookies();
      expect(cookies).toMatchObject([{ name: "qpv_session", httpOnly: true, sameSite: "Strict" }]);
      expect(await page.evaluate(() => document.cookie)).toBe("");
      await page.getByRole("button", { name: "Fermer la session" }).click();
      await page.waitForSelector("#key");
      await page.goto(service.url);
      expect(plain(await page.textContent("h1"))).toBe("Identification");
    }));

  test("a link on another site finds the session that is open", () =>
    browserPage(async (page) => {
      await page.goto(service.url);
      await signIn(page, key);
      await page.waitForSelector("#loaded");
      const refused: number[] = [];
      page.on("response", (response) => {
        if (response.status() === 401) refused.push(response.status());
      });
      await page.goto(intranet.url);
      await page.getByRole("link").click();
      await page.waitForSelector("#loaded");
      // Browsers keep the cookie back from what another site leads to: it came with the second request.
      expect(refused).toEqual([401]);
    }));

  test("a key that is revoked ends its sessions", () =>
    browserPage(async (page) => {
      const other = run("keys", "add", "CCAS").trim();
      await expect
        .poll(async () => (await fetch(service.url, { headers: { "x-api-key": other } })).status)
        .toBe(200);
      await page.goto(service.url);
      await signIn(page, other);
      await page.waitForSelector("#loaded");
      run("keys", "revoke", "CCAS");
      await expect.poll(async () => (await page.goto(service.url))?.status()).toBe(401);
    }));
});
