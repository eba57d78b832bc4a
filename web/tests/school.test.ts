/** The field of a school: which suggestions it has, in which order, and what it asks for them. */
import { expect, onTestFinished, test } from "vitest";
import { Work } from "../src/list/work/work";
import { ofList, withOthers } from "../src/parts/school-box";
import { axeFaults, onPage, server, useBrowser } from "./browser";
import { json } from "./stand-in";

useBrowser();

const LISTED = ["Collège Jean-Racine", "École Jules-Ferry", "École maternelle Ferry"];
const school = (name: string, lib_com: string | null, id: string | null = null) => ({
  kind: "place" as const,
  exact: false,
  list: "schools",
  id,
  name,
  lib_com,
});

test("schools of the list are found by any of their words, then come those of the service, each once", () => {
  const names = (typed: string) => ofList(typed, LISTED).map(({ name }) => name);
  expect(names("ferry")).toEqual(["École Jules-Ferry", "École maternelle Ferry"]);
  expect(names("ecole jules f")).toEqual(["École Jules-Ferry"]);
  // The middle of a word is no word.
  expect(names("acine")).toEqual([]);
  const found = withOthers(ofList("jules", LISTED), [
    school("Ecole Jules Ferry", null),
    school("École Jules-Verne", "Flers", "0610002Y"),
    school("École Jules-Verne", "Flers", "0610002Y"),
    school("École Jules-Verne", "Argentan", "0610003Z"),
  ]);
  expect(found.map(({ words }) => words)).toEqual([
    "École Jules-Ferry",
    "École Jules-Verne, Flers",
    "École Jules-Verne, Argentan",
  ]);
});

test("a row's schools are those of its commune, else of the department of its postcode", () => {
  const work = new Work({
    file: new File([], "liste.csv"),
    fields: [],
    hasProgramme: true,
    address: ["Adresse", "CP"],
    school: null,
    birthDate: null,
  });
  work.columns.value = ["Adresse", "CP"];
  const row = (citycode: string, cp: string) =>
    work.placeOf({
      row: 2,
      fields: ["12 rue", cp],
      result: "none",
      label: "",
      citycode,
      reason: "",
      sentences: [],
      remark: "",
      review: "",
    });
  expect(row("61169", "14000")).toBe("61169");
  expect(row("", "61100")).toBe("61");
  expect(row("", "")).toBeNull();
});

test("in the view of a child, schools of the home's commune are asked for first, and one is taken by the keys", () => {
  server.own.set("/api/v1/suggest", (response, body) => {
    const { list } = JSON.parse(body) as { list?: string };
    const found = list === "schools" ? [school("École Jules-Verne", "Flers", "0610002Y")] : [];
    json(response, 200, { suggestions: found });
  });
  onTestFinished(() => void server.own.delete("/api/v1/suggest"));
  const asked = (path: string) =>
    server.asked.filter((it) => it.path === path).map(({ body }) => JSON.parse(body) as object);
  return onPage(
    async (page) => {
      await page.getByRole("combobox", { name: "Adresse du domicile" }).fill("12 rue de la paix");
      await page.getByRole("button", { name: "Vérifier" }).click();
      await page.locator(".answer[aria-busy=false] article.result").waitFor();
      await page.getByRole("combobox", { name: "Établissement scolaire" }).fill("jules");
      await page.getByRole("option", { name: "École Jules-Verne Flers" }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(asked("/api/v1/suggest").at(-1)).toEqual({
        q: "jules",
        list: "schools",
        limit: 12,
        near: "61",
      });
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      // Taken, it is only filled in: Enter once more asks.
      await expect
        .poll(() => page.getByRole("combobox", { name: "Établissement scolaire" }).inputValue())
        .toBe("École Jules-Verne, Flers");
      await page.keyboard.press("Enter");
      await expect.poll(() => asked("/api/v1/check").length).toBe(2);
      expect(asked("/api/v1/check").at(-1)).toMatchObject({ school: "École Jules-Verne, Flers" });
      expect(new URL(page.url()).search).toBe("");
    },
    { hash: "#/enfant" },
  );
});
