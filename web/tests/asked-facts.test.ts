/** What is typed for the facts of a programme, as it is sent. */
import { expect, test } from "vitest";
import { askedFacts, readFacts, readNumber, type SaidFacts } from "../src/parts/asked-facts";
import { programme } from "./samples";

const asked = {
  ...programme,
  declarations: [
    { name: "shop", kind: "declaration", label: "c'est un commerce", required: true },
    { name: "staff", kind: "number", label: "l'effectif", required: false },
    { name: "creation", kind: "date", label: "la date de création", required: false },
  ],
};

test("numbers are read as people write them, and nothing else is a number", () => {
  for (const [typed, number] of [
    ["12", 12],
    [" 12,5 ", 12.5],
    ["1 250", 1250],
    ["1\u202f250,75", 1250.75],
    ["-3", -3],
  ] as const)
    expect(readNumber(typed)).toBe(number);
  for (const typed of ["", "douze", "1e3", "12,5,1", "NaN", "0x10", "12 ans"])
    expect(readNumber(typed), typed).toBeNull();
});

test("what is not said is not sent, and what cannot be read asks nothing", () => {
  const read = (said: SaidFacts) => readFacts(askedFacts([asked]), said);
  expect(read({})).toEqual({});
  expect(read({ shop: false, staff: "12,5", creation: "1/5/2019" })).toEqual({
    shop: false,
    staff: 12.5,
    creation: "2019-05-01",
  });
  expect(read({ staff: "", other: true })).toEqual({});
  expect(read({ staff: "beaucoup" })).toBeNull();
  expect(read({ creation: "31/02/2019" })).toBeNull();
});

test("what several programmes ask is asked once, and sent once for all", () => {
  const other = {
    ...asked,
    id: "other",
    declarations: [
      ...asked.declarations.slice(2),
      { name: "alone", kind: "declaration", label: "seul", required: false },
    ],
  };
  const facts = askedFacts([asked, other]);
  expect(facts.map(({ key, programmes }) => [key, programmes.length])).toEqual([
    ["shop", 1],
    ["staff", 1],
    ["creation", 2],
    ["alone", 1],
  ]);
  expect(readFacts(facts, { creation: "1/5/2019", alone: true })).toEqual({
    creation: "2019-05-01",
    alone: true,
  });
});

test("facts of one name that mean different things are asked and sent apart", () => {
  const [shop] = asked.declarations;
  const other = {
    ...asked,
    id: "other",
    declarations: [
      { name: "shop", kind: "number", label: "le nombre de boutiques", required: false },
    ],
  };
  const third = { ...asked, id: "third", declarations: shop ? [shop] : [] };
  const facts = askedFacts([{ ...asked, declarations: shop ? [shop] : [] }, other, third]);
  expect(facts.map(({ names }) => names)).toEqual([
    ["pre-national/shop", "third/shop"],
    ["other/shop"],
  ]);
  expect(readFacts(facts, { "pre-national/shop": false, "other/shop": "3" })).toEqual({
    "pre-national/shop": false,
    "third/shop": false,
    "other/shop": 3,
  });
});
