/**
 * The widget of Grist in a frame of another origin, whose page speaks Grist's protocol: calls with a number, answers with the
 * same number, and notices.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFaults, browserPage, plain, server, useBrowser } from "./browser";
import * as samples from "./samples";

useBrowser();

let grist: Server;
let gristUrl = "";

beforeAll(async () => {
  grist = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<body></body>"),
  );
  await new Promise<void>((done) => grist.listen(0, "127.0.0.1", done));
  gristUrl = `http://127.0.0.1:${(grist.address() as AddressInfo).port}/`;
});
afterAll(() => void grist.close());

interface Table {
  rights?: string;
  mapping?: Record<string, string | string[] | null> | null;
  cells: Record<string, unknown[]>;
  /** Grist refuses to write. */
  refusesWriting?: string;
}

const MAPPING = {
  address: ["Rue", "Ville"],
  zone: "Zone",
  code: "Code",
  name: null,
  certainty: "Certitude",
};

/** Opens a page of Grist with the widget in a frame. */
async function inGrist(page: Page, table: Table): Promise<Frame> {
  await page.goto(gristUrl);
  await page.evaluate(
    ([url, table]) => {
      const { rights = "full", mapping, cells, refusesWriting } = table as Table;
      const heard: unknown[] = [];
      Object.assign(window, { heard, cells });
      const frame = document.createElement("iframe");
      frame.src = url as string;
      frame.width = "380";
      frame.height = "900";
      const send = (message: object) => frame.contentWindow!.postMessage(message, "*");
      window.addEventListener("message", ({ data, source }) => {
        if (source !== frame.contentWindow) return;
        heard.push(data);
        if (data.mtype === 5) {
          send({ mtype: 4, data: { settings: { accessLevel: rights }, fromReady: true } });
          send({ mtype: 4, data: { tableId: "Eleves", dataChange: true, mappingsChange: true } });
        }
        if (data.mtype !== 1) return;
        const { reqId, iface, meth, args, mdest } = data;
        const answer = (data: unknown) => send({ mtype: 2, reqId, data });
        const refuse = (mesg: string) => send({ mtype: 3, reqId, mesg });
        if (iface === "CustomSectionAPI" && meth === "configure") return answer(undefined);
        if (iface === "CustomSectionAPI" && meth === "mappings") return answer(mapping ?? null);
        if (rights !== "full") return refuse("Access not granted");
        if (iface === "GristView" && meth === "fetchSelectedTable") return answer(cells);
        if (iface === "GristDocAPI" && mdest === "grist" && meth === "applyUserActions") {
          if (refusesWriting) return refuse(refusesWriting);
          for (const [kind, tableId, ids, columns] of args[0]) {
            if (kind !== "BulkUpdateRecord" || tableId !== "Eleves")
              return refuse("unknown action");
            ids.forEach((id: number, at: number) => {
              for (const [name, values] of Object.entries(columns as Record<string, unknown[]>))
                cells[name]![cells.id!.indexOf(id)] = values[at];
            });
          }
          return answer({});
        }
        refuse(`unknown call ${iface}.${meth}`);
      });
      document.body.append(frame);
    },
    [`${server.url}grist`, table] as const,
  );
  const frame = await page.waitForSelector("iframe").then((it) => it.contentFrame());
  await frame!.waitForSelector("h1");
  return frame!;
}

const table = (page: Page) =>
  page.evaluate(() => (window as unknown as { cells: Record<string, unknown[]> }).cells);

/** Answers checks by a word of the address. */
function answers(): void {
  server.own.set("/api/v1/check", (response, body) => {
    const { q } = JSON.parse(body) as { q: string };
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (q.includes("refusée"))
      return send(422, { code: "question_too_long", message: "Adresse trop longue." });
    if (q.includes("panne")) return send(503, { code: "overloaded", message: "Service occupé." });
    if (q.includes("dedans")) return send(200, samples.at(samples.inside));
    if (q.includes("dehors")) return send(200, samples.at(samples.outside));
    return send(200, samples.at(samples.undetermined));
  });
}

const rows = (addresses: string[], zones: string[] = []) => ({
  id: addresses.map((_, at) => at + 11),
  Rue: addresses,
  Ville: addresses.map(() => "61100 Flers"),
  Zone: addresses.map((_, at) => zones[at] ?? ""),
  Code: addresses.map(() => "ancien"),
  Certitude: addresses.map(() => ""),
  Nom: addresses.map(() => "intact"),
});

test("it asks for its columns and full access, fills the rows, and never makes a no of a doubt", () =>
  browserPage(async (page) => {
    answers();
    const cells = rows(["1 rue dedans", "2 rue dehors", "3 rue incertaine", "", "4 rue refusée"]);
    cells.Ville[3] = "";
    const frame = await inGrist(page, { mapping: MAPPING, cells });
    await frame.getByRole("button", { name: "Remplir" }).click();
    await frame.getByText("Terminé").waitFor();
    const filled = await table(page);
    expect(filled.Zone).toEqual([
      "Dans un quartier",
      "Hors quartier",
      "À vérifier",
      "",
      "À vérifier",
    ]);
    expect(filled.Code).toEqual(["QN06103M", "", "", "ancien", ""]);
    expect(filled.Nom).toEqual(Array(5).fill("intact"));
    expect(filled.Certitude?.[4]).toBe("Adresse trop longue.");
    const said = plain(await frame.textContent("main"));
    expect(said).toContain("Ligne 4 : adresse vide");
    expect(said).toContain("Ligne 5 : Adresse trop longue.");
    const heard = await page.evaluate(
      () => (window as unknown as { heard: Record<string, unknown>[] }).heard,
    );
    const configured = heard.find(({ meth }) => meth === "configure") as {
      args: [{ requiredAccess: string; columns: { name: string; optional: boolean }[] }];
    };
    expect(configured.args[0].requiredAccess).toBe("full");
    expect(
      configured.args[0].columns.filter(({ optional }) => !optional).map(({ name }) => name),
    ).toEqual(["address", "zone"]);
    // The addresses go to this service, in bodies.
    expect(server.asked.filter(({ path }) => path.includes("rue"))).toEqual([]);
  }));

test("rows that have a zone are left alone unless all are asked for", () =>
  browserPage(async (page) => {
    answers();
    const cells = rows(["1 rue dedans", "2 rue dehors"], ["Dans un quartier", ""]);
    const frame = await inGrist(page, { mapping: MAPPING, cells });
    await frame.getByText("1 ligne à traiter").waitFor();
    await frame.getByLabel("Toutes les lignes").check();
    await frame.getByText("2 lignes à traiter").waitFor();
  }));

test("a long table is written in batches and can be stopped; what is written stays", () =>
  browserPage(async (page) => {
    answers();
    const cells = rows(Array.from({ length: 400 }, (_, at) => `${at} rue dehors`));
    const frame = await inGrist(page, { mapping: MAPPING, cells });
    await frame.getByRole("button", { name: "Remplir" }).click();
    await frame.locator("progress").waitFor();
    await frame.waitForFunction(() => document.querySelector("progress")!.value >= 50);
    await frame.getByRole("button", { name: "Arrêter" }).click();
    await frame.getByText("Arrêté. Lignes remplies").waitFor();
    const zones = (await table(page)).Zone!;
    const written = zones.filter((zone) => zone === "Hors quartier").length;
    expect(written % 50).toBe(0);
    expect(written).toBeGreaterThanOrEqual(50);
    expect(written).toBeLessThan(400);
  }));

test.each([
  [{ mapping: MAPPING, rights: "read table" }, "Accès complet non accordé"],
  [{ mapping: null }, "Désignez"],
  [{ mapping: { ...MAPPING, zone: null } }, "Désignez"],
])("without what it needs it says so: %j", (given, words) =>
  browserPage(async (page) => {
    const frame = await inGrist(page, { ...given, cells: rows(["1 rue dedans"]) });
    await frame.locator(".problem").waitFor();
    expect(plain(await frame.textContent(".problem"))).toContain(words);
    expect(await axeFaults(frame)).toEqual([]);
  }),
);

test.each([
  ["the service is busy", ["1 rue en panne"], undefined, "Service occupé"],
  [
    "Grist refuses to write",
    ["1 rue dedans"],
    "Blocked by access rules",
    "Blocked by access rules",
  ],
])(
  "when %s, the rows are unchanged and the reason is said",
  (_, addresses, refusesWriting, words) =>
    browserPage(async (page) => {
      answers();
      const cells = rows(addresses, []);
      const frame = await inGrist(page, {
        mapping: MAPPING,
        cells,
        ...(refusesWriting && { refusesWriting }),
      });
      await frame.getByRole("button", { name: "Remplir" }).click();
      await frame.locator("p.problem").waitFor();
      expect(plain(await frame.textContent("p.problem"))).toContain(words);
      expect((await table(page)).Zone).toEqual([""]);
    }),
);

test.each(["light", "dark"] as const)(
  "the widget has no fault of accessibility, %s",
  (colorScheme) =>
    browserPage(
      async (page) => {
        answers();
        const frame = await inGrist(page, { mapping: MAPPING, cells: rows(["1 rue dedans", ""]) });
        await frame.getByRole("button", { name: "Remplir" }).click();
        await frame.getByText("Terminé").waitFor();
        expect(await axeFaults(frame)).toEqual([]);
        const wide = await frame.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide).toBeLessThanOrEqual(0);
      },
      { colorScheme },
    ),
);

test("opened alone, it says where it belongs", () =>
  browserPage(async (page) => {
    await page.goto(`${server.url}grist`);
    await page.waitForSelector(".problem");
    expect(plain(await page.textContent(".problem"))).toContain(`${server.url}grist`);
  }));
