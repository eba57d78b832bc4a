/** The built page in a real browser, against a server that keeps the contract. Needs Chromium (`make test` has it). */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { standIn, type StandIn } from "./stand-in";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];

// A browser on a busy machine is slow; hanging for a minute is a failure.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
let server: StandIn;
let dist: string;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`no Chromium at ${CHROMIUM}: install it or set CHROMIUM to its path`);
  dist = mkdtempSync(join(tmpdir(), "qpv-web-"));
  await build({ root: WEB, logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
  server = await standIn(dist);
  // Its own sandbox needs rights that containers and root lack; it only opens our page.
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", ...QUIET] });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  if (dist) rmSync(dist, { recursive: true });
});

beforeEach(() => {
  server.asked.length = 0;
});

/** Opens the page, fails on any error in its console and on any request to elsewhere, and closes it afterwards. */
async function onPage(look: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ locale: "fr-FR", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => request.url().startsWith(server.url) || faults.push(request.url()));
  await page.goto(server.url);
  await page.waitForSelector("#banner:not([hidden])");
  await look(page);
  await context.close();
  expect(faults.filter((line) => !line.includes("503"))).toEqual([]);
}

async function ask(page: Page, coordinates: string): Promise<string> {
  await page.getByLabel("Coordonnées du point").fill(coordinates);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#answer article");
  return plain((await page.textContent("#answer")) ?? "");
}

const plain = (sentence: string) => sentence.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");

test("fictional data is announced with the commands for the official one", () =>
  onPage(async (page) => {
    const banner = plain((await page.textContent("#banner")) ?? "");
    expect(banner).toContain("Données fictives");
    expect(banner).toContain("qpv data pull");
    expect(banner).toContain("make serve DATA=official");
    expect(plain((await page.textContent("#loaded")) ?? "")).toBe("Périmètres chargés : 2024 (1 609).");
    expect(await page.getByRole("radio", { name: /^2015/ }).isDisabled()).toBe(true);
  }));

test("a question goes in the body, longitude first, and is answered in the live region", () =>
  onPage(async (page) => {
    const answer = await ask(page, "48,7501 ; -0,5702");
    expect(answer).toContain("Dans le quartier prioritaire Saint Michel (QN06103M)");
    expect(await page.getAttribute("#answer", "role")).toBe("status");
    expect(plain((await page.textContent("#reading")) ?? "")).toContain("Compris : latitude 48,7501, puis longitude −0,5702.");
    const asked = server.asked.filter(({ path }) => path.includes("zones"));
    expect(asked.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ["/api/v1/zones", { points: [[-0.5702, 48.7501]] }],
    ]);
    expect(page.url()).toBe(server.url);
  }));

test("the vintage chosen is sent, and changing it clears the answer of the other", () =>
  onPage(async (page) => {
    await ask(page, "-0.5702 48.7501");
    await page.getByRole("radio", { name: /^2024/ }).check();
    expect(await page.textContent("#answer")).toBe("");
    await ask(page, "-0.5702 48.7501");
    expect(JSON.parse(server.asked.at(-1)?.body ?? "")).toEqual({ points: [[-0.5702, 48.7501]], vintage: "2024" });
  }));

test("roughly written coordinates are sent with their doubt: half of 0.01 degree of latitude is 556 m", () =>
  onPage(async (page) => {
    await ask(page, "-0.57 48.75");
    expect(JSON.parse(server.asked.at(-1)?.body ?? "")).toEqual({ points: [[-0.57, 48.75]], uncertainty_m: 556 });
  }));

test("what cannot be read is said at the field and nothing is sent", () =>
  onPage(async (page) => {
    const field = page.getByLabel("Coordonnées du point");
    await field.fill("450000 6850000");
    await page.getByRole("button", { name: "Situer ce point" }).click();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await page.textContent("#reading")).toContain("Lambert-93");
    expect(server.asked.some(({ path }) => path.includes("zones"))).toBe(false);
  }));

test("refusals of the point and of the whole request are told in French", () =>
  onPage(async (page) => {
    expect(await ask(page, "3, 48")).toContain("Ce point est hors des territoires.");
    await page.getByRole("radio", { name: /^2024/ }).check();
    expect(await ask(page, "7, 48")).toContain("Le service est très sollicité.");
  }));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  const states = ["", "-0.57 48.75", "-0.58 48.75", "-0.59 48.75", "-0.6 48.75", "-0.61 48.75", "3 48"];
  test("axe finds no fault of accessibility in any state", () =>
    onPage(
      async (page) => {
        // Evaluated, not added as a script: the page's policy forbids foreign scripts.
        await page.evaluate(AXE);
        for (const coordinates of states) {
          if (coordinates) await ask(page, coordinates);
          else await page.getByRole("button").click();
          const faults = await page.evaluate(async () => {
            const { axe } = window as unknown as { axe: typeof import("axe-core") };
            const { violations, passes } = await axe.run();
            if (!passes.some(({ id }) => id === "color-contrast")) throw new Error("contrast was not checked");
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          });
          expect(faults, `state "${coordinates}"`).toEqual([]);
        }
      },
      { colorScheme },
    ));
});

test("at 360 pixels wide nothing overflows", () =>
  onPage(
    async (page) => {
      await ask(page, "-0.58 48.75");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    },
    { viewport: { width: 360, height: 740 } },
  ));
