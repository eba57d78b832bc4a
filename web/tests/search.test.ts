/** The search box of all views, and the sheet of a commune, in a real browser by the keyboard. */
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { axeFaults, onPage, overflow, plain, server, useBrowser } from "./browser";
import { bayeux } from "./search-samples";
import { json } from "./stand-in";

useBrowser();

const PHONE = { viewport: { width: 360, height: 740 } };
const CARD = ".answer[aria-busy=false] article.card";
const CHECK = "/api/v1/check";

/** The bodies of what was asked of a path. */
function bodies(path: string): unknown[] {
  return server.asked
    .filter((asked) => asked.path === path)
    .map(({ body }) => JSON.parse(body) as unknown);
}

async function enter(page: Page, words: string): Promise<void> {
  const box = page.getByRole("combobox").first();
  await box.fill(words);
  await box.press("Enter");
}

function selected(page: Page): Promise<string> {
  return page.getByRole("combobox").evaluate((field) => {
    const { value, selectionStart, selectionEnd } = field as HTMLInputElement;
    return value.slice(selectionStart ?? 0, selectionEnd ?? 0);
  });
}

describe("the box of a view has the focus as the page opens", () => {
  const hasFocus = (page: Page) =>
    page.evaluate(() => document.activeElement?.getAttribute("role") === "combobox");
  const SHEETS = ["#/carte?qpv=QN06103M", "#/comparer?insee=61169", "#/commune?insee=61169"];

  test.each(["#/verifier", "#/enfant", "#/carte", "#/comparer", "#/commune", ...SHEETS])(
    "%s",
    (hash) => onPage((page) => expect.poll(() => hasFocus(page)).toBe(true), { hash }),
  );

  test.each(SHEETS)("but for the sheet that a link opens on a phone: %s", (hash) =>
    onPage(
      async (page) => {
        await page.locator("h2").first().waitFor();
        expect(await hasFocus(page)).toBe(false);
      },
      { hash, viewport: { width: 360, height: 740 } },
    ),
  );
});

describe("the box of Check", () => {
  test("has the focus as the page opens; × and Escape empty it", () =>
    onPage(async (page) => {
      const box = page.getByRole("combobox");
      await expect.poll(() => box.evaluate((field) => field === document.activeElement)).toBe(true);
      await page.keyboard.type("bay");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("Escape");
      expect(await box.inputValue()).toBe("bay");
      await page.keyboard.press("Escape");
      expect(await box.inputValue()).toBe("");
      await page.keyboard.type("flers");
      await page.getByRole("button", { name: "Effacer ce qui est tapé" }).click();
      expect(await box.inputValue()).toBe("");
      expect(await box.evaluate((field) => field === document.activeElement)).toBe(true);
    }));

  test("cuts no long text: the service is asked all of it, and says how long it is", () =>
    onPage(async (page) => {
      const words = `12 rue ${"de la paix ".repeat(300)}flers`;
      await page.keyboard.insertText(words);
      expect(await page.getByRole("combobox").inputValue()).toBe(words);
      await page.keyboard.press("Enter");
      await page.waitForSelector(CARD);
      expect(bodies(CHECK)).toEqual([expect.objectContaining({ q: words })]);
    }));

  test("takes the next caller's address with no key but the address", () =>
    onPage(async (page) => {
      await page.keyboard.type("12 rue de la paix flers");
      await page.keyboard.press("Enter");
      await page.waitForSelector(CARD);
      await expect.poll(() => selected(page)).toBe("12 rue de la paix flers");
      await page.keyboard.type("12 rue introuvable");
      await page.keyboard.press("Enter");
      await page.getByText("À vérifier : adresse introuvable").first().waitFor();
      expect(bodies(CHECK)).toEqual([
        { q: "12 rue de la paix flers" },
        { q: "12 rue introuvable" },
      ]);
    }));

  test("asks about the address that a link names, and never about the letters of a link", () =>
    onPage(async (page) => {
      await enter(page, "https://www.google.com/maps/dir/Flers/Argentan/@48.7,-0.3,11z");
      await page.getByText("Ce lien est celui d’un itinéraire").first().waitFor();
      await enter(page, "https://www.google.com/maps/place/12+rue+de+la+paix+flers/@48.7,-0.5,17z");
      await page.waitForSelector(CARD);
      expect(bodies(CHECK)).toEqual([{ q: "12 rue de la paix flers" }]);
      const asked = bodies("/api/v1/suggest").map((body) => JSON.stringify(body));
      expect(asked.filter((body) => body.includes("google"))).toEqual([]);
    }));

  test("offers the last questions of this page while it is empty, and forgets them", () =>
    onPage(async (page) => {
      await enter(page, "12 rue de la paix flers");
      await page.waitForSelector(CARD);
      await page.keyboard.press("Escape");
      await page.getByRole("option", { name: "12 rue de la paix flers" }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
      expect(page.url()).toBe(server.url);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => bodies(CHECK).length).toBe(2);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Effacer les dernières questions" }).click();
      await expect.poll(() => page.getByRole("option").count()).toBe(0);
    }));

  test.each([
    ["Bayeux", "#/commune?insee=14047"],
    ["14400", "#/commune?insee=14047"],
    ["QN06103M", "#/carte?qpv=QN06103M"],
  ])("%s opens its sheet", (words, hash) =>
    onPage(async (page) => {
      await enter(page, words);
      await expect.poll(() => new URL(page.url()).hash).toBe(hash);
      expect(bodies("/api/v1/suggest").at(-1)).toEqual({ q: words });
      expect(bodies(CHECK)).toEqual([]);
    }),
  );

  test("a name of several is chosen from the list, never guessed", () =>
    onPage(async (page) => {
      await enter(page, "Saint Michel");
      await page.getByText("Plusieurs lieux portent ce nom").waitFor();
      expect(await page.getByRole("option").count()).toBe(2);
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => new URL(page.url()).hash).toBe("#/carte?qpv=QP061003");
    }));

  test("a name that goes on is offered, never looked up as an address", () =>
    onPage(async (page) => {
      await enter(page, "Les Fleurs");
      await page.getByText("Aucun lieu ne porte exactement ce nom").waitFor();
      expect(await page.getByRole("option").count()).toBe(1);
      expect(bodies(CHECK)).toEqual([]);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => new URL(page.url()).hash).toBe("#/carte?qpv=QN06103M");
    }));

  test("a code of the right form that no neighbourhood has is no coordinates", () =>
    onPage(async (page) => {
      await enter(page, "QN 06199m");
      await page.getByText("Aucun quartier n’a le code « QN06199M »").waitFor();
      expect(bodies(CHECK)).toEqual([]);
    }));

  test("a school is checked where it stands", () =>
    onPage(async (page) => {
      await enter(page, "École Jules-Ferry");
      await page.waitForSelector(CARD);
      expect(bodies(CHECK)).toEqual([{ lon: -0.5702, lat: 48.7501 }]);
    }));

  test("a parcel that cannot be known is said to be so", () =>
    onPage(async (page) => {
      await enter(page, "61169000AB0123");
      await page.getByText("Les parcelles du cadastre ne sont pas chargées ici").waitFor();
      expect(bodies(CHECK)).toEqual([]);
    }));

  test.each([
    [`48°45'19"N 0°34'14"O`, "degrés, minutes et secondes"],
    ["437584.49 6856511.00", "Lambert-93"],
    [
      "https://www.openstreetmap.org/#map=19/48.7553/-0.5707",
      "milieu de la carte que montre le lien",
    ],
    ["geo:48.7553,-0.5707", "geo"],
  ])("%s is understood, and said back", (words, said) =>
    onPage(
      async (page) => {
        await enter(page, words);
        expect(plain(await page.locator(".reading").first().textContent())).toContain(said);
        await expect.poll(() => bodies(CHECK).length).toBe(1);
        const [{ lon, lat }] = bodies(CHECK) as [{ lon: number; lat: number }];
        expect([Number(lon), Number(lat)]).toEqual([
          expect.closeTo(-0.5707, 3),
          expect.closeTo(48.7553, 3),
        ]);
        expect(page.url()).toBe(server.url);
      },
      { refusals: ["422 /api/v1/check"] },
    ),
  );

  test("an address whose department is not loaded: the command, the commune, and no other town's streets", () =>
    onPage(async (page) => {
      await enter(page, "12 rue de la Paix 61100 Flers non");
      await page.waitForSelector(CARD);
      await page.getByRole("link", { name: "Saint Michel (QN06103M)" }).waitFor();
      const card = plain(await page.locator(CARD).innerText());
      expect(card).toContain("Les adresses de l'Orne (61) ne sont pas chargées ici");
      expect(card).toContain("qpv data pull --addresses 61");
      expect(card).toContain("Quartiers de Flers (61169)");
      expect(card).not.toContain("Argentan");
      expect(await axeFaults(page)).toEqual([]);
      await page.getByRole("link", { name: "La fiche de la commune" }).click();
      await expect.poll(() => new URL(page.url()).hash).toBe("#/commune?insee=61169");
    }));

  test("fits a phone, whose keyboard does not stay over the answer", () =>
    onPage(
      async (page) => {
        await page.getByRole("combobox").fill("Saint Michel");
        await page.getByRole("option").first().waitFor();
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await enter(page, "12 rue de la paix flers");
        await page.waitForSelector(CARD);
        const isAway = () => page.evaluate(() => document.activeElement?.tagName !== "INPUT");
        await expect.poll(isAway).toBe(true);
      },
      { ...PHONE, hasTouch: true, isMobile: true },
    ));
});

describe("the same box in the other views", () => {
  test("Child takes an address, and says that a commune is no home", () =>
    onPage(
      async (page) => {
        await enter(page, "Bayeux");
        await page.getByText("n’est pas une adresse").waitFor();
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/enfant" },
    ));

  test("the map opens a commune's sheet, and shows an address that can be checked", () =>
    onPage(
      async (page) => {
        await enter(page, "12 rue de la paix flers");
        await page.getByRole("button", { name: "Vérifier ce point" }).waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await enter(page, "bayeux");
        await expect.poll(() => new URL(page.url()).hash).toBe("#/commune?insee=14047");
      },
      { hash: "#/carte" },
    ));

  test("Compare compares the commune of a neighbourhood", () =>
    onPage(
      async (page) => {
        await enter(page, "QN06103M");
        await expect
          .poll(() => new URL(page.url()).hash)
          .toBe("#/comparer?insee=61169&quartier=QN06103M");
      },
      { hash: "#/comparer" },
    ));

  test("Building goes to an address", () =>
    onPage(
      async (page) => {
        await enter(page, "12 rue de la paix flers");
        await expect.poll(() => bodies("/api/v1/search").length).toBe(1);
        expect(await page.locator(".go-to .fault").allInnerTexts()).not.toContain("introuvable");
      },
      { hash: "#/batiment" },
    ));
});

describe("the sheet of a commune", () => {
  test("says that there is no neighbourhood, in no vintage", () =>
    onPage(
      async (page) => {
        await page.getByRole("heading", { name: "Bayeux (14047)" }).waitFor();
        expect(plain(await page.title())).toContain("Bayeux (14047) · La fiche d'une commune");
        const sheet = plain(await page.locator("article.sheet").innerText());
        expect(sheet).toContain("Aucun quartier prioritaire, ni en 2015 ni en 2024.");
        expect(sheet).toContain("Calvados (14)");
        expect(await axeFaults(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      },
      { hash: "#/commune?insee=14047", ...PHONE },
    ));

  test("lists the neighbourhoods of both vintages, the schools, and leads to the comparison", () =>
    onPage(
      async (page) => {
        await page.getByText("École Jules-Ferry").waitFor();
        const sheet = plain(await page.locator("main").innerText());
        for (const words of [
          "Quartiers de 2015",
          "Quartiers de 2024",
          "2 311 habitants",
          "population non importée",
          "dans le quartier Saint Michel",
        ])
          expect(sheet).toContain(words);
        expect(
          await page.getByRole("link", { name: "Saint Michel (QN06103M)" }).getAttribute("href"),
        ).toBe("#/carte?qpv=QN06103M");
        expect(
          await page.getByRole("link", { name: "Comparer les millésimes" }).getAttribute("href"),
        ).toBe("#/comparer?insee=61169");
        expect(await axeFaults(page)).toEqual([]);
      },
      { hash: "#/commune?insee=61169" },
    ));

  test("a vintage that is not loaded is never a no", () =>
    onPage(
      async (page) => {
        server.own.set("/api/v1/communes/14047", (response) => {
          const body = structuredClone(bayeux);
          const last = body.qpv.at(-1);
          if (last) last.complete = false;
          response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
        });
        await page.reload();
        await page.getByRole("heading", { name: "Bayeux (14047)" }).waitFor();
        await page.getByText("les périmètres de 2024 ne sont pas chargés ici").waitFor();
        const sheet = plain(await page.locator("article.sheet").innerText());
        expect(sheet).toContain("Aucun quartier prioritaire en 2015.");
        expect(sheet).not.toContain("ni en");
        server.own.delete("/api/v1/communes/14047");
      },
      { hash: "#/commune?insee=14047" },
    ));
});

describe("a short plus code", () => {
  test("beside a commune is the nearest such place to its middle", () =>
    onPage(
      async (page) => {
        server.own.set("/api/v1/search", (response, body) => {
          const { citycode } = JSON.parse(body) as { citycode?: string };
          // The middle of Flers.
          const middle = { geometry: { coordinates: [-0.5698, 48.7494] }, properties: {} };
          json(response, 200, { features: citycode === "61169" ? [middle] : [] });
        });
        onTestFinished(() => void server.own.delete("/api/v1/search"));
        await page.getByRole("combobox").fill("pcxh+9c flers");
        await page
          .getByRole("option", { name: "PCXH+9C Flers code Plus · département 61" })
          .waitFor();
        await page.keyboard.press("Enter");
        await expect.poll(() => bodies(CHECK).length).toBe(1);
        const [asked] = bodies(CHECK) as { lon: number; lat: number; uncertainty_m: number }[];
        // 8CWXPCXH+9C, by the digits of the specification.
        expect(asked?.lat).toBeCloseTo(48.7484375, 6);
        expect(asked?.lon).toBeCloseTo(-0.5714375, 6);
        expect(asked?.uncertainty_m).toBe(8.4);
        // The stand-in answers no other position than its own.
      },
      { refusals: ["422 /api/v1/check"] },
    ));

  test("alone, or beside a commune that nobody knows, asks for one", () =>
    onPage(async (page) => {
      for (const words of ["PCXH+9C", "PCXH+9C Nulle-Part"]) {
        await enter(page, words);
        await page
          .getByText(/Ce code Plus est abrégé/)
          .first()
          .waitFor();
        expect(bodies(CHECK)).toEqual([]);
      }
    }));
});
