/** What an address stands on: the outline drawn is that of what decided, and a house that a line cuts is named so. */
import type { FeatureCollection, MultiPolygon } from "geojson";
import { expect, test } from "vitest";
import { sceneOf } from "../src/answer/scene";
import { advice, headline } from "../src/answer/sentences";
import type { CheckAnswer, SiteAnswer } from "../src/api/client";
import * as samples from "./samples";

const square = (west: number): MultiPolygon["coordinates"][number] => [
  [
    [west, 48.75],
    [west + 0.0001, 48.75],
    [west + 0.0001, 48.7501],
    [west, 48.75],
  ],
];

const outlines: FeatureCollection<MultiPolygon> = {
  type: "FeatureCollection",
  features: [
    ["parcels", "61169000AB0001", -0.5702],
    ["buildings", "", -0.5701],
    ["buildings", "", -0.57],
  ].map(([kind, id, west]) => ({
    type: "Feature",
    properties: { kind, id },
    geometry: { type: "MultiPolygon", coordinates: [square(Number(west))] },
  })),
};

/** The scene of an address that was decided by these. */
function drawn(basis: SiteAnswer["basis"]) {
  const site = {
    join: "identifier",
    basis,
    finding: "clear",
    parcels: ["61169000AB0001"],
    buildings: 2,
    outlines,
  } as unknown as SiteAnswer;
  const certainty = { ...samples.inside.certainty, site };
  const door = samples.address("12 Rue de la Paix", { ...samples.inside, certainty });
  const answer: CheckAnswer = { ...samples.found, candidates: [door] };
  const question = { place: { kind: "address", q: "12 rue de la paix" }, isSought: true };
  const state = { question, answer, isAsking: false } as unknown as Parameters<typeof sceneOf>[0];
  return sceneOf(state, { onMove: () => undefined, onChoose: () => undefined }).outline;
}

test("the buildings that decided are drawn, and not the parcel", () => {
  expect(drawn("buildings")).toEqual({
    type: "MultiPolygon",
    coordinates: [square(-0.5701), square(-0.57)],
  });
});

test("the parcels are drawn where they decided", () => {
  expect(drawn("parcels")).toEqual({ type: "MultiPolygon", coordinates: [square(-0.5702)] });
});

test("a house that a line cuts is named so, and nobody is told to move the pin", () => {
  for (const [basis, words] of [
    ["buildings", "la limite traverse l’immeuble"],
    ["parcels", "la limite traverse la parcelle"],
  ] as const) {
    const site = { basis, finding: "cut", outlines } as unknown as SiteAnswer;
    const certainty = { ...samples.undetermined.certainty, site };
    const door = samples.address("12 Rue de la Paix", { ...samples.undetermined, certainty });
    const check: CheckAnswer = {
      ...samples.found,
      zone: "undetermined",
      doubt: { code: "position", message: "La limite traverse l'immeuble." },
      candidates: [door],
    };
    expect(headline(check)).toContain(words);
    expect(advice(check)).toContain("n’y changerait rien");
    const near = { ...check, candidates: [samples.address("12", samples.undetermined)] };
    expect(headline(near)).not.toContain("traverse");
    expect(advice(near)).toContain("repère");
  }
});
