/** The view Check in a real browser, against a server that keeps the contract. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, onPage, overflow, plain, printed, server, useBrowser } from "./browser";

useBrowser();

const CARD = ".answer[aria-busy=false] article.card";

async function ask(page: Page, words: string): Promise<string> {
  await page.getByRole("combobox", { name: "Adresse ou lieu" }).fill(words);
  await page.getByRole("combobox", { name: "Adresse ou lieu" }).press("Enter");
  await page.waitForSelector(CARD);
  return plain(await page.locator(".answer").innerText());
}

/** The bodies of what was asked of a path. */
function bodies(path: string): unknown[] {
  return server.asked
    .filter((asked) => asked.path === path)
    .map(({ body }) => JSON.parse(body) as unknown);
}

const CHECK = "/api/v1/check";

test("a position goes in the body, and its answer into the region that screen readers watch", () =>
  onPage(async (page) => {
    const status = page.locator(".answer > [role=status]");
    expect(await status.textContent()).toBe("");
    const answer = await ask(page, "48,7501 ; -0,5702");
    expect(answer).toContain("Dans le quartier prioritaire Saint Michel (QN06103M)");
    // Asked beside the check, it may come after it.
    await expect
      .poll(async () => plain(await page.locator(CARD).innerText()))
      .toContain(
        "Adresse la plus proche, pour information : 12 Rue de la Paix 61100 Flers, à 7 m.",
      );
    expect(plain(await status.textContent())).toBe(
      "Dans le quartier prioritaire Saint Michel (QN06103M), selon la position que vous avez indiquée. La limite est à 41 m.",
    );
    expect(plain(await page.locator(".reading").first().textContent())).toContain(
      "Compris : latitude 48,7501, puis longitude −0,5702.",
    );
    expect(bodies(CHECK)).toEqual([{ lon: "-0.5702", lat: "48.7501" }]);
    expect(bodies("/api/v1/reverse")).toEqual([{ lon: -0.5702, lat: 48.7501 }]);
    expect(page.url()).toBe(server.url);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  }));

test("coordinates are sent as they are written, for the service counts their decimals", () =>
  onPage(async (page) => {
    await ask(page, "-0.570 48,75");
    expect(bodies(CHECK)).toEqual([{ lon: "-0.570", lat: "48.75" }]);
    expect(plain(await page.locator(".reading").first().textContent())).toContain("arrondies");
  }));

test("suggestions come as one types, and are taken with the keyboard alone", () =>
  onPage(async (page) => {
    const box = page.getByRole("combobox");
    await box.pressSequentially("12 rue de la p");
    await page.getByRole("option").first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("option").count()).toBe(0);
    await page.keyboard.type("a");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("option", { selected: true }).innerText()).toContain(
      "61200 Argentan",
    );
    await page.keyboard.press("Enter");
    await page.waitForSelector(CARD);
    expect(await box.inputValue()).toBe("12 Rue de la Paix 61200 Argentan");
    expect(bodies(CHECK)).toEqual([{ q: "12 Rue de la Paix 61200 Argentan", citycode: "61006" }]);
  }));

test("an address pasted on several lines keeps its words apart", () =>
  onPage(
    async (page) => {
      await page.getByRole("combobox").focus();
      await page.evaluate(() =>
        navigator.clipboard.writeText("12 rue de la Paix\r\n61100 Flers\n"),
      );
      await page.keyboard.press("Control+v");
      expect(await page.getByRole("combobox").inputValue()).toBe("12 rue de la Paix 61100 Flers");
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("the day asked is read as French, sent, and an unreadable one asks nothing", () =>
  onPage(async (page) => {
    await page.getByText("À une autre date qu’aujourd’hui").click();
    await page.getByRole("textbox", { name: "À la date du" }).fill("30/06/2023");
    expect(await ask(page, "12 rue de la paix")).toContain("retenus à la date du 30/06/2023");
    expect(bodies(CHECK)).toEqual([{ q: "12 rue de la paix", on: "2023-06-30" }]);
    await page.getByRole("textbox", { name: "À la date du" }).fill("31/02/2023");
    await expect.poll(() => page.locator(CARD).count()).toBe(0);
    await page.getByRole("button", { name: "Vérifier" }).click();
    expect(
      await page.getByRole("textbox", { name: "À la date du" }).getAttribute("aria-invalid"),
    ).toBe("true");
    expect(bodies(CHECK)).toHaveLength(1);
    expect(await axeFaults(page)).toEqual([]);
  }));

describe("a day other than today", () => {
  const NOTICE = "Date demandée : 1er juin 2016, et non aujourd'hui";
  const typeDay = async (page: Page) => {
    await page.getByText("À une autre date qu’aujourd’hui").click();
    await page.getByRole("textbox", { name: "À la date du" }).fill("01/06/2016");
  };

  test("is asked by Enter, stands over the answer, and today is one key away", () =>
    onPage(async (page) => {
      await ask(page, "12 rue de la paix");
      await typeDay(page);
      await page.keyboard.press("Enter");
      await page.waitForSelector(CARD);
      expect(plain(await page.locator(".answer .other-day").innerText())).toContain(NOTICE);
      expect(plain(await page.locator(".answer > [role=status]").textContent())).toContain(NOTICE);
      expect(await axeFaults(page)).toEqual([]);
      await page
        .locator(".answer")
        .getByRole("button", { name: "Revenir à aujourd" })
        .press("Enter");
      await page.waitForFunction(() => document.activeElement?.tagName === "H2");
      expect(await page.getByText("Date demandée").count()).toBe(0);
      expect(bodies(CHECK)).toEqual([
        { q: "12 rue de la paix" },
        { q: "12 rue de la paix", on: "2016-06-01" },
        { q: "12 rue de la paix" },
      ]);
    }));

  test("is named where its field is folded away, for the next question too", () =>
    onPage(async (page) => {
      await typeDay(page);
      await page.locator(".day summary").click();
      expect(await page.getByRole("textbox", { name: "À la date du" }).isVisible()).toBe(false);
      expect(plain(await page.locator(".day").innerText())).toContain(NOTICE);
      await ask(page, "14 rue de la paix");
      expect(plain(await page.locator(".answer .other-day").innerText())).toContain(NOTICE);
      await page.locator(".day").getByRole("button", { name: "Revenir à aujourd" }).click();
      await expect.poll(() => bodies(CHECK).length).toBe(2);
      expect(bodies(CHECK).at(-1)).toEqual({ q: "14 rue de la paix" });
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("SUMMARY");
    }));

  test("goes with a point of the map, and with the words typed since", () =>
    onPage(
      async (page) => {
        await page.waitForSelector(".map-canvas[data-rest=true]");
        await page
          .locator(".map-canvas")
          .first()
          .click({ position: { x: 300, y: 300 } });
        await page.waitForSelector(".answer[aria-busy=false] article");
        await typeDay(page);
        await page.keyboard.press("Enter");
        await expect.poll(() => bodies(CHECK).length).toBe(2);
        const [first, second] = bodies(CHECK) as Record<string, unknown>[];
        expect(second).toEqual({ ...first, on: "2016-06-01" });
        await page.getByRole("combobox").fill("16 rue de la paix");
        await page.getByRole("textbox", { name: "À la date du" }).press("Enter");
        await expect
          .poll(() => bodies(CHECK).at(-1))
          .toEqual({
            q: "16 rue de la paix",
            on: "2016-06-01",
          });
      },
      { refusals: ["422 /api/v1/check"] },
    ));

  test("without a place to ask about, Enter says what is missing", () =>
    onPage(async (page) => {
      await typeDay(page);
      await page.keyboard.press("Enter");
      await page.getByText("Tapez une adresse, un nom de lieu ou des coordonnées.").waitFor();
      expect(bodies(CHECK)).toEqual([]);
    }));

  test("that cannot be read is unfolded", () =>
    onPage(async (page) => {
      await page.getByText("À une autre date qu’aujourd’hui").click();
      await page.getByRole("textbox", { name: "À la date du" }).fill("31/02/2016");
      await page.locator(".day summary").click();
      await page.getByRole("combobox").fill("12 rue de la paix");
      await page.getByRole("combobox").press("Enter");
      await page.getByText(/Cette date est illisible/).waitFor();
      expect(bodies(CHECK)).toEqual([]);
    }));
});

test("today's own date is no other day", () =>
  onPage(async (page) => {
    await page.getByText("À une autre date qu’aujourd’hui").click();
    await page
      .getByRole("textbox", { name: "À la date du" })
      .fill(new Date().toLocaleDateString("fr-FR"));
    await ask(page, "12 rue de la paix");
    expect(await page.getByText("Date demandée").count()).toBe(0);
  }));

test("several addresses are offered with their zones, and the keyboard goes on from the answer", () =>
  onPage(async (page) => {
    const answer = await ask(page, "plusieurs");
    expect(answer).toContain("À vérifier : plusieurs adresses possibles");
    await page.getByRole("button", { name: "12 Rue de la Paix 61200 Argentan" }).press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "H2");
    expect(bodies(CHECK).at(-1)).toEqual({
      q: "12 Rue de la Paix 61200 Argentan",
      citycode: "61006",
    });
  }));

test("the sign of what is undetermined is a diamond half full, not that of a broken character", () =>
  onPage(async (page) => {
    await ask(page, "plusieurs");
    const isInked = await page.locator(".card h2 .tone-icon path").evaluate((path) => {
      const shape = new Path2D(path.getAttribute("d") ?? "");
      const context = document.createElement("canvas").getContext("2d");
      const at = (x: number, y: number) => context?.isPointInPath(shape, x, y, "evenodd");
      return [at(6, 12), at(10, 8), at(10, 16), at(14, 12), at(21, 12), at(2, 2)];
    });
    expect(isInked).toEqual([true, true, true, false, true, false]);
  }));

test("the only address of its name is offered, not answered for, where no commune is named", () =>
  onPage(async (page) => {
    const answer = await ask(page, "12 rue de la paix sans commune");
    expect(answer).toContain("À vérifier : la commune n'est pas précisée");
    expect(answer).toContain("seules des adresses du département 61 (Orne)");
    // Its zone stands with the choice alone, and no distance with the answer.
    expect(answer).not.toContain("Distance à la limite");
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "12 Rue de la Paix 61200 Argentan" }).press("Enter");
    await expect.poll(() => bodies(CHECK).length).toBe(2);
    expect(bodies(CHECK).at(-1)).toEqual({
      q: "12 Rue de la Paix 61200 Argentan",
      citycode: "61006",
    });
  }));

test("the keyboard goes on from the answer even of a button pressed as soon as it stands", () =>
  onPage(async (page) => {
    await page.evaluate(() => {
      // Pressed while the former answer's effects still wait for the frame.
      new MutationObserver((_, observer) => {
        const choice = [...document.querySelectorAll("button")].find((button) =>
          button.textContent?.includes("61200 Argentan"),
        );
        if (!choice) return;
        observer.disconnect();
        choice.click();
      }).observe(document.body, { childList: true, subtree: true });
    });
    const box = page.getByRole("combobox", { name: "Adresse ou lieu" });
    await box.fill("plusieurs");
    await box.press("Enter");
    await expect.poll(() => bodies(CHECK).length).toBe(2);
    await page.waitForFunction(() => document.activeElement?.tagName === "H2");
  }));

test("a street shows which of its numbers are where", () =>
  onPage(async (page) => {
    await ask(page, "voie");
    const rows = (await page.locator(".street tbody tr").allInnerTexts()).map((row) =>
      plain(row).replace(/\s+/g, " "),
    );
    expect(rows).toEqual([
      "impairs 1 à 7 Dans le quartier prioritaire Saint Michel (QN06103M)",
      "pairs 2 à 8 Hors quartier, dans la bande des 300 m",
      "numéro 10 À vérifier",
    ]);
  }));

test("a click on the map asks about the point there", () =>
  onPage(
    async (page) => {
      await page.locator("canvas.maplibregl-canvas").click({ position: { x: 200, y: 200 } });
      await page.waitForSelector(CARD);
      const [body] = bodies(CHECK) as { lon: number; lat: number }[];
      expect(Object.keys(body ?? {})).toEqual(["lon", "lat", "uncertainty_m"]);
      expect(page.url()).toBe(server.url);
      // No answer is kept for that place.
    },
    { refusals: ["422 /api/v1/check"] },
  ));

test("on a narrow screen, where the map lies below, the answer to a place picked comes into sight", () =>
  onPage(
    async (page) => {
      await page.locator("canvas.maplibregl-canvas").click({ position: { x: 100, y: 100 } });
      await page.waitForSelector(CARD);
      await expect
        .poll(() =>
          page.locator(`${CARD} h2`).evaluate((title) => {
            const { top, bottom } = title.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
          }),
        )
        .toBe(true);
    },
    { refusals: ["422 /api/v1/check"], viewport: { width: 360, height: 740 } },
  ));

test("the pin moved with the arrow keys places the address by hand, says so, and can be taken back", () =>
  onPage(async (page) => {
    await ask(page, "12 rue de la paix");
    const pin = page.locator(".pin");
    await pin.focus();
    await pin.press("ArrowUp");
    await page.waitForSelector(`${CARD} .placed`);
    const { q, placed } = bodies(CHECK).at(-1) as {
      q: string;
      placed: { lon: number; lat: number; uncertainty_m: number };
    };
    expect(q).toBe("12 rue de la paix");
    expect(placed.lon).toBe(-0.57);
    expect(placed.lat).toBeCloseTo(48.750009, 6);
    // There is no plan on this map, so nobody sees a door.
    expect(placed.uncertainty_m).toBe(20);
    expect(plain(await page.textContent(".map"))).toContain("à 20 m près");
    expect(plain(await page.textContent(`${CARD} h2`))).toContain(
      "selon la position que vous avez indiquée",
    );
    expect(await pin.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(plain(await page.locator(CARD).innerText())).toContain(
      "Position placée à la main à 23 m de celle de l'adresse.",
    );
    await page.getByRole("button", { name: "Revenir à la position de l’adresse" }).click();
    await page.waitForSelector(".placed", { state: "detached" });
    await page.waitForSelector(CARD);
    expect(bodies(CHECK).at(-1)).toEqual({ q: "12 rue de la paix" });
  }));

test("the answer and the public link are copied, the address never in the link", () =>
  onPage(
    async (page) => {
      await ask(page, "12 rue de la paix");
      await page.getByRole("button", { name: "Copier la réponse" }).click();
      await page.getByText("Réponse copiée.").waitFor();
      expect(plain(await page.evaluate(() => navigator.clipboard.readText()))).toContain(
        "Données : 0123456789abcdef0123456789abcdef",
      );
      await page.getByRole("button", { name: "Copier le lien du quartier" }).click();
      await page.getByText(/Lien copié/).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        `${server.url}#/carte?qpv=QN06103M`,
      );
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("printed, the answer is alone on one page, with its day and the address", () =>
  onPage(async (page) => {
    await ask(page, "12 rue de la paix");
    const { pages, words } = await printed(page);
    expect(pages).toBe(1);
    expect(words).toMatch(/Quartiers prioritaires : page imprimée le \d\d\/\d\d\/\d{4}/);
    expect(words).toContain("Adresse comprise : 12 Rue de la Paix 61100 Flers");
    expect(words).toContain("Dans le quartier prioritaire Saint Michel (QN06103M)");
    expect(words).not.toContain("Imprimer");
    expect(
      await page.locator("button:visible, input:visible, canvas:visible, nav:visible").count(),
    ).toBe(0);
  }));

test("printed, a choice between addresses has them all", () =>
  onPage(async (page) => {
    await ask(page, "plusieurs");
    expect((await printed(page)).words).toContain("12 Rue de la Paix 61200 Argentan");
  }));

test("without a neighbourhood there is no link to one", () =>
  onPage(async (page) => {
    await ask(page, "48,75 -0,59");
    expect(await page.getByRole("button", { name: "Copier le lien du quartier" }).count()).toBe(0);
  }));

test("the report is asked in a body and downloaded; its refusal is shown beside it", () =>
  onPage(
    async (page) => {
      await ask(page, "12 rue de la paix");
      await page.getByText("Compte rendu PDF").click();
      await page.getByLabel("Objet (facultatif)").fill("Dossier 12");
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Télécharger le PDF" }).click();
      expect((await download).suggestedFilename()).toBe("compte-rendu-qpv.pdf");
      expect(bodies("/api/v1/reports")).toEqual([{ q: "12 rue de la paix", about: "Dossier 12" }]);
      expect(await axeFaults(page)).toEqual([]);
      await ask(page, "introuvable");
      await page.getByText("Compte rendu PDF").click();
      await page.getByRole("button", { name: "Télécharger le PDF" }).click();
      await page.getByText("Un texte est trop long").waitFor();
    },
    { refusals: ["422 /api/v1/reports"] },
  ));

test("an undetermined answer is reviewed in its report, and no other", () =>
  onPage(async (page) => {
    await ask(page, "12 rue de la paix");
    await page.getByText("Compte rendu PDF").click();
    expect(await page.getByLabel("Zone constatée").count()).toBe(0);
    await ask(page, "plusieurs");
    await page.getByText("Compte rendu PDF").click();
    await page.getByLabel("Zone constatée").selectOption("qpv");
    await page.getByLabel("Motif").fill("bail du 3 mai 2024");
    // Without the function of whoever reviewed, nothing is sent.
    await page.getByRole("button", { name: "Télécharger le PDF" }).click();
    expect(bodies("/api/v1/reports")).toEqual([]);
    await page.getByLabel("Fonction de la personne").fill("coordinatrice du PRE");
    expect(await axeFaults(page)).toEqual([]);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Télécharger le PDF" }).click();
    await download;
    const review = { zone: "qpv", reason: "bail du 3 mai 2024", by: "coordinatrice du PRE" };
    expect(bodies("/api/v1/reports")).toEqual([{ q: "plusieurs", review }]);
  }));

test("what cannot be read is said at the field and nothing is sent", () =>
  onPage(async (page) => {
    const box = page.getByRole("combobox");
    await box.fill("12345 67890");
    await page.getByRole("button", { name: "Vérifier" }).click();
    expect(await box.getAttribute("aria-invalid")).toBe("true");
    expect(await box.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await page.locator(".reading").first().textContent()).toContain("Lambert-93");
    expect(bodies(CHECK)).toEqual([]);
  }));

test("refusals and failures are shown in French, and can be tried again", () =>
  onPage(
    async (page) => {
      expect(await ask(page, "3, 48")).toContain(
        "Ce point est hors des territoires : cela ne veut pas dire hors quartier prioritaire.",
      );
      expect(await ask(page, "7, 48")).toContain("Le service est très sollicité.");
      await page.getByRole("button", { name: "Réessayer" }).click();
      await page.waitForSelector(CARD);
      expect(bodies(CHECK)).toHaveLength(3);
    },
    { refusals: ["422 /api/v1/check", "503 /api/v1/check"] },
  ));

test("the answer of a former question never shows", () =>
  onPage(async (page) => {
    await page.route("**/api/v1/check", async (route) => {
      if (route.request().postData()?.includes("lente"))
        await new Promise((done) => setTimeout(done, 1500));
      await route.continue().catch(() => undefined);
    });
    await page.getByRole("combobox").fill("adresse lente introuvable");
    await page.getByRole("combobox").press("Enter");
    expect(await ask(page, "12 rue de la paix")).toContain("Dans le quartier prioritaire");
    await page.waitForTimeout(1800);
    expect(plain(await page.locator(CARD).innerText())).toContain("Dans le quartier prioritaire");
  }));

describe.each(["light", "dark"] as const)("in the %s scheme", (colorScheme) => {
  const states = [
    "-0.57 48.75",
    "-0.58 48.75",
    "-0.59 48.75",
    "-0.6 48.75",
    "-0.61 48.75",
    "3 48",
    "12 rue",
    "plusieurs",
    "introuvable",
    "voie",
  ];
  test.each(states)("axe finds no fault of accessibility in the answer to %j", (words) =>
    onPage(
      async (page) => {
        await ask(page, words);
        expect(await axeFaults(page)).toEqual([]);
      },
      { colorScheme, refusals: ["422 /api/v1/check"] },
    ),
  );
});

test("at 360 pixels wide nothing overflows", () =>
  onPage(
    async (page) => {
      for (const words of ["-0.58 48.75", "plusieurs", "voie"]) {
        await ask(page, words);
        expect(await overflow(page), words).toBeLessThanOrEqual(0);
      }
    },
    { viewport: { width: 360, height: 740 } },
  ));
