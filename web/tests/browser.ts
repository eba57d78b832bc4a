/** The built page in a real browser, for the tests of the views. Needs Chromium (`make test` has it). */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Frame,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, inject } from "vitest";
import { type StandIn, standIn } from "./stand-in";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
];
/** The map draws with WebGL: in software, as no graphics card is at hand. */
const DRAWING = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/** The stand-in, in files that have it. */
export let server: StandIn;
let site: Site;
let browser: Browser;

/** The address of the pages. */
export interface Site {
  url: string;
  close(): void;
}

/** Opens a browser before the tests of a file, on a site or else on the page as built before a stand-in, and closes all after them. */
export function useBrowser(start?: () => Promise<Site>): void {
  beforeAll(async () => {
    if (!existsSync(CHROMIUM))
      throw new Error(`no Chromium at ${CHROMIUM}: install it or set CHROMIUM to its path`);
    if (start) {
      site = await start();
    } else {
      site = server = await standIn(inject("builtPage"));
    }
    // Its own sandbox needs rights that containers and root lack; it only opens our page.
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", ...DRAWING, ...QUIET],
    });
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  beforeEach(() => {
    if (server) server.asked.length = 0;
  });
}

interface Opened extends BrowserContextOptions {
  hash?: string;
  /** What shows that the page is there. */
  until?: string;
  /** The refusals that the test brings about, such as `503 /api/v1/check`: the browser logs them, and any other is a fault. */
  refusals?: readonly string[];
}

/** Opens a view, fails on any error in its console and on any request to elsewhere, and closes it afterwards. */
export async function onPage(
  look: (page: Page) => Promise<void>,
  { hash = "", until = "#loaded", refusals = [], ...options }: Opened = {},
): Promise<void> {
  const context = await browser.newContext({
    locale: "fr-FR",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on(
    "console",
    (line) => line.type() === "error" && faults.push(refusal(line) ?? line.text()),
  );
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on(
    "request",
    (request) =>
      /^(data|blob):/.test(request.url()) ||
      request.url().startsWith(site.url) ||
      faults.push(request.url()),
  );
  try {
    await page.goto(site.url + hash);
    await page.waitForSelector(until);
    await look(page);
  } finally {
    await context.close();
  }
  expect(faults.filter((fault) => !refusals.some((refusal) => fault.startsWith(refusal)))).toEqual(
    [],
  );
}

/** Gives an empty page and closes it afterwards: for pages of other origins, which `onPage` forbids. */
export async function browserPage(
  look: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({ locale: "fr-FR", ...options });
  try {
    await look(await context.newPage());
  } finally {
    await context.close();
  }
}

/** The status and the path of a refusal, as the browser itself logs it; undefined for any other line. */
function refusal(line: ConsoleMessage): string | undefined {
  const status = /status of (\d+)/.exec(line.text())?.[1];
  return status && `${status} ${new URL(line.location().url).pathname}`;
}

/** Returns the faults that axe finds in the page as it is now. */
export async function axeFaults(page: Page | Frame): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy forbids foreign scripts.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations, passes } = await axe.run();
    if (!passes.some(({ id }) => id === "color-contrast"))
      throw new Error("contrast was not checked");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Waits until the focus is on something with these words: what is pressed before then may go elsewhere. */
export async function focusOn(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    (words) => document.activeElement?.textContent?.includes(words),
    words,
  );
}

/** Waits for the answer; returns how many pixels of it the screen shows, from its title on. */
export async function inSight(page: Page): Promise<number> {
  await page.waitForSelector(".answer[aria-busy=false] article h2");
  return page.evaluate(() => {
    const title = document.querySelector(".answer article h2")!.getBoundingClientRect();
    const card = document.querySelector(".answer article")!.getBoundingClientRect();
    const above = Math.max(document.querySelector("main")!.getBoundingClientRect().top, 0);
    // With its whole title, or it does not count.
    if (title.top < above) return 0;
    return Math.min(card.bottom, innerHeight) - title.top;
  });
}

/** Prints the page: the number of A4 pages, and the words on them. */
export async function printed(page: Page): Promise<{ pages: number; words: string }> {
  await page.emulateMedia({ media: "print" });
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  const words = plain(await page.locator("body").innerText());
  return { pages: pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0, words };
}

/** Returns how many pixels the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Replaces the non-breaking spaces and the curly apostrophe, so that expectations can be read and typed. */
export function plain(sentence: string | null): string {
  return (sentence ?? "").replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");
}
