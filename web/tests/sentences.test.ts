import { describe, expect, test } from "vitest";
import catalogue from "../../crates/qpv-service/fr.json?raw";
import { readCoordinates } from "../src/coordinates";
import { caveats, facts, headline, refusal, understood } from "../src/sentences";
import { formatDistance, typeset } from "../src/texts";
import * as samples from "./samples";

/** Without the non-breaking spaces and the curly apostrophe, so that expectations can be read and typed. */
const plain = (sentence: string) => sentence.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");
const located = (answer: typeof samples.inside, dataset = samples.official) => ({ answer, dataset });
const said = (answer: typeof samples.inside) =>
  Object.fromEntries(facts(located(answer)).map(({ label, value }) => [plain(label), plain(value)]));

describe("the headline", () => {
  test.each([
    [samples.inside, "Dans le quartier prioritaire Saint Michel (QN06103M)"],
    [samples.inTwo, "Dans 2 quartiers prioritaires à la fois : Saint Michel (QN06103M) et Pont Féron (QN06104M)"],
    [samples.band, "Hors quartier prioritaire, mais à moins de 300 m (299,7 m) de Saint Michel (QN06103M)"],
    [samples.justOutside, "Hors quartier prioritaire, à 1,2 km de Saint Michel (QN06103M)"],
    [samples.outside, "Hors quartier prioritaire, à plus de 5 km de tout quartier"],
    [samples.undetermined, "À vérifier : la limite est trop proche pour trancher"],
  ])("%#", (answer, sentence) => expect(plain(headline(answer))).toBe(sentence));
});

describe("the facts", () => {
  test("inside", () => {
    expect(said(samples.inside)).toMatchObject({
      Commune: "Flers (61169)",
      Position: "à 41 m à l'intérieur de la limite",
      Certitude: "La limite est à 41 m.",
      "Version des données": "0123456789ab",
    });
    expect(said(samples.inside)).not.toHaveProperty("Quartier le plus proche");
  });

  test("a commune shared by two perimeters is named once", () => {
    expect(said(samples.inTwo)["Commune"]).toBe("Flers (61169)");
  });

  test("in the band, the rounded distance does not contradict the zone", () => {
    expect(said(samples.band)["Position"]).toBe("à 299,7 m à l'extérieur de la limite la plus proche");
  });

  test("far from everything", () => {
    expect(said(samples.outside)["Position"]).toBe("aucun quartier prioritaire à moins de 5 km");
  });

  test("on the line", () => {
    const answer = { ...samples.inside, distance_to_boundary_m: 0 };
    expect(said(answer)["Position"]).toBe("sur la limite même, qui appartient au quartier");
  });
});

test("the official band layer is shown beside ours when there is one", () => {
  expect(said(samples.band)).not.toHaveProperty("Bande officielle");
  expect(said({ ...samples.band, official_band_300m: false })["Bande officielle"]).toContain("ne contient pas");
});

test("a doubt still says where the coordinates fall, and by which neighbourhood", () => {
  expect(caveats(located(samples.undetermined)).map(plain)).toEqual([
    "Les coordonnées données tombent dans Saint Michel (QN06103M).",
  ]);
  const out = { ...samples.undetermined, qpv: [], distance_to_boundary_m: 3.4 };
  expect(caveats(located(out)).map(plain)).toEqual([
    "Les coordonnées données tombent hors de tout quartier prioritaire.",
  ]);
  expect(said(out)["Quartier le plus proche"]).toBe("Saint Michel (QN06103M)");
});

test("fictional data is said beside the answer, and a notice about real data too", () => {
  const fictional = caveats(located(samples.inside, samples.invented)).map(plain);
  expect(fictional).toEqual(["Données fictives : cette ville n'existe pas."]);
  const notice = caveats(located(samples.inside, { ...samples.official, notice: "Version de 2024." }));
  expect(notice).toEqual(["Version de 2024."]);
});

test("refusals are told in the service's French, else by their code", () => {
  expect(plain(refusal({ code: "x", detail: "d", message: "Trop : c'est trop." }))).toBe("Trop : c'est trop.");
  expect(refusal({ code: "network" })).toContain("Le service ne répond pas");
  expect(plain(refusal({ code: "http_502" }))).toBe("La demande n'a pas abouti (http_502).");
});

test("what was understood names both numbers and a coarse rounding", () => {
  expect(plain(understood(readCoordinates("48,75; -0,57")))).toBe(
    "Compris : latitude 48,75, puis longitude −0,57. Coordonnées arrondies : position connue à 600 m près environ.",
  );
  expect(understood(readCoordinates("2.387311, 48.917735"))).not.toContain("arrondies");
});

test.each([
  [-0.04, "0 m"],
  [4.26, "4,3 m"],
  [41.27, "41 m"],
  [299.97, "299,9 m"],
  [300.4, "300,4 m"],
  [999.4, "999 m"],
  [999.7, "1 km"],
  [1249, "1,2 km"],
])("%d m is said %s", (metres, expected) => expect(plain(formatDistance(metres))).toBe(expected));

describe("the catalogue", () => {
  const sentences = JSON.parse(catalogue) as Record<string, string>;

  test("has its keys sorted, once each", () => {
    const keys = [...catalogue.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1]);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(keys.length).toBe(Object.keys(sentences).length);
  });

  test("is plain: the page typesets it", () => {
    expect(Object.values(sentences).filter((sentence) => /[\u00a0\u202f’]/.test(sentence))).toEqual([]);
  });
});

test("typography keeps punctuation and units on their line", () => {
  expect(typeset("L'an « X » : 300 m ; 1 514 !")).toBe(
    "L’an «\u00a0X\u00a0»\u00a0: 300\u00a0m\u202f; 1\u00a0514\u202f!",
  );
});
