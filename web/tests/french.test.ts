/** The sentences that the build takes from the catalogue. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { asked, catalogue, fill, sources } from "../build/french";

const whole = {
  "web.a": "A",
  "web.view.list.title": "Liste",
  "web.view.map.menu": "Carte",
  "report.b": "B",
  "web.other": "C",
};

test("sentences come by their key, or by its form; the others are left out", () => {
  expect(
    asked(whole, ['text("web.a") fact("report.b", x)', "text(`web.view.${view}.title`)"]),
  ).toEqual({
    "web.a": "A",
    "report.b": "B",
    "web.view.list.title": "Liste",
  });
});

test("a key, a form or a place that no sentence has stops the build", () => {
  expect(() => asked(whole, ['text("web.gone")'])).toThrow('no sentence "web.gone"');
  expect(() => asked(whole, ["text(`web.view.${view}.gone`)"])).toThrow(
    "no sentence has a key like",
  );
  expect(() => fill("<title>{{web.gone}}</title>", whole)).toThrow(
    'index.html: no sentence "web.gone"',
  );
});

test("every sentence written for the page is asked for by the page", () => {
  const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");
  const taken = asked(catalogue(), sources());
  const idle = Object.keys(catalogue()).filter(
    (key) => key.startsWith("web.") && !Object.hasOwn(taken, key) && !page.includes(`{{${key}}}`),
  );
  expect(idle).toEqual([]);
});
