/** The work list apart from the page: its rows, filters, corrections and the file that keeps them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RowPoint } from "../src/list/api";
import {
  type Correction,
  correctionsIn,
  marked,
  placed,
  progressFile,
  readProgress,
  stated,
} from "../src/list/work/corrections";
import { homesOf, isAddressOpen, isNotFound, isShown, isTodo } from "../src/list/work/filters";
import { pinOf } from "../src/list/work/pin";
import { parseCsv, readRows, writeCsv } from "../src/list/work/rows";
import { inCommuneOf, suggestFor } from "../src/list/work/typed-address";
import { Work } from "../src/list/work/work";
import { pointParts, pointSource } from "../src/map/overlays";
import { rowsCsv } from "./list-samples";

describe("rows", () => {
  test("CSV is read as it is written, whatever stands in a field", () => {
    const rows = [
      ["a", "", 'un "mot"', "x,y"],
      ["", "deux\r\nlignes", "é", ""],
      ["", "", "", ""],
    ];
    expect(parseCsv(writeCsv(rows))).toEqual(rows);
    expect(parseCsv("a,b\n1,2\n")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(parseCsv("a,\r\n,")).toEqual([
      ["a", ""],
      ["", ""],
    ]);
    expect(parseCsv("")).toEqual([]);
  });

  test("a row has its own fields, its result and why it is open", () => {
    const { columns, rows } = readRows(rowsCsv(), false);
    expect(columns).toEqual(["Élève", "CP", "Ville", "Adresse", "Né(e) le"]);
    expect(rows[0]).toMatchObject({ row: 2, result: "qpv", label: "2 Rue de la Paix", reason: "" });
    expect(rows[0]?.fields[0]).toBe("Élève, 1");
    expect(rows.map(isTodo)).toEqual([false, false, false, false, true, false]);
    expect(rows.map(isNotFound).indexOf(true)).toBe(4);
  });

  test("a review that is taken is the result, and rows of no person are none", () => {
    const names =
      "row,Nom,result,resultat,a_completer,result_label,error,result_after_review,remarque";
    const lines = [
      "2,A,undetermined,À vérifier.,Adresse ?,,,eligible,",
      "3,Total,skipped,Ligne,,,,,Total.",
    ];
    const { rows } = readRows([names, ...lines].join("\n"), true);
    expect(rows.map(({ result }) => result)).toEqual(["eligible", "skipped"]);
    expect(rows[0]?.sentences).toEqual(["À vérifier.", "Adresse ?"]);
  });

  test("a person's home that may be at several addresses is to be chosen, one that was not found is not", () => {
    const names = "row,Nom,result,resultat,a_completer,result_label,doubt,error,remarque";
    const { rows } = readRows(
      [
        names,
        "2,A,undetermined,À vérifier.,,1 Rue A,candidates,,",
        "3,B,undetermined,À vérifier.,,1 Rue A,place_not_named,,",
        "4,C,undetermined,À vérifier.,,,not_found,,",
        "5,D,undetermined,À compléter.,Né quand ?,1 Rue B,,,",
        "6,E,eligible,Éligible.,,1 Rue C,candidates,,",
      ].join("\n"),
      true,
    );
    const kinds = { corrected: new Set<number>(), alike: new Map<number, number[]>() };
    const shown = (filter: string) =>
      rows.filter((row) => isShown(row, filter, kinds)).map(({ row }) => row);
    expect(shown("to_choose")).toEqual([2, 3]);
    expect(shown("not_found")).toEqual([4]);
    // The fifth child waits for a birth date, not for another address.
    expect(rows.filter(isAddressOpen).map(({ row }) => row)).toEqual([2, 3, 4]);
    const [, , , born] = rows;
    expect(born && isAddressOpen({ ...born, reason: "bad_birth_date" })).toBe(false);
  });

  test("columns of the list that have the names of answers stay its own", () => {
    const names = "row,zone,Adresse,latitude_qpv,result_label_qpv,zone_qpv,doubt_qpv,remarque_qpv";
    const { columns, rows } = readRows(`${names}\n2,nord,1 rue A,48,1 Rue A,qpv,,`, false);
    expect([columns, rows[0]?.result]).toEqual([["zone", "Adresse"], "qpv"]);
  });
});

test("rows of one home are told, and filters name their kinds", () => {
  const { rows } = readRows(rowsCsv(9), false);
  const alike = homesOf(rows, [3, 1, 2]);
  expect(alike.get(2)).toEqual([2, 9]);
  expect(alike.has(3)).toBe(true);
  const kinds = { corrected: new Set([4]), alike };
  const shown = (filter: string) => rows.filter((row) => isShown(row, filter, kinds)).length;
  expect(shown("all")).toBe(9);
  expect(shown("todo")).toBe(1);
  expect(shown("corrected")).toBe(1);
  expect(shown("qpv")).toBe(8);
  expect(shown("skipped")).toBe(0);
  // The remark of the fifth row, and the pairs of homes.
  expect(shown("alike")).toBe(5);
});

describe("corrections", () => {
  const corrections = new Map([
    [12, { address: "3 rue des Cordiers" }],
    [14, { review_zone: "qpv", review_reason: "bail", review_by: "coordinatrice" }],
  ]);

  test("they are columns that the list does not have", () => {
    const { stated: content, reviewFields } = stated(corrections, ["Nom", "adresse_corrigee"]);
    expect(content.columns).toEqual([
      "Adresse corrigée (2)",
      "revue_zone",
      "revue_motif",
      "revue_fonction",
    ]);
    expect(content.rows["12"]).toEqual(["3 rue des Cordiers", "", "", ""]);
    expect(content.rows["14"]).toEqual(["", "qpv", "bail", "coordinatrice"]);
    expect(reviewFields[0]).toEqual(["review_zone", "revue_zone"]);
  });

  test("a birth date is a correction like others, and files of the work may have none", async () => {
    const born = new Map([
      [12, { address: "3 rue A", birth_date: "04/05/2016", school: "École B" }],
    ]);
    const { stated: content } = stated(born, ["Nom", "Date de naissance"]);
    expect(content.columns).toEqual([
      "Adresse corrigée",
      "Date de naissance corrigée",
      "École corrigée",
    ]);
    expect(content.rows["12"]).toEqual(["3 rue A", "04/05/2016", "École B"]);
    const saved = marked(born, [{ row: 12, fields: ["Léa"] }]);
    expect(readProgress(await progressFile("l.csv", saved).text())).toEqual(saved);
    const before =
      '{"format":"qpv-liste-2","corrections":[{"row":2,"mark":"a","school":"École B"}]}';
    expect(readProgress(before)).toEqual([
      { row: 2, mark: "a", correction: { school: "École B" } },
    ]);
  });

  test("those of an earlier run are taken up from its columns", () => {
    const columns = [
      "Nom",
      "Adresse corrigée",
      "Adresse corrigée (2)",
      "Date de naissance corrigée",
      "revue_zone",
    ];
    const names = `row,${columns.join(",")},latitude,zone,remarque`;
    const { rows } = readRows(
      `${names}\n12,A,ancienne,nouvelle,04/05/2016,qpv,48,qpv,\n13,B,,,,,48,qpv,`,
      false,
    );
    const found = correctionsIn(columns, rows);
    expect([...found]).toEqual([
      [12, { address: "nouvelle", birth_date: "04/05/2016", review_zone: "qpv" }],
    ]);
  });

  test("the file of the work is read back", async () => {
    const rows = [...corrections.keys()].map((row) => ({ row, fields: [`Enfant ${row}`] }));
    const saved = marked(corrections, rows);
    expect(readProgress(await progressFile("liste.xlsx", saved).text())).toEqual(saved);
    expect(placed(saved, rows)).toEqual({ corrections, lost: 0 });
    for (const other of ["", "{}", "[]", "null", '{"format":"qpv-liste-2","corrections":[{}]}'])
      expect(readProgress(other)).toBe("unreadable");
    expect(readProgress('{"format":"qpv-liste-1"}')).toBe("former");
  });

  test("a correction goes to the row that it is of, or to none", () => {
    const row = (row: number, ...fields: string[]) => ({ row, fields });
    const before = [row(2, "Léa", "1 rue A"), row(3, "Tom", "2 rue B"), row(4, "Zoé", "3 rue C")];
    const saved = marked(new Map([3, 4].map((at) => [at, { address: `pour ${at}` }])), before);
    const after = (rows: typeof before) => {
      const { corrections, lost } = placed(saved, rows);
      return [Object.fromEntries([...corrections].map(([at, it]) => [at, it.address])), lost];
    };
    // Sorted otherwise, a row before them, a field changed, another sheet.
    const [lea, tom, zoe] = before as [(typeof before)[0], (typeof before)[0], (typeof before)[0]];
    expect(
      after([
        { ...zoe, row: 2 },
        { ...lea, row: 3 },
        { ...tom, row: 4 },
      ]),
    ).toEqual([{ 2: "pour 4", 4: "pour 3" }, 0]);
    expect(after([row(2, "Léa", "1 rue A"), row(3, "Tom", "9 rue B"), zoe])).toEqual([
      { 4: "pour 4" },
      1,
    ]);
    expect(after([row(2, "Ana", "1 rue A"), row(3, "Noé", "2 rue B")])).toEqual([{}, 2]);
    // Of two rows that are the same, the one with the number; else neither.
    expect(after([{ ...tom, row: 2 }, tom, zoe])).toEqual([{ 3: "pour 3", 4: "pour 4" }, 0]);
    expect(after([{ ...tom, row: 5 }, { ...tom, row: 6 }, zoe])).toEqual([{ 4: "pour 4" }, 1]);
  });
});

test("the pin of a row is where its address was found, unless another one was given", () => {
  const work = new Work({
    file: new File([], "l.csv"),
    fields: [],
    hasProgramme: false,
    address: [],
    school: null,
    birthDate: null,
  });
  const { rows } = readRows(rowsCsv(), false);
  work.rows.value = rows;
  const number = rows[0]?.row ?? 0;
  work.chosen.value = number;
  const point = {
    type: "Feature",
    geometry: { type: "Point", coordinates: [6.8, 47.6] },
    properties: { row: number },
  } as unknown as RowPoint;
  const pinned = (correction?: Correction) => {
    work.corrections.value = new Map(correction ? [[number, correction]] : []);
    const { marker } = pinOf(work, [point]);
    return marker && [marker.lon, marker.lat];
  };
  expect(pinned()).toEqual([6.8, 47.6]);
  expect(pinned({ school: "École A" })).toEqual([6.8, 47.6]);
  expect(pinned({ address: "3 rue Neuve" })).toBeUndefined();
  expect(pinned({ address: "3 rue Neuve", position: "48.1 -0.5 ± 5 m" })).toEqual([-0.5, 48.1]);
});

test("no source has more points than a layer can draw, and few stay one", () => {
  const point = { type: "Feature" as const, geometry: null as never, properties: {} };
  const many = Array.from({ length: 100_000 }, () => ({ ...point }));
  const parts = pointParts(many);
  expect(parts.flat()).toEqual(many);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(32_768);
  expect(new Set(parts.map((_, at) => pointSource(at))).size).toBe(parts.length);
  // The same again: it is not sent to the map again.
  expect(pointParts(many)).toBe(parts);
  const few = many.slice(0, 1000);
  expect(pointParts(few)[0]).toBe(few);
  expect(pointSource(0)).toBe("scene-points");
});

describe("an address typed for a row", () => {
  const address = (street: string, postcode: string, city: string, citycode: string) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [6.8, 47.6] },
    properties: {
      id: `${citycode}_${street}`,
      label: `1 ${street} ${postcode} ${city}`,
      type: "housenumber",
      street,
      postcode,
      city,
      citycode,
    },
  });
  const rethel = address("Rue de Rome", "08300", "Rethel", "08362");
  const belfort = address("Rue de Rome", "90000", "Belfort", "90010");
  const town = { kind: "commune", exact: true, insee_com: "90010", lib_com: "Belfort" };
  type Body = { q: string; citycode?: string; postcode?: string };

  /** The service: a street of this name in two towns, and a town that is not loaded. */
  function answer(path: string, { q, citycode, postcode }: Body): unknown {
    const isWithin = citycode === "90010" || postcode === "90000";
    const found = isWithin ? [belfort] : [rethel, belfort];
    const candidates = /rome/i.test(q) ? found : [];
    if (path.endsWith("/search")) return { features: candidates };
    if (path.endsWith("/suggest")) {
      if (q === "Belfort") return { suggestions: [town] };
      return { suggestions: candidates.map((address) => ({ kind: "address", address })) };
    }
    if (/paris/i.test(q)) return { candidates: [], doubt: { unloaded: { insee_com: "75056" } } };
    return { candidates };
  }
  const serve = () =>
    vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) =>
      Response.json(answer(path, JSON.parse(String(body)) as Body)),
    );
  afterEach(() => vi.unstubAllGlobals());

  function rowOf(columns: string[], fields: string[]) {
    const work = new Work({
      file: new File([], "l.csv"),
      fields: [],
      hasProgramme: false,
      address: columns.slice(1),
      school: null,
      birthDate: null,
    });
    work.columns.value = columns;
    const [row] = readRows(
      `row,${columns.join(",")},latitude,zone,remarque\n2,${fields.join(",")},,undetermined,`,
      false,
    ).rows;
    if (!row) throw new Error("no row");
    return { work, row };
  }
  const POSTCODE = rowOf(["Nom", "Adresse", "CP"], ["A", "9 rue X", "90000"]);
  const TOWN = rowOf(["Nom", "Adresse", "Ville"], ["A", "9 rue X", "Belfort"]);

  test.each([
    ["its postcode", POSTCODE, "90000"],
    ["its town alone", TOWN, "Belfort"],
  ])("is one of %s", async (_, { work, row }, own) => {
    serve();
    const labels = async (typed: string) =>
      (await suggestFor(work, row, typed, new AbortController().signal)).map((found) =>
        found.kind === "address" ? found.address.properties.label : found.kind,
      );
    const [near, far] = [belfort.properties.label, rethel.properties.label];
    expect(await labels("1 rue de Rome")).toEqual([near, far]);
    expect(await inCommuneOf(work, row, "1 rue de Rome")).toBe("1 rue de Rome 90000 Belfort");
    // Words that name a place are meant as they are.
    expect(await labels("1 rue de Rome Rethel")).toEqual([far, near]);
    for (const typed of ["1 rue de Rome Rethel", "1 rue de Rome 08300", "1 rue de Rome Paris"])
      expect(await inCommuneOf(work, row, typed)).toBe(typed);
    // A street that is not known there stays in the row's place.
    expect(await inCommuneOf(work, row, "9 rue Zola")).toBe(`9 rue Zola ${own}`);
  });
});
