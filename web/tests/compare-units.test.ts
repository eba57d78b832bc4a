/** The logic of comparisons without a page: areas, the address, order of rows, boxes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PerimeterProperties } from "../src/api/client";
import type { Change } from "../src/compare/api";
import { areasOf, findAreas, meantBy, nameOf } from "../src/compare/areas";
import {
  boxOf,
  cellValue,
  communeCodes,
  communesOf,
  hasUnknownOutcome,
  isBeyond,
  keyOf,
  letterOf,
  ordered,
  placesOf,
} from "../src/compare/changes";
import { describePlace } from "../src/compare/places";
import { readQuery, serviceParams, writeQuery } from "../src/compare/query";
import { vintageOf, vintages } from "../src/map/vintages";
import { comparison, extended, gone, inPart, nothing, places } from "./compare-samples";
import { of2015, of2024, ready } from "./samples";

const perimeter = (more: Partial<PerimeterProperties>): PerimeterProperties => ({
  code_qp: "QN06103M",
  lib_qp: "Saint Michel",
  insee_com: ["61169"],
  lib_com: ["Flers"],
  insee_dep: "61",
  lib_dep: "Orne",
  insee_reg: "28",
  lib_reg: "Normandie",
  siren_epci: ["200035814"],
  lib_epci: "CA Flers Agglo",
  ...of2024,
  territory: "metropole",
  area_ha: 38.8,
  ...more,
});

describe("areas", () => {
  const areas = areasOf([
    perimeter({
      ...of2015,
      code_qp: "QP061003",
      lib_com: ["FLERS"],
      lib_dep: null,
      siren_epci: [],
      lib_epci: null,
    }),
    perimeter({}),
    perimeter({
      insee_com: ["93066"],
      lib_com: ["Saint-Denis"],
      insee_dep: "93",
      lib_dep: "Seine-Saint-Denis",
      siren_epci: [],
      insee_reg: "11",
      lib_reg: "Île-de-France",
    }),
    perimeter({
      ...of2015,
      insee_com: [],
      lib_com: ["Octeville"],
      insee_dep: "50",
      lib_dep: null,
      siren_epci: [],
      insee_reg: null,
    }),
  ]);

  test("have the newest name, and none is made of what matches no code", () => {
    expect(nameOf(areas, { kind: "insee", code: "61169" })).toBe("Flers");
    expect(areas.map(({ name }) => name)).not.toContain("Octeville");
  });

  test.each([
    ["fle", "insee", "61169"],
    ["61169", "insee", "61169"],
    ["orne", "departement", "61"],
    ["st denis", "insee", "93066"],
    ["ile de france", "region", "11"],
    ["flers agglo", "epci", "200035814"],
  ])("are found by %s", (typed, kind, code) => {
    expect(findAreas(areas, typed)[0]).toMatchObject({ kind, code });
  });

  test("nothing typed finds nothing, nor does a name that none has", () => {
    expect(findAreas(areas, " ")).toEqual([]);
    expect(findAreas(areas, "bayeux")).toEqual([]);
  });

  test.each([
    [" 2a004 ", "insee", "2A004"],
    ["14047", "insee", "14047"],
    ["200000000", "epci", "200000000"],
    ["75113", "insee", "75056"],
    ["69389", "insee", "69123"],
    ["13216", "insee", "13055"],
    ["13217", "insee", "13217"],
  ])("what is in no list is meant by its bare code: %s", (typed, kind, code) => {
    expect(meantBy(areas, typed)).toEqual([{ kind, code }]);
  });

  test.each(["1404", "bayeux", "30003581", " "])("%s means none", (typed) => {
    expect(meantBy(areas, typed)).toEqual([]);
  });

  describe("of which several may be meant", () => {
    const here = { insee_reg: null, lib_reg: null, siren_epci: [] };
    const areas = areasOf([
      perimeter({
        ...here,
        insee_com: ["97411"],
        lib_com: ["Saint-Denis"],
        insee_dep: "974",
        lib_dep: "La Réunion",
      }),
      perimeter({
        ...here,
        insee_com: ["93066"],
        lib_com: ["Saint-Denis"],
        insee_dep: "93",
        lib_dep: "Seine-Saint-Denis",
      }),
      perimeter({
        ...here,
        insee_com: ["75056"],
        lib_com: ["Paris"],
        insee_dep: "75",
        lib_dep: "Paris",
      }),
      perimeter({
        ...here,
        insee_com: ["76540"],
        lib_com: ["Rouen"],
        insee_dep: "76",
        lib_dep: "Seine-Maritime",
      }),
      perimeter({
        insee_com: ["31555"],
        lib_com: ["Toulouse"],
        insee_dep: "31",
        lib_dep: "Haute-Garonne",
        insee_reg: "76",
        lib_reg: "Occitanie",
        siren_epci: ["243100518"],
        lib_epci: null,
      }),
    ]);
    const meant = (typed: string) =>
      meantBy(areas, typed).map(({ kind, code }) => `${kind} ${code}`);

    test("a number is the department's before the region's", () => {
      expect(meant("76")).toEqual(["departement 76"]);
      expect(
        findAreas(areas, "76")
          .map(({ kind }) => kind)
          .slice(0, 2),
      ).toEqual(["departement", "region"]);
    });

    test("the whole code of a commune is not the beginning of an intercommunality's", () => {
      expect(meant("24310")).toEqual(["insee 24310"]);
      expect(findAreas(areas, "24310")[0]).toMatchObject({ kind: "epci" });
    });

    test("one name is all that have it, communes first, also where it is not written to its end", () => {
      expect(meant("saint-denis").sort()).toEqual(["insee 93066", "insee 97411"]);
      expect(meant("st deni")).toHaveLength(2);
      expect(meant("paris")).toEqual(["insee 75056", "departement 75"]);
      expect(findAreas(areas, "paris")[0]).toMatchObject({ kind: "insee" });
      expect(meant("75")).toEqual(["departement 75"]);
    });

    test("an intercommunality without a name is found by its number, and has none", () => {
      expect(meant("243100518")).toEqual(["epci 243100518"]);
      expect(findAreas(areas, "2431")).toHaveLength(1);
      expect(nameOf(areas, { kind: "epci", code: "243100518" })).toBeUndefined();
    });
  });
});

describe("the address", () => {
  beforeAll(() => {
    vintages.value = ready.vintages;
  });
  afterAll(() => {
    vintages.value = [];
  });
  const read = (query: string) => readQuery(new URLSearchParams(query));

  test.each([
    "",
    "insee=61169",
    "insee=61169,61006&mode=rideau",
    "departement=2A&from=2024&to=2015",
    "epci=200035814&mode=cote-a-cote&quartier=QN06103M",
    "region=28",
  ])("%s comes back as it was", (query) => expect(writeQuery(read(query))).toBe(query));

  test("arrondissements are their commune, once", () => {
    expect(writeQuery(read("insee=75113,75101,61169"))).toBe("insee=75056,61169");
  });

  test("what it does not know is as if it were not there", () => {
    expect(
      writeQuery(read("mode=danse&quartier=12%20rue%20de%20la%20paix&lon=2.3&lat=48.8&q=moi")),
    ).toBe("");
  });

  test("a link of before, with one vintage, compares from the one that replaced it or back", () => {
    expect(writeQuery(read("from=2024"))).toBe("from=2024&to=2015");
    expect(writeQuery(read("to=2015"))).toBe("from=2024&to=2015");
    expect(writeQuery(read("from=2015&to=2024"))).toBe("");
  });

  test("a vintage to come is compared to the one in force, and not by default", () => {
    const coming = {
      vintage: "2030",
      label: "2030",
      codes: "QR{dep}##[NMI]",
      predecessor: "2024",
      state: "coming",
      perimeters: {},
      precision_m: 1,
    };
    vintages.value = [...ready.vintages, coming];
    expect(serviceParams(read(""))).toBe("from=2015&to=2024");
    expect(serviceParams(read("from=2024"))).toBe("from=2024&to=2030");
    expect(["QP061003", "QN06103M", "QR06103M", "QX06103M"].map(vintageOf)).toEqual([
      "2015",
      "2024",
      "2030",
      undefined,
    ]);
    vintages.value = ready.vintages;
  });

  test("the question to the service names the vintages and the area", () => {
    expect(serviceParams(read(""))).toBe("from=2015&to=2024");
    expect(serviceParams(read("departement=61&from=2024"), { format: "xlsx" })).toBe(
      "from=2024&to=2015&departement=61&format=xlsx",
    );
  });
});

describe("rows", () => {
  test("are ordered by figures as figures, and what is not known comes last both ways", () => {
    const unknown: Change = { ...gone, gained_ha: 12, moved: { ...gone.moved, addresses: null } };
    const changes = [gone, unknown, extended];
    const order = (column: "gained_ha" | "addresses_gained", isDown: boolean) =>
      ordered(changes, { column, isDown }).map((change) => changes.indexOf(change));
    expect(order("gained_ha", false)).toEqual([0, 1, 2]);
    expect(order("gained_ha", true)).toEqual([2, 1, 0]);
    expect(order("addresses_gained", true)).toEqual([2, 0, 1]);
    expect(order("addresses_gained", false)).toEqual([0, 2, 1]);
  });

  test("names are ordered as in French, numbers in them as numbers", () => {
    const named = (lib_qp: string): Change => ({
      ...extended,
      to: [{ ...extended.to[0]!, lib_qp }],
      from: [],
    });
    const names = ordered(
      [named("Quartier 10"), named("Été"), named("Quartier 9"), named("Étage"), named("Zola")],
      { column: "name", isDown: false },
    );
    expect(names.map(({ to }) => to[0]?.lib_qp)).toEqual([
      "Étage",
      "Été",
      "Quartier 9",
      "Quartier 10",
      "Zola",
    ]);
  });

  test("are ordered by the name that is shown first", () => {
    const renamed = (before: string, after: string): Change => ({
      ...extended,
      from: [{ ...extended.from[0]!, lib_qp: before }],
      to: [{ ...extended.to[0]!, lib_qp: after }],
    });
    const names = ordered(
      [renamed("Zola", "Ampère"), renamed("Ampère", "Zola"), renamed("Ampère", "Bel Air")],
      { column: "name", isDown: false },
    );
    expect(names.map(({ from, to }) => `${from[0]?.lib_qp}, ${to[0]?.lib_qp}`)).toEqual([
      "Ampère, Bel Air",
      "Ampère, Zola",
      "Zola, Ampère",
    ]);
  });

  test("communes are those of both sides, each once, as written last", () => {
    const from = [
      { ...extended.from[0]!, insee_com: ["61169", "61006"], lib_com: ["FLERS", "ARGENTAN"] },
    ];
    expect(communesOf({ ...extended, from })).toEqual(["Flers", "ARGENTAN"]);
    const unmatched = [{ ...extended.from[0]!, insee_com: [], lib_com: ["Octeville"] }];
    expect(communesOf({ ...extended, from: unmatched })).toEqual(["Flers", "Octeville"]);
  });

  test("a change is beyond an area when it names another commune", () => {
    const wide: Change = {
      ...extended,
      from: [{ ...extended.from[0]!, insee_com: ["61169", "14047"] }],
    };
    const beyond = (kind: "insee" | "departement" | "region", code: string) =>
      [extended, wide].map((change) => isBeyond(change, { kind, code }));
    expect(beyond("insee", "61169")).toEqual([false, true]);
    expect(beyond("insee", "61169,14047")).toEqual([false, false]);
    expect(beyond("departement", "61")).toEqual([false, true]);
    expect(beyond("region", "28")).toEqual([false, false]);
    expect(isBeyond(wide, null)).toBe(false);
  });

  test("sums are untold only where there are perimeters and no change", () => {
    const { undetermined, unmatched } = inPart;
    expect([comparison, nothing, inPart].map(hasUnknownOutcome)).toEqual([false, false, false]);
    expect(hasUnknownOutcome({ ...nothing, known: true, undetermined })).toBe(true);
    expect(hasUnknownOutcome({ ...nothing, unmatched })).toBe(true);
    expect(hasUnknownOutcome({ ...nothing, complete: false })).toBe(true);
  });

  test("a figure that is not known is no zero", () => {
    expect(cellValue({ ...extended, moved: null }, "addresses_gained")).toBeNull();
    expect(cellValue({ ...extended, moved: null }, "inhabitants_to")).toBeNull();
    expect(cellValue(gone, "to_area_ha")).toBe(0);
  });

  test("a change is known by a code of its own, its letters and its communes", () => {
    expect(keyOf(extended)).toBe("QN06103M");
    expect(keyOf(gone)).toBe("QP061009");
    expect([letterOf(extended), letterOf(gone)]).toEqual(["M", null]);
    expect(communeCodes(extended)).toEqual(["61169"]);
  });

  test("the box holds what was lost too, and is none without outlines", () => {
    expect(boxOf([extended])).toEqual([-0.6, 48.73, -0.56, 48.76]);
    expect(boxOf([gone])).toBeUndefined();
  });

  test("the places of a change are those it held before or after", () => {
    expect(placesOf(extended, places).map(({ name }) => name)).toEqual(["École Les Vallées"]);
    expect(placesOf(gone, places).map(({ name }) => name)).toEqual(["Centre social"]);
  });
});

test.each([
  ["undetermined", "undetermined", "qpv", false],
  ["undetermined", "undetermined", "undetermined", true],
  ["undetermined", undefined, "qpv", false],
  ["entered", "outside", "qpv", false],
] as const)(
  "a place %s, from %s to %s, is « à vérifier » once for each vintage at most",
  (movement, from, to, sure) => {
    const zone = (zone: string | undefined) => (zone ? { zone } : null);
    const said = describePlace({
      kind: "schools",
      city: "Flers",
      movement,
      from: zone(from),
      to: zone(to),
      sure,
      by_address: false,
    } as never);
    const open = [from, to].filter((it) => it === "undetermined").length;
    expect(said.match(/à vérifier/g)?.length).toBe(Math.max(open, 1));
  },
);
