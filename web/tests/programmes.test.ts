/** The order in which programmes are offered, and the department that decides it. */
import { expect, test } from "vitest";
import type { Programme } from "../src/api/client";
import {
  departmentOfCommune,
  departmentOfPerimeter,
  departmentOfPostcodes,
} from "../src/parts/department";
import { describeProgramme, groupProgrammes, usualProgramme } from "../src/parts/programme-groups";
import { plain } from "./browser";
import { programme } from "./samples";

const named = (id: string, more: Partial<Programme> = {}): Programme => ({
  ...programme,
  id,
  name: id,
  ...more,
});
const OFFERED = [
  named("emploi", { until: "2024-12-31", runs_until: "2027-12-30" }),
  named("caen", { departments: ["14"] }),
  named("national"),
  named("flers", { departments: ["61"], until: "2030-12-31" }),
  named("normandie", { departments: ["14", "61"] }),
];

function groups(department: string | null, on = "2026-12-01"): Record<string, string[]> {
  const found = groupProgrammes(OFFERED, department, on);
  return Object.fromEntries(
    found.map(({ title, programmes }) => [plain(title), programmes.map((it) => it.id)]),
  );
}

test("those of the department come first, ended ones last", () => {
  expect(Object.entries(groups("61"))).toEqual([
    ["Dans ce département", ["flers", "normandie"]],
    ["Partout en France", ["national"]],
    ["Dans d'autres départements", ["caen"]],
    ["Terminés", ["emploi"]],
  ]);
  expect(Object.entries(groups(null))).toEqual([
    ["Partout en France", ["national"]],
    ["Dans certains départements", ["caen", "flers", "normandie"]],
    ["Terminés", ["emploi"]],
  ]);
  // On its last day a programme is still open.
  expect(groups("14", "2024-12-31")).not.toHaveProperty("Terminés");
});

test("a programme of the whole country that goes on is the usual one, whatever its place", () => {
  const usual = (offered: Programme[], on: string) =>
    usualProgramme(offered, on).map(({ id }) => id);
  expect(usual(OFFERED, "2026-12-01")).toEqual(["national"]);
  expect(usual(OFFERED, "2024-12-31")).toEqual(["emploi"]);
  expect(usual([named("flers", { departments: ["61"] })], "2026-12-01")).toEqual(["flers"]);
  expect(usual([], "2026-12-01")).toEqual([]);
});

test("the end of a programme is said, and how long rights run on", () => {
  const [employment, , national, flers] = OFFERED as [Programme, Programme, Programme, Programme];
  const described = (programme: Programme, on: string) => plain(describeProgramme(programme, on));
  expect(described(national, "2026-12-01")).toBe("national");
  expect(described(flers, "2026-12-01")).toBe("flers (jusqu'au 31/12/2030)");
  expect(described(employment, "2026-12-01")).toBe(
    "emploi (terminé le 31/12/2024 ; droits déjà ouverts jusqu'au 30/12/2027 au plus tard)",
  );
  expect(described(employment, "2028-01-01")).toBe("emploi (terminé le 31/12/2024)");
});

test("a department is read from the code of a commune or a neighbourhood", () => {
  for (const [code, expected] of [
    ["61169", "61"],
    ["2A004", "2A"],
    ["97411", "974"],
    ["01004", "01"],
    ["", null],
    [undefined, null],
  ] as const)
    expect(departmentOfCommune(code), String(code)).toBe(expected);
  for (const [code, expected] of [
    ["QN06103M", "61"],
    ["QP061001", "61"],
    ["QN02A01M", "2A"],
    ["QN97401M", "974"],
    ["QN00104M", "01"],
    ["ailleurs", null],
  ] as const)
    expect(departmentOfPerimeter(code), code).toBe(expected);
});

test("the department of a list is that of most of its postcodes", () => {
  for (const [texts, expected] of [
    [["12 rue de la paix 61100 Flers", "61000", "14110"], "61"],
    [["20000 Ajaccio"], "2A"],
    [["20137"], "2A"],
    [["20200", "20600 Furiani"], "2B"],
    [["97400"], "974"],
    [["12 rue de la paix", "0612345678", ""], null],
  ] as const)
    expect(departmentOfPostcodes(texts), texts.join()).toBe(expected);
});
