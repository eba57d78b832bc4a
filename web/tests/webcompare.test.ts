/** The logic of comparisons without a page: areas, the address, order of rows, boxes. */
import { describe, expect, test } from "vitest";
import type { Change } from "../src/api/compare";
import type { PerimeterProperties } from "../src/api/client";
import { areasOf, byCode, findAreas, nameOf } from "../src/compare/areas";
import { queryOf, readAsked, writeAsked } from "../src/compare/asked";
import { boxOf, inseeOf, keyOf, letterOf, ordered, placesOf, valueOf } from "../src/compare/changes";
import { extended, gone, places } from "./compare-samples";

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
  vintage: "2024",
  territory: "metropole",
  area_ha: 38.8,
  ...more,
});

describe("areas", () => {
  const areas = areasOf([
    perimeter({ vintage: "2015", code_qp: "QP061003", lib_com: ["FLERS"], lib_dep: null, siren_epci: [], lib_epci: null }),
    perimeter({}),
    perimeter({ insee_com: ["93066"], lib_com: ["Saint-Denis"], insee_dep: "93", lib_dep: "Seine-Saint-Denis", siren_epci: [], insee_reg: "11", lib_reg: "Île-de-France" }),
    perimeter({ vintage: "2015", insee_com: [], lib_com: ["Octeville"], insee_dep: "50", lib_dep: null, siren_epci: [], insee_reg: null }),
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

  test("a commune without a neighbourhood can be asked for by its code alone", () => {
    expect(byCode(" 2a004 ")).toEqual({ kind: "insee", code: "2A004" });
    expect(byCode("14047")).toEqual({ kind: "insee", code: "14047" });
    expect(byCode("1404")).toBeNull();
    expect(byCode("bayeux")).toBeNull();
  });
});

describe("the address", () => {
  const read = (query: string) => readAsked(new URLSearchParams(query));

  test.each(["", "insee=61169", "insee=61169,61006&mode=rideau", "departement=2A&from=2024", "epci=200035814&mode=cote-a-cote&quartier=QN06103M", "region=28"])(
    "%s comes back as it was",
    (query) => expect(writeAsked(read(query))).toBe(query),
  );

  test("what it does not know is as if it were not there", () => {
    expect(writeAsked(read("mode=danse&quartier=12%20rue%20de%20la%20paix&lon=2.3&lat=48.8&q=moi"))).toBe("");
  });

  test("the question to the service names the vintages and the area", () => {
    expect(queryOf(read(""))).toBe("from=2015&to=2024");
    expect(queryOf(read("departement=61&from=2024"), { format: "xlsx" })).toBe("from=2024&to=2015&departement=61&format=xlsx");
  });
});

describe("rows", () => {
  test("are ordered by figures as figures, and what is not known comes last both ways", () => {
    const unknown: Change = { ...gone, gained_ha: 12, moved: { ...gone.moved, addresses: null } };
    const changes = [gone, unknown, extended];
    const order = (column: "gained_ha" | "addresses_gained", isDown: boolean) => ordered(changes, { column, isDown }).map((change) => changes.indexOf(change));
    expect(order("gained_ha", false)).toEqual([0, 1, 2]);
    expect(order("gained_ha", true)).toEqual([2, 1, 0]);
    expect(order("addresses_gained", true)).toEqual([2, 0, 1]);
    expect(order("addresses_gained", false)).toEqual([0, 2, 1]);
  });

  test("names are ordered as in French, numbers in them as numbers", () => {
    const named = (lib_qp: string): Change => ({ ...extended, to: [{ ...extended.to[0]!, lib_qp }], from: [] });
    const names = ordered([named("Quartier 10"), named("Été"), named("Quartier 9"), named("Étage"), named("Zola")], { column: "name", isDown: false });
    expect(names.map(({ to }) => to[0]?.lib_qp)).toEqual(["Étage", "Été", "Quartier 9", "Quartier 10", "Zola"]);
  });

  test("a figure that is not known is no zero", () => {
    expect(valueOf({ ...extended, moved: null }, "addresses_gained")).toBeNull();
    expect(valueOf({ ...extended, moved: null }, "inhabitants_to")).toBeNull();
    expect(valueOf(gone, "to_area_ha")).toBe(0);
  });

  test("a change is known by a code of its own, its letters and its communes", () => {
    expect(keyOf(extended)).toBe("QN06103M");
    expect(keyOf(gone)).toBe("QP061009");
    expect([letterOf(extended), letterOf(gone)]).toEqual(["M", null]);
    expect(inseeOf(extended)).toEqual(["61169"]);
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
