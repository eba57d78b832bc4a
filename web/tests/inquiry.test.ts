/** The decisions of the views Check and Child, without a page. */
import { expect, test } from "vitest";
import { byRule, completing } from "../src/answer/eligibility";
import { bodyOf, moved, type PlaceQuestion } from "../src/answer/inquiry";
import { sceneOf } from "../src/answer/scene";
import { placeInWords } from "../src/answer/sentences";
import type { CheckAnswer } from "../src/api/client";
import { formatDay, formatLongDay, readDay } from "../src/french/dates";
import { placeOf } from "../src/parts/place";
import * as samples from "./samples";

test.each([
  ["31/12/2015", "2015-12-31"],
  ["1/2/2015", "2015-02-01"],
  [" 31-12-2015 ", "2015-12-31"],
  ["31.12.2015", "2015-12-31"],
  ["31122015", "2015-12-31"],
  ["2015-12-31", "2015-12-31"],
  ["31 décembre 2015", "2015-12-31"],
  ["1er août 2015", "2015-08-01"],
  ["29/02/2016", "2016-02-29"],
  ["29/02/2015", null],
  ["31/12/15", null],
  ["12/31/2015", null],
  ["0/1/2015", null],
  ["hier", null],
  ["", null],
])("the day %j is read as %j", (typed, day) => expect(readDay(typed)).toBe(day));

test("days are said in French", () => {
  expect(formatDay("2015-12-31")).toBe("31/12/2015");
  expect(formatLongDay("2015-12-31")).toBe("31 décembre 2015");
  expect(formatLongDay("2016-06-01")).toBe("1er juin 2016");
  expect(formatLongDay("2016-06-11")).toBe("11 juin 2016");
});

const question: PlaceQuestion = {
  place: { kind: "address", q: "12 rue de la paix" },
  on: null,
  placed: null,
  person: null,
  isSought: true,
};

test("an address is asked as it is typed, with its day and its person when there are any", () => {
  expect(bodyOf(question)).toEqual({ q: "12 rue de la paix" });
  const person = { programme: "pre-national", birth_date: "2016-05-04" };
  const full = {
    ...question,
    place: { kind: "address" as const, q: "12 rue", citycode: "61169" },
    on: "2024-01-01",
    person,
  };
  expect(bodyOf(full)).toEqual({ q: "12 rue", citycode: "61169", on: "2024-01-01", ...person });
});

test("moving an address keeps the address, moving a position asks another one", () => {
  const to = { lon: 1, lat: 2, uncertainty_m: 20 };
  expect(bodyOf(moved(question, to))).toEqual({ q: "12 rue de la paix", placed: to });
  const point = {
    ...question,
    place: { kind: "position" as const, lon: 0, lat: 0, written: { lon: "0.0", lat: "0" } },
  };
  expect(bodyOf(point)).toEqual({ lon: "0.0", lat: "0" });
  expect(bodyOf(moved(point, to))).toEqual(to);
});

test("above the answer stands the address understood, or the words asked while it is open which one is meant", () => {
  const said = (check: CheckAnswer) => placeInWords(question, check).replaceAll("\u00a0", " ");
  expect(said(samples.found)).toBe("Adresse comprise : 12 Rue de la Paix 61100 Flers");
  expect(said(samples.severalFound)).toBe("Adresse demandée : 12 rue de la paix");
  expect(said(samples.notFound)).toBe("Adresse demandée : 12 rue de la paix");
});

test("the box shows addresses from coordinates, and says what is wrong", () => {
  expect(placeOf(" 12 rue de la paix ")).toEqual({ kind: "address", q: "12 rue de la paix" });
  expect(placeOf("48.7501, -0.5702")).toEqual({
    kind: "position",
    lon: -0.5702,
    lat: 48.7501,
    written: { lon: "-0.5702", lat: "48.7501" },
  });
  expect(placeOf("48,750 N ; 0,57 O")).toMatchObject({ written: { lon: "-0.57", lat: "48.750" } });
  expect(placeOf("12345 67890")).toContain("Lambert-93");
  expect(placeOf(" ")).toBe("Tapez une adresse, un nom de lieu ou des coordonnées.");
});

test("what decides comes first, rule by rule", () => {
  const rules = byRule(samples.eligible.conditions);
  expect(
    rules.map(({ rule, conditions }) => [rule, conditions.map(({ condition }) => condition)]),
  ).toEqual([
    [0, ["age", "school"]],
    [1, ["age"]],
  ]);
});

test("what is missing leads to its field, but for what is not the person's to give", () => {
  const [born = "", layer = ""] = samples.incomplete.missing;
  expect(completing(born, samples.incomplete)).toEqual({ field: "birth_date" });
  expect(completing(layer, samples.incomplete)).toBeNull();
  expect(completing("Autre chose.", samples.incomplete)).toBeNull();
  const { emploi } = samples.eligibilities;
  if (!emploi) throw new Error("the sample is missing");
  expect(completing("À préciser : enfants.", emploi)).toEqual({
    field: "declared",
    fact: "enfants",
  });
  // A building has no form about a person.
  expect(completing(born, { ...samples.incomplete, subject: "building" })).toBeNull();
});

const acts = { onPick: () => undefined, onMove: () => undefined, onChoose: () => undefined };
const state = { question, isAsking: false, answer: samples.found, problem: null, nearest: null };

test("the map shows the likeliest address with its doubt, goes there, and keeps the pin where a person puts it", () => {
  expect(sceneOf(state, acts)).toMatchObject({
    marker: { lon: -0.57, lat: 48.75, tone: "qpv" },
    focus: { lon: -0.57 },
  });
  const put = {
    ...state,
    question: moved(question, { lon: -0.5, lat: 48, uncertainty_m: 20 }),
    isAsking: true,
  };
  expect(sceneOf(put, acts)).toMatchObject({
    marker: { lon: -0.5, lat: 48, tone: "plain", doubtM: 0 },
  });
  expect(sceneOf(put, acts)).not.toHaveProperty("focus");
});

test("several addresses, and one that is hardly the one asked, are points to choose from", () => {
  const { points, marker } = sceneOf({ ...state, answer: samples.severalFound }, acts);
  expect(points?.features.map(({ properties }) => properties.tone)).toEqual(["qpv", "outside"]);
  expect(marker).toBeUndefined();
  const unlike = sceneOf({ ...state, answer: samples.unlike }, acts);
  expect(unlike.points?.features.length).toBe(1);
  expect(unlike.marker).toBeUndefined();
});

test("before a question, the map only takes places", () => {
  expect(Object.keys(sceneOf({ ...state, question: null, answer: null }, acts))).toEqual([
    "onPick",
  ]);
});
