/**
 * The time a person waits for the page once the service has answered: milliseconds from the end of the response to the
 * answer written into the page, and to the frame that shows it, over different addresses in a real browser. Only the page is
 * measured, not the service. Without a graphics card the map is drawn by the processor, which delays frames that people with
 * one would see at once: MAP=no leaves it out.
 *
 *     QPV_URL=http://127.0.0.1:8080 npm run bench
 */
import { chromium } from "playwright-core";

const SERVICE = process.env.QPV_URL ?? "http://127.0.0.1:8080";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const CHECKS = 30;

/** Different addresses that the service knows. */
async function addresses() {
  const found = new Set();
  for (let number = 1; number <= 200 && found.size < CHECKS; number += 1) {
    const body = JSON.stringify({ q: `${number} rue`, limit: 20, autocomplete: true });
    const response = await fetch(`${SERVICE}/api/v1/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { features = [] } = await response.json();
    const { label } =
      features.find(
        ({ properties: { type, label } }) => type === "housenumber" && !found.has(label),
      )?.properties ?? {};
    if (label) found.add(label);
  }
  if (found.size < CHECKS)
    throw new Error(`${SERVICE} knows ${found.size} addresses of the ${CHECKS} needed`);
  return [...found];
}

/** Runs in the page, before the question: the time from the end of the check's response to the frame that shows its answer. */
async function untilShown() {
  await new Promise((shown) => {
    const shows = () => document.querySelector(".answer[aria-busy=false] article.card") !== null;
    // The former answer goes away when the question is asked.
    let isGone = !shows();
    const watch = new MutationObserver(() => {
      isGone ||= !shows();
      if (!isGone || !shows()) return;
      watch.disconnect();
      shown();
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  const written = performance.now();
  await new Promise(requestAnimationFrame);
  // A task queued within a frame runs once that frame is drawn.
  const { port1, port2 } = new MessageChannel();
  const drawn = await new Promise((done) => {
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  });
  const checks = performance
    .getEntriesByType("resource")
    .filter(({ name }) => name.endsWith("/api/v1/check"));
  const { responseEnd } = checks.at(-1);
  return { written: written - responseEnd, drawn: drawn - responseEnd };
}

const asked = await addresses();
const hasMap = process.env.MAP !== "no";
const drawing = !hasMap
  ? ["--disable-3d-apis"]
  : ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", ...drawing],
});
const page = await browser.newPage({ locale: "fr-FR", viewport: { width: 1280, height: 800 } });
// Tiles would fill the list of requests that browsers keep.
await page.addInitScript(() => performance.setResourceTimingBufferSize(100_000));
await page.goto(SERVICE);
await page.waitForSelector("#loaded");
const times = [];
for (const address of asked) {
  // A person reads an answer before asking again: the map has come to rest.
  if (hasMap) await page.waitForSelector(".map-canvas[data-rest]", { timeout: 120_000 });
  await page.getByRole("combobox").fill(address);
  const shown = page.evaluate(untilShown);
  await page.getByRole("combobox").press("Enter");
  times.push(await shown);
}
await browser.close();
for (const what of ["written", "drawn"]) {
  const sorted = times.map((time) => time[what]).sort((a, b) => a - b);
  const [median, worst] = [sorted[sorted.length >> 1], sorted.at(-1)].map(
    (time) => `${time.toFixed(1)} ms`,
  );
  console.log(
    `${sorted.length} checks, from the end of the response to the answer ${what}: median ${median}, worst ${worst}`,
  );
}
