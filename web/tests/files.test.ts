/** The credits and the files in the foot of the page: whatever names files have, they stay within bounds. */
import { expect, test } from "vitest";
import { shorten } from "../src/parts/source-files";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";

useBrowser();

const LONG = `adresses-${"x".repeat(1980)}-90.csv`;

test("a long name keeps its beginning and its end", () => {
  expect(shorten("adresses-90.csv")).toBe("adresses-90.csv");
  expect([...shorten(LONG)].length).toBe(80);
  expect(shorten(LONG)).toMatch(/^adresses-x+…x+-90\.csv$/);
  expect(shorten("é".repeat(81))).toBe(`${"é".repeat(40)}…${"é".repeat(39)}`);
});

test("files are asked for when the list is opened, and do not widen the page", () => {
  const files = Array.from({ length: 150 }, (_, at) => ({
    part: `addresses ${at}`,
    name: at === 0 ? LONG : `file-${at}`,
    bytes: 1,
    sha256: String(at),
  }));
  server.own.set("/api/v1/sources", (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ files })),
  );
  return onPage(
    async (page) => {
      const asked = () => server.asked.filter(({ path }) => path === "/api/v1/sources").length;
      expect(asked()).toBe(0);
      await page
        .getByText("Fichiers d'où viennent les données")
        .or(page.locator(".files summary"))
        .first()
        .click();
      await page.waitForSelector(".files li");
      expect(asked()).toBe(1);
      expect(await page.locator(".files li").count()).toBe(100);
      expect(plain(await page.textContent(".files"))).toContain("et 50 autres");
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await axeFaults(page)).toEqual([]);
      server.own.delete("/api/v1/sources");
    },
    { viewport: { width: 360, height: 740 } },
  );
});
