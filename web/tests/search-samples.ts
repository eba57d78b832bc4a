/** What the stand-in suggests for the words of the search box, and the sheets of two communes. */
import type { CommunePlaces, CommuneSheet, Suggestion } from "../src/api/client";
import type * as Samples from "./samples";

type Feature = typeof Samples.door;

const commune = (
  lib_com: string,
  insee_com: string,
  dep: [string, string],
  postcodes: string[],
  has_perimeters: boolean,
) =>
  ({
    kind: "commune",
    exact: true,
    lib_com,
    insee_com,
    code_kind: "commune",
    insee_dep: dep[0],
    lib_dep: dep[1],
    postcodes,
    has_perimeters,
  }) satisfies Suggestion;

const BAYEUX = commune("Bayeux", "14047", ["14", "Calvados"], ["14400"], false);
const FLERS = commune("Flers", "61169", ["61", "Orne"], ["61100"], true);

const quarter = (code_qp: string, vintage: string) =>
  ({
    kind: "perimeter",
    exact: true,
    code_qp,
    lib_qp: "Saint Michel",
    vintage,
    insee_com: ["61169"],
    lib_com: ["Flers"],
  }) satisfies Suggestion;

const NAMES: Record<string, Suggestion[]> = {
  bayeux: [BAYEUX],
  "14400": [BAYEUX],
  flers: [FLERS],
  qn06103m: [quarter("QN06103M", "2024")],
  "saint michel": [quarter("QN06103M", "2024"), quarter("QP061003", "2015")],
  "les fleurs": [{ ...quarter("QN06103M", "2024"), exact: false, lib_qp: "Les Fleurs Nord" }],
  "école jules-ferry": [
    {
      kind: "place",
      exact: true,
      list: "schools",
      id: "0610001X",
      name: "École Jules-Ferry",
      address: null,
      insee_com: "61169",
      lib_com: "Flers",
      lon: -0.5702,
      lat: 48.7501,
    },
  ],
  "61169000ab0123": [
    {
      kind: "parcel",
      exact: true,
      id: "61169000AB0123",
      insee_com: "61169",
      found: false,
      message:
        "Les parcelles du cadastre ne sont pas chargées ici : la parcelle 61169000AB0123 ne peut pas être située.",
      lon: null,
      lat: null,
      reach_m: null,
    },
  ],
};

/** What words mean: the names above, or else the addresses given. */
export function suggestions(q: string, addresses: readonly Feature[]): Suggestion[] {
  const named = NAMES[q.trim().toLowerCase()];
  return named ?? addresses.map((address) => ({ kind: "address", address }));
}

const dataset = { digest: "d".repeat(64), sources: [], fictional: false };
const vintage = (year: string, perimeters: unknown[]) => ({
  vintage: year,
  valid_from: `${year}-01-01`,
  valid_until: null,
  complete: true,
  perimeters,
});

function sheet(
  lib_com: string,
  insee_com: string,
  dep: [string, string, string],
  postcode: string,
  perimeters: (year: string) => unknown[],
): CommuneSheet {
  return {
    insee_com,
    lib_com,
    known: true,
    kind: "commune",
    communes: [
      {
        insee_com,
        lib_com,
        insee_dep: dep[0],
        lib_dep: dep[1],
        lib_reg: dep[2],
        siren_epci: null,
        lib_epci: null,
        postcodes: [postcode],
      },
    ],
    qpv: ["2015", "2024"].map((year) => vintage(year, perimeters(year))),
    unmatched: [],
    dataset,
  } as unknown as CommuneSheet;
}

export const bayeux = sheet("Bayeux", "14047", ["14", "Calvados", "Normandie"], "14400", () => []);

export const flers = sheet("Flers", "61169", ["61", "Orne", "Normandie"], "61100", (year) => [
  {
    code_qp: year === "2015" ? "QP061003" : "QN06103M",
    lib_qp: "Saint Michel",
    insee_com: ["61169"],
    lib_com: ["Flers"],
    ...(year === "2024" ? { population: 2311 } : {}),
  },
]);

export const flersPlaces = {
  lists: ["schools"],
  places: [
    {
      list: "schools",
      id: "0610001X",
      name: "École Jules-Ferry",
      lib_com: "Flers",
      zone: "qpv",
      code_qp: "QN06103M",
      lib_qp: "Saint Michel",
      distance_m: 0,
    },
  ],
} as unknown as CommunePlaces;
