/**
 * The first page in a real browser whose processor is slowed down four times: when its field is there, when it takes a letter
 * typed at that moment, and when the map has come to rest, in milliseconds since the navigation began; then how long letters
 * wait that are typed while the map starts. Without a graphics card the map is drawn by the processor too. What the graphics
 * process computes is printed apart: with a card it is next to nothing.
 *
 *     QPV_URL=http://127.0.0.1:8080 npm run bench:first
 *
 * Several addresses, with a comma between them, are measured in turns.
 */
import { chromium } from "playwright-core";

const SERVICES = (process.env.QPV_URL ?? "http://127.0.0.1:8080").split(",");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const RUNS = Number(process.env.RUNS ?? 5);
const SLOWER = Number(process.env.SLOWER ?? 4);
/** Between two letters, as somebody types who looks for each. */
const LETTER_MS = 400;
const TYPED = "12 rue de la paix";

/** Runs in the page before its own scripts: notes when the field takes a letter, and when the map rests. */
function watch() {
  const times = { waits: [], links: 0 };
  Object.assign(window, { firstPage: times });
  const look = () => {
    const field = document.querySelector("[role=combobox]");
    if (field && times.field === undefined) {
      times.field = performance.now();
      field.focus();
      // Usable once a letter typed is taken: the page may still be busy with the rest.
      field.addEventListener("input", () => (times.usable ??= performance.now()), { once: true });
      window.fieldThere("");
    }
    if (document.querySelector(".map-canvas[data-rest]")) times.rest ??= performance.now();
  };
  // The time stamp of a key is that of its arrival in the browser.
  addEventListener("keydown", (key) => times.waits.push(performance.now() - key.timeStamp), true);
  const { prototype } = WebGL2RenderingContext;
  const { linkProgram } = prototype;
  prototype.linkProgram = function (program) {
    times.links += 1;
    linkProgram.call(this, program);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) times.task = Math.max(times.task ?? 0, duration);
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-rest"],
  });
}

/** Opens the page in a browser of its own, types `letters` once the field is there, and waits for the map. */
async function once(service, letters) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
  const whole = await browser.newBrowserCDPSession();
  const graphics = async () => {
    const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
    return processInfo.find(({ type }) => type === "GPU").cpuTime * 1000;
  };
  const page = await browser.newPage({ locale: "fr-FR", viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  let typed;
  await page.exposeFunction("fieldThere", () => {
    typed = type(session, letters);
  });
  await page.addInitScript(watch);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(service, { waitUntil: "commit" });
  await page.waitForFunction(() => window.firstPage.rest !== undefined, null, {
    timeout: 180_000,
    // Looking takes the processor, too.
    polling: 250,
  });
  await typed;
  const times = await page.evaluate(() => window.firstPage);
  const drawing = await graphics();
  await browser.close();
  return { ...times, drawing };
}

/** Presses keys without asking the page where its field is, which would wait for the page. */
async function type(session, letters) {
  for (const [at, text] of [...letters].entries()) {
    if (at > 0) await new Promise((done) => setTimeout(done, LETTER_MS));
    await session.send("Input.dispatchKeyEvent", { type: "keyDown", text, key: text });
    await session.send("Input.dispatchKeyEvent", { type: "keyUp", key: text });
  }
}

const runs = SERVICES.map(() => []);
for (let run = 0; run < RUNS; run += 1)
  for (const [at, service] of SERVICES.entries()) {
    const opened = await once(service, "a");
    const { waits } = await once(service, TYPED);
    runs[at].push({ ...opened, wait: Math.max(...waits) });
  }
const WHAT = {
  field: "ms until the field is there",
  usable: "ms until a letter typed at once is taken",
  rest: "ms until the map rests",
  task: "ms of the longest task",
  wait: "ms that the slowest of the letters waits which are typed meanwhile",
  drawing: "ms of the graphics process",
  links: "programs of the graphics card",
};
for (const [at, service] of SERVICES.entries()) {
  console.log(`${service}, median, least and most of ${RUNS}:`);
  for (const [what, meaning] of Object.entries(WHAT)) {
    const sorted = runs[at].map((times) => times[what] ?? Number.NaN).sort((a, b) => a - b);
    const [median, least, most] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)];
    console.log(`${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)}) ${meaning}`);
  }
}
