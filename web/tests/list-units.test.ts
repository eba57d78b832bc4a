/** The parts of a list and of an outline, without a page. */
import { describe, expect, test } from "vitest";
import { areaM2, boxOf as boxOfOutline, cornersOf, readOutline } from "../src/building/outline";
import { describeCell, lines } from "../src/building/sentences";
import { typeset } from "../src/french/texts";
import { type Counts, type Preview, type RowPoint, readBundle } from "../src/list/api";
import { foldedName } from "../src/list/facts";
import { choiceOf, choose, hasAccents, recognised, runFields } from "../src/list/plan";
import { describeProgress, describeRemaining, remainingMs } from "../src/list/remaining";
import { boxOf, byQpv, byResult, difficulties, onMap, toVerify } from "../src/list/tally";
import { bundleBody, counts, point, preview } from "./list-samples";
import { of2024, official } from "./samples";

const plain = (sentence: string) => sentence.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");

describe("the columns", () => {
  test("parts of the address come in the order they are written in", () => {
    expect(recognised(preview)).toEqual({ address: [3, 1, 2], singles: { birth_date: 4 } });
  });

  test("a role belongs to one column, and a part takes its place", () => {
    const start = recognised(preview);
    const moved = choose(start, 2, "address:1");
    expect(moved.address).toEqual([2, 3, 1]);
    expect(choiceOf(moved, 3)).toBe("address:2");
    const stolen = choose(start, 0, "birth_date");
    expect([choiceOf(stolen, 0), choiceOf(stolen, 4)]).toEqual(["birth_date", ""]);
    expect(choose(start, 3, "")).toEqual({ address: [1, 2], singles: { birth_date: 4 } });
  });

  test("without a programme, nothing of the person is named", () => {
    const plan = { columns: recognised(preview), programme: null, on: "" };
    expect(runFields(plan, preview, {})).toEqual([
      ["columns", "Adresse"],
      ["columns", "CP"],
      ["columns", "Ville"],
      ["headers", "fr"],
    ]);
    expect(
      runFields({ ...plan, programme: "pre-national", on: "31/01/2026" }, preview, {
        sheet: "A",
      }).slice(3),
    ).toEqual([
      ["programme", "pre-national"],
      ["birth_date", "Né(e) le"],
      ["on", "2026-01-31"],
      ["headers", "fr"],
      ["sheet", "A"],
    ]);
  });

  test("a column that is recognised and taken back is not read", () => {
    const columns = choose(recognised(preview), 4, "");
    const plan = { columns, programme: "pre-national", on: "" };
    expect(runFields(plan, preview, {}).slice(3)).toEqual([
      ["programme", "pre-national"],
      ["birth_date", "-"],
      ["headers", "fr"],
    ]);
  });

  test("the encoding matters only where it shows", () => {
    expect(hasAccents(preview)).toBe(true);
    const ascii: Preview = { ...preview, columns: [{ name: "CP", role: null }], rows: [["90000"]] };
    expect(hasAccents(ascii)).toBe(false);
  });
});

describe("the time left", () => {
  const began = { fraction: 0, elapsed_ms: 1000 };
  test.each([
    [{ fraction: null, elapsed_ms: 9000 }, null],
    [{ fraction: 0.01, elapsed_ms: 9000 }, null],
    [{ fraction: 0.5, elapsed_ms: 2000 }, null],
    [{ fraction: 0.25, elapsed_ms: 11_000 }, 30_000],
    [{ fraction: 1, elapsed_ms: 11_000 }, 0],
  ])("%j", (progress, left) => expect(remainingMs(began, progress)).toBe(left));

  test("a list that waits for its turn says so, and what it has read once it is its turn", () => {
    const waiting = { rows: 0, fraction: null, waiting: true, elapsed_ms: 5000 };
    expect(describeProgress(waiting)).toMatch(/son tour viendra/);
    expect(describeProgress({ ...waiting, waiting: false, rows: 12, fraction: 0.5 })).toMatch(/50/);
  });

  test("the time it took to send the list does not count", () => {
    expect(
      remainingMs({ fraction: 0, elapsed_ms: 60_000 }, { fraction: 0.5, elapsed_ms: 70_000 }),
    ).toBe(10_000);
    expect(remainingMs(null, { fraction: 0.5, elapsed_ms: 70_000 })).toBeNull();
  });

  test.each([
    [null, "Le temps restant n'est pas encore connu."],
    [9000, "Il reste moins de dix secondes."],
    [31_000, "Il reste environ 40 secondes."],
    [55_000, "Il reste environ une minute."],
    [61_000, "Il reste environ 2 minutes."],
    [59 * 60_000, "Il reste environ 59 minutes."],
    [100 * 60_000, "Il reste environ 1 h 45."],
    [120 * 60_000, "Il reste environ 2 h 00."],
  ])("%j ms", (left, said) => expect(plain(describeRemaining(left))).toBe(said));
});

describe("the answers", () => {
  const response = (body: string, boundary = "B") =>
    new Response(body, {
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    });

  test("a bundle is taken apart", async () => {
    const { table, summary, points } = await readBundle(response(bundleBody()));
    expect(table.name).toBe("verifie-liste.csv");
    expect(await table.content.text()).toBe("Adresse;zone\r\n3 rue de Mulhouse;qpv\r\n");
    expect([summary.rows, points.length]).toEqual([6, 4]);
  });

  test.each([
    ["cut short", bundleBody().slice(0, 300)],
    ["without points", bundleBody().replace('name="points"', 'name="other"')],
  ])("a bundle %s is a fault, not an empty answer", (_, body) =>
    expect(readBundle(response(body))).rejects.toMatchObject({ code: "bad_bundle" }),
  );

  test("rows without an answer are counted apart: they are no « no »", () => {
    expect(byResult(counts).map(({ label, count }) => [plain(label), count])).toEqual([
      ["Dans un quartier prioritaire", 2],
      ["Hors quartier, dans la bande des 300 m", 1],
      ["Hors quartier, au-delà de 300 m", 0],
      ["À vérifier ou à compléter", 2],
      ["Sans réponse (ce n'est pas un non)", 1],
    ]);
  });

  test("with a programme, results and neighbourhoods count people", () => {
    const outcomes = { eligible: 2, outside_rule_possible: 0, undetermined: 1, not_eligible: 1 };
    const few = { ...outcomes, eligible: 0, not_eligible: 0 };
    const people: Counts = {
      ...counts,
      people: { all: { Ensemble: outcomes }, qpv: { "A (QN1)": few, "B (QN2)": outcomes } },
    };
    expect(byResult(people).map(({ count, tone }) => [count, tone])).toEqual([
      [2, "qpv"],
      [0, "band_300m"],
      [1, "undetermined"],
      [1, "outside"],
    ]);
    expect(byQpv(people, [])).toEqual([
      { label: "B (QN2)", tone: "qpv", count: 4, eligible: 2, undetermined: 1 },
      { label: "A (QN1)", tone: "qpv", count: 1, eligible: 0, undetermined: 1 },
    ]);
  });

  test("without one, a neighbourhood counts the rows that are surely inside, and those to verify apart", () => {
    const inTwo = {
      ...point(9, "qpv", 0, 0),
      properties: { row: 9, result: "qpv", label: "", code_qp: "QN06103M QN06104M" },
    };
    const doubtful = {
      ...point(8, "undetermined", 0, 0),
      properties: { row: 8, result: "undetermined", label: "", code_qp: "QN06103M" },
    };
    const mixed: Counts = { ...counts, code_qp: { QN06103M: 4, QN06104M: 1, QN06105M: 1 } };
    expect(
      byQpv(mixed, [point(2, "qpv", 0, 0), point(3, "band_300m", 0, 0), inTwo, doubtful]),
    ).toEqual([
      { label: "QN06103M", code: "QN06103M", tone: "qpv", count: 2, undetermined: 2 },
      { label: "QN06104M", code: "QN06104M", tone: "qpv", count: 1, undetermined: 0 },
      { label: "QN06105M", code: "QN06105M", tone: "qpv", count: 0, undetermined: 1 },
    ]);
  });

  test("difficulties have words, known or not", () => {
    const odd: Counts = {
      ...counts,
      errors: { ...counts.errors, something_new: { rows: 9, first: [2] } },
    };
    expect(difficulties(odd).map(({ message }) => plain(message))).toEqual([
      "Pas de réponse (something_new) : cela ne veut pas dire hors quartier prioritaire.",
      plain(
        typeset(
          "Adresse introuvable : cela ne veut pas dire hors quartier prioritaire. Vérifiez l'adresse.",
        ),
      ),
      "Adresse absente : cela ne veut pas dire hors quartier prioritaire.",
    ]);
  });

  test("a list without any difficulty is shown without one", () => {
    const { doubts: _, ...plainCounts } = counts;
    expect(difficulties({ ...plainCounts, errors: {} })).toEqual([]);
  });

  test("points have the tone of their result, and a box", () => {
    const points: RowPoint[] = [
      point(2, "qpv", -0.57, 48.75),
      point(3, "not_eligible", -0.5, 48.7),
      point(4, "undetermined", -0.6, 48.8),
      point(5, "new", 0, 48.7),
    ];
    expect(onMap({ points } as never).features.map(({ properties: { tone } }) => tone)).toEqual([
      "qpv",
      "outside",
      "undetermined",
      "plain",
    ]);
    expect(boxOf(points)).toEqual({ box: [-0.6, 48.7, 0, 48.8] });
    expect(boxOf([])).toBeUndefined();
    expect(toVerify(points).map(({ properties: { row } }) => row)).toEqual([4]);
  });
});

describe("an outline", () => {
  const ring = [
    [6.86, 47.64],
    [6.861, 47.64],
    [6.861, 47.641],
    [6.86, 47.641],
    [6.86, 47.64],
  ];
  const polygon = { type: "Polygon", coordinates: [ring] };

  test.each([
    ["a polygon", JSON.stringify(polygon)],
    ["a feature", JSON.stringify({ type: "Feature", properties: { nom: "A" }, geometry: polygon })],
    [
      "a collection of one",
      JSON.stringify({
        type: "FeatureCollection",
        features: [{ type: "Feature", properties: {}, geometry: polygon }],
      }),
    ],
    ["a multipolygon of one", JSON.stringify({ type: "MultiPolygon", coordinates: [[ring]] })],
    [
      "heights",
      JSON.stringify({ type: "Polygon", coordinates: [ring.map((position) => [...position, 3])] }),
    ],
    ["an open ring", JSON.stringify({ type: "Polygon", coordinates: [ring.slice(0, 4)] })],
    ["WKT", "POLYGON ((6.86 47.64, 6.861 47.64, 6.861 47.641, 6.86 47.641, 6.86 47.64))"],
    [
      "EWKT with heights",
      "srid=4326;polygon z((6.86 47.64 1,6.861 47.64 1,6.861 47.641 1,6.86 47.641 1,6.86 47.64 1))",
    ],
    [
      "WKT of several parts",
      "MULTIPOLYGON(((6.86 47.64, 6.861 47.64, 6.861 47.641, 6.86 47.641, 6.86 47.64)))",
    ],
    ["corners", "6.86, 47.64\n6.861, 47.64\n\n6.861, 47.641\r\n6.86, 47.641\n"],
    ["corners, latitude first", "47,64 ; 6,86\n47,64 ; 6,861\n47,641 ; 6,861\n47,641 ; 6,86"],
  ])("as %s", (_, typed) => expect(readOutline(typed)).toEqual({ outline: polygon }));

  test("with two parts and a hole", () => {
    const wkt = "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1)),((5 5,6 5,6 6,5 5)))";
    const reading = readOutline(wkt);
    expect(reading).toMatchObject({ outline: { type: "MultiPolygon" } });
    if ("outline" in reading)
      expect([cornersOf(reading.outline), boxOfOutline(reading.outline)]).toEqual([
        11,
        [0, 0, 6, 6],
      ]);
  });

  test.each([
    ["", { fault: "empty" }],
    ["{", { fault: "json" }],
    ['{"type":"Point","coordinates":[1,2]}', { fault: "geojson" }],
    ['{"type":"Polygon","coordinates":[[["a",2],[3,4],[5,6]]]}', { fault: "geojson" }],
    [
      JSON.stringify({ type: "FeatureCollection", features: [polygon, polygon] }),
      { fault: "geojson" },
    ],
    ["POLYGON((1 2, 3 4", { fault: "wkt" }],
    ["POLYGON((1 2, 3 x, 5 6, 1 2))", { fault: "wkt" }],
    ["POLYGON EMPTY", { fault: "wkt" }],
    ["SRID=2154;POLYGON((1 2, 3 4, 5 6, 1 2))", { fault: "projected" }],
    [
      "POLYGON((990000 6730000, 990010 6730000, 990010 6730010, 990000 6730000))",
      { fault: "projected" },
    ],
    ["6.86, 47.64\n6.861, 47.64", { fault: "corners" }],
    ["6.86, 47.64\nbonjour\n6.861, 47.64", { fault: "line", line: 2, corner: "unreadable" }],
    ["6.86, 47.64\n47.641, 6.861\n6.86, 47.65", { fault: "orders" }],
    ["12345 67890\n12345 67900", { fault: "projected" }],
  ])("%j is refused", (typed, fault) => expect(readOutline(typed)).toEqual(fault));

  test("corners may be metres of Lambert-93", () => {
    // Metres of pyproj, EPSG:2154.
    const read = readOutline("437584.49 6856511.00\n652242.70 6862939.61\n146636.14 6836217.36");
    if ("fault" in read) throw new Error(read.fault);
    const [lon, lat] = (read.outline.coordinates[0]?.[0] ?? []) as number[];
    expect([lon, lat]).toEqual([expect.closeTo(-0.5707, 6), expect.closeTo(48.7553, 6)]);
  });

  test("its area is that of the ground, holes taken out", () => {
    // 0.001 degree of latitude is 111.195 m, of longitude at 60° half of that.
    const square = [
      [10, 60],
      [10.002, 60],
      [10.002, 60.001],
      [10, 60.001],
      [10, 60],
    ];
    const hole = [
      [10, 60],
      [10.001, 60],
      [10.001, 60.0005],
      [10, 60.0005],
      [10, 60],
    ];
    const area = areaM2({ type: "Polygon", coordinates: [square, hole] });
    expect(Math.abs(area / (111.195 * 111.195 * 0.75) - 1)).toBeLessThan(0.001);
  });
});

describe("the answer for a building", () => {
  const no = { any_part: false, every_part: false, near_boundary: false };
  const base = {
    qpv: no,
    within_300m: no,
    within_500m: no,
    perimeters: [],
    precision_m: 9,
    ...of2024,
    dataset: official,
  };
  const told = (more: object) =>
    lines({ ...base, ...more }).map(({ any, every }) => [
      plain(describeCell(any)),
      plain(describeCell(every)),
    ]);

  test("the doubt is shown where the limit is near", () => {
    const within_300m = { any_part: true, every_part: false, near_boundary: true };
    expect(told({ nearest_m: 250, farthest_m: 304, within_300m })[1]).toEqual([
      "Oui",
      "Non, à vérifier",
    ]);
    expect(told({ nearest_m: 296, farthest_m: 340, within_300m })[1]).toEqual([
      "Oui, à vérifier",
      "Non",
    ]);
  });

  test("a doubt that the distances do not place counts for both", () => {
    const within_300m = { any_part: true, every_part: true, near_boundary: true };
    expect(told({ nearest_m: null, farthest_m: null, within_300m })[1]).toEqual([
      "Oui, à vérifier",
      "Oui, à vérifier",
    ]);
  });

  test("a distance near a limit is no doubt when the service has none", () => {
    expect(told({ nearest_m: 301, farthest_m: 330 })[1]).toEqual(["Non", "Non"]);
  });
});

describe("names of declarations", () => {
  test("are the same in either gender", () => {
    const name = foldedName("demandeur-emploi");
    for (const other of [
      "Demandeuse d'emploi",
      "Demandeur(se) d’emploi",
      "Demandeur.euse d'emploi",
      "Demandeur / Demandeuse d'emploi",
      "DEMANDEURS_EMPLOI",
      "Est demandeur d'emploi ? (oui/non)",
    ])
      expect(foldedName(other), other).toBe(name);
    expect(foldedName("Inscrit·e à France Travail")).toBe(foldedName("inscrit à France Travail"));
    for (const other of ["Emploi", "Demande d'emploi", "N'est pas demandeur d'emploi"])
      expect(foldedName(other), other).not.toBe(name);
  });
});
