/**
 * The time from opening the page until its field takes what is typed, and until its map has come to rest: milliseconds since
 * the navigation began, in a real browser whose processor is slowed down four times. Without a graphics card the map is drawn
 * by the processor too.
 *
 *     QPV_URL=http://127.0.0.1:8080 npm run bench:first
 */
import { chromium } from "playwright-core";

const SERVICE = process.env.QPV_URL ?? "http://127.0.0.1:8080";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const RUNS = Number(process.env.RUNS ?? 5);
const SLOWER = Number(process.env.SLOWER ?? 4);

/** Runs in the page before its own scripts: notes when the field takes a letter, and when the map rests. */
function watch() {
  const times = {};
  Object.assign(window, { firstPage: times });
  const look = () => {
    const field = document.querySelector("[role=combobox]");
    if (field && times.field === undefined) {
      times.field = performance.now();
      // Usable once a letter typed is taken: the page may still be busy with the rest.
      field.addEventListener("input", () => (times.usable ??= performance.now()), { once: true });
    }
    if (document.querySelector(".map-canvas[data-rest]")) times.rest ??= performance.now();
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-rest"],
  });
}

async function once(browser) {
  const context = await browser.newContext({
    locale: "fr-FR",
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(SERVICE, { waitUntil: "commit" });
  await page.waitForSelector("[role=combobox]");
  await page.locator("[role=combobox]").focus();
  await page.keyboard.press("a");
  await page.waitForFunction(() => window.firstPage.rest !== undefined, null, { timeout: 180_000 });
  const times = await page.evaluate(() => window.firstPage);
  await context.close();
  return times;
}

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const runs = [];
for (let run = 0; run < RUNS; run += 1) runs.push(await once(browser));
await browser.close();
for (const what of ["field", "usable", "rest"]) {
  const sorted = runs.map((times) => times[what] ?? Number.NaN).sort((a, b) => a - b);
  const [median, worst] = [sorted[sorted.length >> 1], sorted.at(-1)];
  console.log(`${what}: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${RUNS}`);
}
