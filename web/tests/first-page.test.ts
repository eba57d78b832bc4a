/** The start of the map, which must not keep the field of the first page waiting. */
import { expect, test } from "vitest";
import { browserPage, server, useBrowser } from "./browser";
import { json } from "./stand-in";
import { pointTile, rectangleTile } from "./vector-tile";

useBrowser();

/** The code of the map, and of nothing else. */
const MAP_CODE = /\/both-maps[^/]*\.js$/;

test("while letters follow one another, the code of the map is not asked for; once they stop, it is", () =>
  browserPage(async (page) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    // The page's own time, which passes only as the test lets it.
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto(server.url);
    const field = page.getByRole("combobox");
    await expect
      .poll(async () => {
        await page.clock.runFor(20);
        return field.count();
      })
      .toBe(1);
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    let typed = "";
    for (const letter of "12 rue de la paix, 61100 Flers") {
      await page.keyboard.press(letter === " " ? "Space" : letter);
      typed += letter;
      await expect.poll(() => field.inputValue()).toBe(typed);
      await page.clock.runFor(200);
    }
    expect(asked.filter((url) => MAP_CODE.test(url))).toEqual([]);
    const code = page.waitForRequest(MAP_CODE);
    await page.clock.runFor(1000);
    await code;
  }));

test("the first view of the map asks for the tiles that it shows, and has seven programs of the graphics card compiled", () => {
  const bounds = [-1, 48, 0, 49];
  const layer = { minzoom: 0, maxzoom: 14, bounds, features: 1 };
  const layers = [
    { ...layer, id: "departements", kind: "departements" },
    { ...layer, id: "qpv-2024", kind: "perimeters", vintage: "2024" },
    { ...layer, id: "clusters-2024", kind: "clusters", vintage: "2024" },
    { ...layer, id: "band-300m-2024", kind: "band", vintage: "2024" },
  ];
  server.own.set("/tiles", (response) =>
    json(response, 200, { layers, opening: bounds, version: "1" }),
  );
  for (const { id } of layers)
    server.own.set(`/tiles/${id}`, (response) => json(response, 200, { attribution: "ANCT" }));
  server.tile = (id, at) =>
    id === "clusters-2024"
      ? pointTile(id, ["point_count", "7"], [-0.5, 48.5], at)
      : rectangleTile(id, [-0.8, 48.2, -0.2, 48.8], at);
  return browserPage(async (page) => {
    await page.addInitScript(() => {
      const { prototype } = WebGL2RenderingContext;
      const { linkProgram } = prototype;
      Object.assign(window, { programs: 0 });
      prototype.linkProgram = function (program) {
        (window as unknown as { programs: number }).programs += 1;
        linkProgram.call(this, program);
      };
    });
    await page.goto(server.url);
    await page.waitForSelector(".map-canvas[data-rest]");
    // Of the sky, which every map has, of the background, its clipping by tiles, areas, lines, discs and numbers.
    expect(
      await page.evaluate(() => (window as unknown as { programs: number }).programs),
    ).toBeLessThanOrEqual(7);
    const tiles = server.asked.flatMap(({ path }) => /^\/tiles\/([^/]+)\/\d/.exec(path)?.[1] ?? []);
    expect(new Set(tiles)).toEqual(new Set(["departements", "clusters-2024"]));
  });
});
