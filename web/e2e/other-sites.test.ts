/** Pages of other sites before the real program: what a browser lets them read and send. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserPage, type Site, useBrowser } from "../tests/browser";
import { foreignSite } from "./foreign-site";
import { HAS_PROGRAM, start } from "./service";

/** The program is told of the first site only. */
let named: Site;
let other: Site;
let service: Site;

/** The status that a script of a page reads; 0 when the browser lets it read nothing. */
function readBy(page: Page, path: string, init: RequestInit = {}): Promise<number> {
  return page.evaluate(
    ([address, options]) =>
      fetch(address, options).then(
        (answer) => answer.text().then(() => answer.status),
        () => 0,
      ),
    [service.url + path, init] as const,
  );
}

const POINTS = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"points": [[-3.610510, 46.203047]]}',
};

describe.skipIf(!HAS_PROGRAM)("a page of another site", () => {
  beforeAll(async () => {
    [named, other] = await Promise.all([foreignSite(formOf), foreignSite(formOf)]);
  });
  afterAll(() => {
    for (const site of [named, other]) site?.close();
  });
  useBrowser(async () => {
    named ??= await foreignSite(formOf);
    service = await start("sample", ["--cors-origin", named.url]);
    return service;
  });

  test("that was named reads addresses and zones, and nothing else", () =>
    browserPage(async (page) => {
      await page.goto(named.url);
      expect(await readBy(page, "api/v1/zones?lon=-3.610510&lat=46.203047")).toBe(200);
      expect(await readBy(page, "api/v1/zones", POINTS)).toBe(200);
      expect(await readBy(page, "ogc")).toBe(200);
      expect(await readBy(page, "search?q=rue")).toBeGreaterThanOrEqual(200);
      expect(await readBy(page, "api/v1/check", POINTS)).toBe(0);
      expect(await readBy(page, "api/v1/reports", POINTS)).toBe(0);
      expect(await readBy(page, "ready")).toBe(0);
    }));

  test("reads tiles, which are the same for all", () =>
    browserPage(async (page) => {
      await page.goto(other.url);
      expect(await readBy(page, "tiles/qpv-2024/0/0/0")).toBe(204);
    }));

  test("that was not named reads nothing else", () =>
    browserPage(async (page) => {
      await page.goto(other.url);
      for (const path of [
        "api/v1/zones?lon=-3.610510&lat=46.203047",
        "ogc",
        "search?q=rue",
        "health",
      ])
        expect(await readBy(page, path), path).toBe(0);
      expect(await readBy(page, "api/v1/zones", POINTS)).toBe(0);
    }));

  test("has no report signed, neither by a script nor by a form", () =>
    browserPage(async (page) => {
      const refusals: number[] = [];
      page.on("response", (response) => {
        if (response.url().startsWith(`${service.url}api/v1/reports`))
          refusals.push(response.status());
      });
      await page.goto(named.url);
      // Sent without asking first, as every page may; what comes back stays unread.
      const body = '{"lon": -3.610510, "lat": 46.203047}';
      await readBy(page, "api/v1/reports", { method: "POST", mode: "no-cors", body });
      await page.goto(`${named.url}/?form=${encodeURIComponent(service.url)}`);
      await Promise.all([
        page.waitForURL(`${service.url}api/v1/reports`),
        page.getByRole("button").click(),
      ]);
      expect(refusals).toEqual([403, 403]);
    }));

  test("whose own name leads here is told so, and reads nothing", () =>
    browserPage(async (page) => {
      // Chromium resolves all that ends in .localhost to this machine, so the name is put in by hand.
      const answer = await page.request.get(`${service.url}ready`, {
        headers: { host: "rebound.example", accept: "text/html" },
      });
      expect(answer.status()).toBe(421);
      expect(await answer.text()).toContain("pas celle du service");
    }));
});

/** A form that sends what reads as JSON, as `text/plain`. */
function formOf(query: URLSearchParams): string {
  const service = query.get("form");
  if (!service) return "<title>Un autre site</title>";
  return `<form method="post" enctype="text/plain" action="${service}api/v1/reports">
    <input type="hidden" name='{"lon": -3.610510, "lat": 46.203047, "about": "' value='"}'>
    <button>Gagnez un lot</button></form>`;
}
