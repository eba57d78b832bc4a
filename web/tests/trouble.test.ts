/** The pages in a real browser when the network, the service or the browser does not do what it should. */
import type { ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { axeFaults, onPage, plain, server, useBrowser } from "./browser";
import { json } from "./stand-in";

useBrowser();

afterEach(() => server.own.clear());

const ANSWERED = ".answer[aria-busy=false] article.card";

async function ask(page: Page, words: string): Promise<string> {
  await page.getByRole("combobox", { name: "Adresse ou lieu" }).fill(words);
  await page.getByRole("combobox", { name: "Adresse ou lieu" }).press("Enter");
  await page.waitForSelector(ANSWERED);
  return plain(await page.locator(".answer").innerText());
}

/** The answer of a network that wants people to log in first. */
function portal(response: ServerResponse): void {
  response
    .writeHead(200, { "content-type": "text/html" })
    .end("<html><h1>Connectez-vous</h1></html>");
}

describe("the page of a captive portal in the place of an answer", () => {
  const NOT_OURS = "La réponse reçue n'est pas celle du service";

  test("to a check is shown, and the question can be asked again", () =>
    onPage(async (page) => {
      server.own.set("/api/v1/check", portal);
      expect(await ask(page, "12 rue de la paix")).toContain(NOT_OURS);
      expect(await axeFaults(page)).toEqual([]);
      server.own.clear();
      await page.getByRole("button", { name: "Réessayer" }).click();
      await page.getByText("Dans le quartier prioritaire").first().waitFor();
    }));

  test("to a report is shown beside it, and is not saved as one", () =>
    onPage(async (page) => {
      server.own.set("/api/v1/reports", portal);
      await ask(page, "12 rue de la paix");
      await page.getByText("Compte rendu PDF").click();
      await page.getByRole("button", { name: "Télécharger le PDF" }).click();
      await expect
        .poll(async () => plain(await page.locator(".report [role=alert]").textContent()))
        .toContain(NOT_OURS);
    }));

  test.each([
    ["#/enfant", "/api/v1/programmes", async () => {}],
    ["#/batiment", "/api/v1/check", building],
    ["#/carte?qpv=QN06103M", "/api/v1/perimeters/", async () => {}],
  ])("in the view %s is shown", (hash, path, act) =>
    onPage(
      async (page) => {
        server.own.set(path, portal);
        await page.reload();
        await act(page);
        await expect
          .poll(async () => plain(await page.locator("main").innerText()))
          .toContain(NOT_OURS);
      },
      { hash },
    ),
  );
});

test("an answer that the page cannot show is shown, and the other views still open", () =>
  onPage(async (page) => {
    server.own.set("/api/v1/check", (response) => json(response, 200, { zone: "qpv" }));
    await page.getByRole("combobox", { name: "Adresse ou lieu" }).fill("12 rue de la paix");
    await page.getByRole("combobox", { name: "Adresse ou lieu" }).press("Enter");
    await page.getByRole("alert").filter({ hasText: "rien n’est su" }).waitFor();
    expect(await page.getByText("Recherche en cours").count()).toBe(0);
    await page.getByRole("link", { name: "Liste" }).click();
    await page.getByLabel("Fichier de la liste").waitFor();
  }));

async function building(page: Page): Promise<void> {
  await page.getByLabel("Contour du bâtiment").fill("-0.57 48.75\n-0.569 48.75\n-0.569 48.751");
  await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
}

describe("a page served without encryption, which has no clipboard", () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const WITHOUT = `window.kept = navigator.clipboard; Object.defineProperty(navigator, "clipboard", { value: undefined });`;
  const inClipboard = (page: Page) =>
    page.evaluate(() => (window as unknown as { kept: Clipboard }).kept.readText());

  test("copies all the same", () =>
    onPage(
      async (page) => {
        await page.addInitScript(WITHOUT);
        await page.reload();
        await ask(page, "12 rue de la paix");
        await page.getByRole("button", { name: "Copier la réponse" }).click();
        await page.getByText("Réponse copiée.").waitFor();
        expect(plain(await inClipboard(page))).toContain(
          "Dans le quartier prioritaire Saint Michel (QN06103M)",
        );
        await page.getByRole("button", { name: "Copier le lien du quartier" }).click();
        await page.getByText(/Lien copié/).waitFor();
        expect(await inClipboard(page)).toBe(`${server.url}#/carte?qpv=QN06103M`);
      },
      { permissions },
    ));

  test("where copying is refused altogether, the words are selected and the keys are said", () =>
    onPage(
      async (page) => {
        await page.addInitScript(`${WITHOUT} document.execCommand = () => false;`);
        await page.reload();
        await ask(page, "12 rue de la paix");
        await page.getByRole("button", { name: "Copier le lien du quartier" }).click();
        await page.getByText("faites Ctrl+C").waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await page.keyboard.press("Control+c");
        expect(await inClipboard(page)).toBe(`${server.url}#/carte?qpv=QN06103M`);
      },
      { permissions, viewport: { width: 360, height: 740 } },
    ));
});

test("a fault at the box takes the former answer away", () =>
  onPage(async (page) => {
    await ask(page, "12 rue de la paix");
    await page.getByRole("combobox").fill("652000 8862000");
    await page.getByRole("combobox").press("Enter");
    await page.getByRole("alert").filter({ hasText: "Lambert-93" }).waitFor();
    await expect.poll(() => page.locator("article.card, .report").count()).toBe(0);
    expect(plain(await page.locator(".answer").innerText())).toBe("");
  }));

test("where no addresses are loaded, none is asked for", () =>
  onPage(async (page) => {
    server.own.set("/tiles", (response) => json(response, 200, { layers: [], version: "1" }));
    await page.reload();
    await page.waitForSelector(".map-canvas[data-edges]");
    await page.getByRole("combobox").pressSequentially("12 rue de");
    expect(await ask(page, "48.7501, -0.5702")).toContain("Dans le quartier prioritaire");
    await page.waitForTimeout(500);
    expect(
      server.asked.map(({ path }) => path).filter((path) => /search|reverse/.test(path)),
    ).toEqual([]);
  }));
