import { describe, expect, test } from "vitest";
import distances from "../../crates/qpv-french/distances.json";
import catalogue from "../../crates/qpv-french/fr.json?raw";
import {
  advice,
  caveats,
  certainty,
  facts,
  headline,
  named,
  placeAnswer,
  plainText,
  range,
} from "../src/answer/sentences";
import type { Answer, CheckAnswer } from "../src/api/client";
import { absenceKnown, ofCommune, totalInhabitants } from "../src/french/communes";
import { readCoordinates } from "../src/french/coordinates";
import { refusal, understood, unrepeated } from "../src/french/messages";
import {
  formatCount,
  formatDegrees,
  formatDistance,
  formatFigure,
  formatHectares,
  formatUncertainty,
  roundedUp,
  typeset,
} from "../src/french/texts";
import { placeOf } from "../src/parts/place";
import * as samples from "./samples";

/** Replaces the non-breaking spaces and the curly apostrophe, so that expectations can be read and typed. */
const plain = (sentence: string) => sentence.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");
const DAY = "2026-11-22";
const said = (check: CheckAnswer) =>
  Object.fromEntries(facts(check, DAY).map(({ label, value }) => [plain(label), plain(value)]));
const official = (answer: Answer): CheckAnswer => ({
  ...samples.at(answer),
  dataset: samples.official,
});

test("the zone of a position says whose word it rests on", () => {
  const by = "selon la position que vous avez indiquée";
  expect(plain(headline(samples.at(samples.inside)))).toContain(`, ${by}`);
  expect(plain(headline({ ...samples.at(samples.inside), zone: "undetermined" }))).not.toContain(
    by,
  );
  expect(plain(headline(samples.found))).not.toContain(by);
});

test("a doubtful position says which side it leans to, and what would settle it", () => {
  const message =
    "Probablement dans le quartier Saint Michel (QN06103M) : à 5 m de la limite. À vérifier.";
  const leaning = { message, remedy: "Une position à la porte trancherait." } as never;
  const check = { ...samples.at(samples.undetermined), leaning };
  expect(plain(headline(check))).toBe(message);
  expect(plain(advice(check))).toBe("Une position à la porte trancherait.");
});

describe("the headline", () => {
  test.each([
    [samples.inside, "Dans le quartier prioritaire Saint Michel (QN06103M)"],
    [
      samples.inTwo,
      "Dans 2 quartiers prioritaires à la fois : Saint Michel (QN06103M) et Pont Féron (QN06104M)",
    ],
    [
      samples.band,
      "Hors quartier, dans la bande des 300 m : 299,7 m de la limite du quartier Saint Michel (QN06103M)",
    ],
    [
      samples.justOutside,
      "Hors quartier prioritaire, à 1,2 km du quartier Saint Michel (QN06103M)",
    ],
    [samples.outside, "Hors quartier prioritaire, à plus de 5 km de tout quartier"],
    [samples.undetermined, "À vérifier : trop près d'une limite pour trancher"],
  ])("of a position %#", (answer, sentence) =>
    // Whose word it rests on has a test of its own.
    expect(plain(headline(samples.at(answer))).replace(/, selon la position.*/, "")).toBe(sentence),
  );

  test.each([
    [samples.found, "Dans le quartier prioritaire Saint Michel (QN06103M)"],
    [samples.severalFound, "À vérifier : plusieurs adresses possibles"],
    [samples.notFound, "À vérifier : adresse introuvable"],
    [samples.street, "À vérifier : cela dépend du numéro dans la rue"],
    [
      { ...samples.notFound, doubt: { code: "new_doubt", message: "Un doute nouveau." } },
      "À vérifier",
    ],
  ])("of an address %#", (check, sentence) => expect(plain(headline(check))).toBe(sentence));

  test("a street gives no distance, and several addresses no name", () => {
    const wide = samples.address("Rue", samples.band, { type: "street" });
    expect(plain(headline({ ...samples.found, zone: "band_300m", candidates: [wide] }))).toBe(
      "Hors quartier, dans la bande des 300 m",
    );
    expect(said({ ...samples.found, zone: "band_300m", candidates: [wide] })).not.toHaveProperty(
      "Distance à la limite",
    );
    expect(headline({ ...samples.found, candidates: [samples.door, samples.door] })).toBe(
      "Dans un quartier prioritaire",
    );
  });
});

test("a number that does not exist has the zone of the street around it, without a distance", () => {
  expect(plain(headline(samples.missingNumber))).toBe(
    "Dans le quartier prioritaire Saint Michel (QN06103M)",
  );
  expect(plain(certainty(samples.missingNumber))).toContain("Position estimée");
  expect(said(samples.missingNumber)).not.toHaveProperty("Distance à la limite");
});

test("a doubt is explained by the service, and says what to do", () => {
  expect(plain(certainty(samples.notFound))).toContain(
    "cela ne veut pas dire hors quartier prioritaire",
  );
  expect(plain(advice(samples.notFound))).toContain("Vérifiez l'orthographe");
  expect(advice(samples.found)).toBe("");
  expect(plain(certainty(samples.found))).toBe("La limite est à 41 m.");
});

describe("the facts", () => {
  test("inside", () => {
    expect(said(official(samples.inside))).toMatchObject({
      "Commune du quartier": "Flers (61169)",
      "Distance à la limite": "à 41 m à l'intérieur de la limite",
      Position: "aux coordonnées données, prise comme exacte",
      Périmètres: "2024, en vigueur depuis le 01/01/2024 ; retenus à la date du 22/11/2026",
      "Version des données": "0123456789ab",
    });
    expect(said(official(samples.inside))).not.toHaveProperty("Quartier le plus proche");
  });

  test("what other zonings say, when any is loaded", () => {
    const zonings = [
      {
        name: "zfu-te",
        label: "ZFU-TE",
        standing: "inside",
        areas: [],
        valid_from: null,
        valid_until: null,
        distance_to_boundary_m: -40,
        message: "ZFU-TE : dans le zonage.",
      },
      {
        name: "frr",
        label: "FRR",
        standing: "outside",
        areas: [],
        valid_from: null,
        valid_until: null,
        distance_to_boundary_m: null,
        message: "FRR : en dehors.",
      },
    ];
    expect(said(official({ ...samples.inside, zonings }))["Autres zonages"]).toBe(
      "ZFU-TE : dans le zonage. FRR : en dehors.",
    );
    expect(said(official(samples.inside))).not.toHaveProperty("Autres zonages");
  });

  test("a vintage that is replaced says by which, and until when", () => {
    const replaced = { ...samples.inside, ...samples.of2015 };
    expect(said(official(replaced)).Périmètres).toBe(
      "2015, en vigueur du 01/01/2015 au 31/12/2023, puis 2024 ; retenus à la date du 22/11/2026",
    );
  });

  test("of an address, what its position marks", () => {
    expect(said(samples.street).Position).toBe("au milieu de la rue, à 15 m près");
    expect(said({ ...samples.found, position: samples.band }).Position).toBe(
      "placée à la main, prise comme exacte",
    );
    expect(said(samples.missingNumber).Position).toBe(
      "estimée entre deux numéros voisins, à 34 m près",
    );
  });

  test("a commune shared by two perimeters is named once", () => {
    expect(said(official(samples.inTwo))["Commune du quartier"]).toBe("Flers (61169)");
  });

  test("of an address, the commune is its own, and those of its neighbourhood stand apart", () => {
    expect(said(samples.found)).toMatchObject({ Commune: "Flers (61169)" });
    expect(said(samples.found)).not.toHaveProperty("Commune du quartier");
    const [qpv] = samples.inside.qpv;
    const two = {
      ...samples.inside,
      qpv: [{ ...qpv!, insee_com: ["61169", "61391"], lib_com: ["Flers", "Saint-Georges"] }],
    };
    const facts = said({
      ...samples.found,
      candidates: [samples.address("1 Rue Basse 61100 Flers", two)],
    });
    expect(facts).toMatchObject({
      Commune: "Flers (61169)",
      "Communes du quartier": "Flers (61169) et Saint-Georges (61391)",
    });
  });

  test("in the band, the rounded distance does not contradict the zone", () => {
    expect(said(official(samples.band))["Distance à la limite"]).toBe(
      "à 299,7 m à l'extérieur de la limite la plus proche",
    );
  });

  test("far from everything, and on the line", () => {
    expect(said(official(samples.outside))["Distance à la limite"]).toBe(
      "aucun quartier prioritaire à moins de 5 km",
    );
    const onLine = official({ ...samples.inside, distance_to_boundary_m: 0 });
    expect(said(onLine)["Distance à la limite"]).toBe(
      "sur la limite même, qui appartient au quartier",
    );
  });

  test("nothing found: the data only", () => {
    expect(Object.keys(said(samples.notFound))).toEqual(["Version des données", "Sources"]);
  });
});

test("the official band layer is shown beside ours when there is one", () => {
  expect(said(official(samples.band))).not.toHaveProperty("Bande des 300 m officielle");
  expect(
    said(official({ ...samples.band, official_band_300m: false }))["Bande des 300 m officielle"],
  ).toContain("ne contient pas");
});

test("a doubt still says where the coordinates fall, and by which neighbourhood", () => {
  expect(caveats(official(samples.undetermined)).map(plain)).toEqual([
    "Les coordonnées données tombent dans Saint Michel (QN06103M).",
  ]);
  const out = official({ ...samples.undetermined, qpv: [], distance_to_boundary_m: 3.4 });
  expect(caveats(out).map(plain)).toEqual([
    "Les coordonnées données tombent hors de tout quartier prioritaire.",
  ]);
  expect(said(out)["Quartier le plus proche"]).toBe("Saint Michel (QN06103M)");
});

test("nobody gave the coordinates of an address, whether its own or placed by hand", () => {
  const near = { zone: "undetermined" as const, dataset: samples.official };
  const door = samples.address("12 Rue de la Paix 61100 Flers", samples.undetermined, {
    type: "housenumber",
  });
  expect(caveats({ ...near, candidates: [door] }).map(plain)).toEqual([
    "La position de l'adresse tombe dans Saint Michel (QN06103M).",
  ]);
  expect(
    caveats({ ...near, candidates: [door], position: samples.undetermined }).map(plain),
  ).toEqual(["La position placée à la main tombe dans Saint Michel (QN06103M)."]);
});

test.each([
  ["unlike", samples.unlike],
  ["of a commune that was not named", samples.placeOpen],
  ["one of several", samples.severalFound],
])("of an address that nobody chose (%s), nothing is told but the vintage", (_, check) => {
  expect(named(check)).toEqual([]);
  expect(caveats(check)).toEqual([]);
  expect(placeAnswer(check).isOnePlace).toBe(false);
  expect(Object.keys(said(check))).toEqual(["Périmètres", "Version des données", "Sources"]);
});

test("fictional data is said beside the answer, and a notice about real data too", () => {
  expect(caveats(samples.at(samples.inside)).map(plain)).toEqual([
    "Données fictives : cette ville n'existe pas.",
  ]);
  const notice = { ...samples.official, notice: "Version de 2024." };
  expect(caveats({ ...samples.at(samples.inside), dataset: notice })).toEqual(["Version de 2024."]);
});

test("copied, an answer carries its day, its data and what it is not", () => {
  expect(
    plain(plainText(samples.found, "Adresse comprise : 12 Rue de la Paix 61100 Flers", DAY)).split(
      "\n",
    ),
  ).toEqual([
    "Adresse comprise : 12 Rue de la Paix 61100 Flers",
    "Dans le quartier prioritaire Saint Michel (QN06103M)",
    "La limite est à 41 m.",
    "Périmètres 2024, situation au 22/11/2026",
    "Données : 0123456789abcdef0123456789abcdef",
    "Réponse indicative, sans valeur d'attestation.",
  ]);
});

test("the neighbourhood to link to: the one it is in, else the nearest, else none", () => {
  const codes = (check: CheckAnswer) => named(check).map(({ code_qp }) => code_qp);
  expect(codes(samples.found)).toEqual(["QN06103M"]);
  expect(codes(official(samples.band))).toEqual(["QN06103M"]);
  expect(codes(official(samples.outside))).toEqual([]);
  expect(codes(samples.notFound)).toEqual([]);
});

test("numbers of a street are said by side, and what is not known is no answer rather than a no", () => {
  const { odd, even } = samples.street.profile!;
  expect(range("odd", odd[0]!)).toEqual({
    label: "impairs 1 à 7",
    value: "Dans le quartier prioritaire Saint Michel (QN06103M)",
  });
  expect(range("even", even[1]!).label).toBe("numéro 10");
  expect(plain(range("even", { ...even[1]!, zone: null }).value)).toContain(
    "ne veut pas dire hors quartier",
  );
});

test("refusals are shown in the service's French, else by their code", () => {
  expect(plain(refusal({ code: "x", detail: "d", message: "Trop : c'est trop." }))).toBe(
    "Trop : c'est trop.",
  );
  expect(refusal({ code: "network" })).toContain("Le service ne répond pas");
  expect(plain(refusal({ code: "http_502" }))).toBe("La demande n'a pas abouti (http_502).");
});

test("what was understood names both numbers and a coarse rounding", () => {
  expect(plain(understood(readCoordinates("48,75; -0,57")))).toBe(
    "Compris : latitude 48,75, puis longitude −0,57. Coordonnées arrondies : position connue à 667 m près.",
  );
  expect(understood(readCoordinates("2.387311, 48.917735"))).not.toContain("arrondies");
});

test("« À vérifier » is said once, in the headline of an answer", () => {
  const position = "La position est trop proche d'une limite pour sa précision. À vérifier.";
  for (const check of [
    { ...samples.notFound, doubt: { code: "position", message: position } },
    samples.at(samples.undetermined),
    samples.unlike,
  ]) {
    expect(`${headline(check)} ${certainty(check)}`.match(/À vérifier/g)).toHaveLength(1);
  }
  expect(plain(unrepeated("La limite passe là : il le faut. À vérifier sur place."))).toBe(
    "La limite passe là : il le faut. À vérifier sur place.",
  );
  expect(unrepeated("À vérifier.")).toBe("À vérifier.");
});

test("numbers below zero have one minus sign", () => {
  for (const written of [
    formatCount(-1609),
    formatDegrees(-0.57),
    formatHectares(-38.83),
    formatFigure(-1.2, "%"),
  ])
    expect(written).toMatch(/^−\d/);
});

test.each(["?", "…", " - ", "!?", "« »", "😀"])("%s is nothing to look for", (typed) => {
  expect(placeOf(typed)).toBe("Tapez une adresse, un nom de lieu ou des coordonnées.");
});

test.each(distances as [number, string][])("%d m is said %s", (metres, expected) =>
  expect(plain(formatDistance(metres))).toBe(expected),
);

test.each([
  [0.07, "0,1 m"],
  [0.5, "0,5 m"],
  [2.3, "2,3 m"],
  [5.1, "5,1 m"],
  [6.66, "6,7 m"],
  [6.72, "6,8 m"],
  [9.94, "10 m"],
  [12.01, "13 m"],
  [299.2, "300 m"],
  [300, "300 m"],
  [999.2, "1 km"],
  [3_664.62, "3,7 km"],
])("an uncertainty of %d m is never said as less: %s", (metres, expected) => {
  expect(plain(formatUncertainty(metres))).toBe(expected);
  expect(roundedUp(metres)).toBeGreaterThanOrEqual(metres);
});

test.each([
  ["Argentan", "d'Argentan"],
  ["Évreux", "d'Évreux"],
  ["Île-de-Bréhat", "d'Île-de-Bréhat"],
  ["Œting", "d'Œting"],
  ["Œuilly", "d'Œuilly"],
  ["Yvetot", "d'Yvetot"],
  ["Hérouville-Saint-Clair", "d'Hérouville-Saint-Clair"],
  ["Hyères", "d'Hyères"],
  ["Haguenau", "de Haguenau"],
  ["Ham", "de Ham"],
  ["Hautmont", "d'Hautmont"],
  ["Hœnheim", "de Hœnheim"],
  ["Yutz", "de Yutz"],
  ["Le Mans", "du Mans"],
  ["Le Havre (76351)", "du Havre (76351)"],
  ["Les Abymes", "des Abymes"],
  ["Lens", "de Lens"],
  ["Lesquin", "de Lesquin"],
  ["Levallois-Perret", "de Levallois-Perret"],
  ["La Rochelle", "de La Rochelle"],
  ["L'Haÿ-les-Roses", "de L'Haÿ-les-Roses"],
  ["Flers", "de Flers"],
  ["61169", "de 61169"],
])("the quarters of %s are %s", (name, expected) => expect(ofCommune(name)).toBe(expected));

test("the inhabitants of a commune's neighbourhoods are more than its own only where one reaches beyond", () => {
  const quarter = (insee_com: string[]) => ({ insee_com, lib_com: insee_com, population: 1000 });
  const total = (...quarters: string[][]) =>
    plain(totalInhabitants({ perimeters: quarters.map(quarter) } as never)).replace(/\s/g, " ");
  expect(total(["61169"], ["61169"])).toBe("2 000 habitants dans ces quartiers.");
  expect(total(["61169"], ["61169", "61006"])).toContain("leurs parties hors de la commune");
});

describe("what is known of a commune in which no neighbourhood is known", () => {
  const vintage = (year: string, complete: boolean) => ({
    vintage: year,
    complete,
    perimeters: [],
  });
  const known = (first: boolean, second: boolean, unmatched: unknown[] = []) =>
    plain(
      absenceKnown({
        qpv: [vintage("2015", first), vintage("2024", second)],
        unmatched,
      } as never),
    );
  test("is that it has none, where all is loaded", () => {
    expect(known(true, true)).toBe("Aucun quartier prioritaire, ni en 2015 ni en 2024.");
  });
  test("is never a no for a vintage that is not loaded, or a name that matches no code", () => {
    expect(known(false, true)).toContain("Inconnu : les périmètres de 2015");
    expect(known(false, true)).toContain("Aucun quartier prioritaire en 2024.");
    const unmatched = [{ lib_qp: "Le Bourg", code_qp: "QP061003" }];
    expect(known(true, true, unmatched)).not.toContain("Aucun quartier prioritaire");
    expect(known(true, true, unmatched)).toContain("Le Bourg (QP061003)");
  });
});

describe("the catalogue", () => {
  const sentences = JSON.parse(catalogue) as Record<string, string>;

  test("has its keys sorted, once each", () => {
    const keys = [...catalogue.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1]);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(keys.length).toBe(Object.keys(sentences).length);
  });

  test("is plain: the page typesets it", () => {
    expect(Object.values(sentences).filter((sentence) => /[\u00a0\u202f’]/.test(sentence))).toEqual(
      [],
    );
  });
});

test("typography keeps punctuation and units on their line", () => {
  expect(typeset("L'an « X » : 300 m ; 1 514 !")).toBe(
    "L’an «\u00a0X\u00a0»\u00a0: 300\u00a0m\u202f; 1\u00a0514\u202f!",
  );
});
