/** The layout of each view while it opens: nothing that is read or aimed at moves when something else comes. */
import { beforeEach, describe, expect, test } from "vitest";
import { onPage, server, useBrowser } from "./browser";
import { json } from "./stand-in";

useBrowser();

const LAYER = {
  id: "qpv-2024",
  kind: "perimeters",
  vintage: "2024",
  minzoom: 3,
  maxzoom: 14,
  bounds: [-1, 48, 0, 49],
  features: 2,
};
/** Each view, and what comes last in it. */
const VIEWS = [
  ["#/verifier", "footer"],
  ["#/enfant", "form"],
  ["#/liste", "footer"],
  ["#/carte", ".sight"],
  ["#/carte?qpv=QN06103M", ".sheet"],
  ["#/comparer", "tr.change"],
  ["#/comparer?insee=61169", "tr.change"],
  ["#/batiment", "footer"],
  ["#/commune?insee=61169", "#commune-places"],
] as const;
const SIZES = [
  [1440, 900],
  [360, 740],
] as const;

beforeEach(() => {
  server.own.set("/tiles", (response) => json(response, 200, { layers: [LAYER], version: "1" }));
  server.own.set("/tiles/qpv-2024", (response) =>
    json(response, 200, { attribution: "Périmètres : ANCT, Licence Ouverte 2.0" }),
  );
});

describe.each(SIZES)("at %i × %i", (width, height) => {
  // Measured in time: a machine that stalls for seconds draws a state that nobody waits for.
  const options = { retry: 2 };
  test.each(VIEWS)("%s opens with a layout shift of 0.02 at most", options, (hash, last) =>
    onPage(
      async (page) => {
        await page.addInitScript(() => {
          const seen: string[] = [];
          Object.assign(window, { shift: 0, seen });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as unknown as Shift[]) {
              if (entry.hadRecentInput) continue;
              (window as unknown as { shift: number }).shift += entry.value;
              for (const { node } of entry.sources)
                seen.push(
                  `${entry.value} ${node instanceof Element ? node.outerHTML : node?.textContent}`,
                );
            }
          }).observe({ type: "layout-shift", buffered: true });
          interface Shift {
            value: number;
            hadRecentInput: boolean;
            sources: { node?: Node }[];
          }
        });
        // One after the other, as from a service that has work to do.
        await page.route(/\/(api|tiles|basemap)/, async (route) => {
          await new Promise((done) => setTimeout(done, 150));
          await route.continue();
        });
        await page.goto("about:blank");
        await page.goto(server.url + hash);
        await page.waitForSelector(last);
        // Drawn, and so measured.
        await page.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => setTimeout(done))),
        );
        const { shift, seen } = await page.evaluate(() => {
          const { shift, seen } = window as unknown as { shift: number; seen: string[] };
          return { shift, seen };
        });
        expect(shift, seen.join("\n").slice(0, 2000)).toBeLessThanOrEqual(0.02);
      },
      { viewport: { width, height } },
    ),
  );
});
