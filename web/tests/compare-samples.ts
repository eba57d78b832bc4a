/** A comparison as the service answers it, with a change of two kinds, places and what is not known. */

import type { PerimeterProperties } from "../src/api/client";
import type { Change, ComparedQpv, Comparison, MovedAddress, MovedPlace } from "../src/compare/api";
import { invented, of2015, of2024 } from "./samples";

const flers = { insee_com: ["61169"], lib_com: ["Flers"] };
const before: ComparedQpv = {
  code_qp: "QP061003",
  lib_qp: "Saint Michel",
  ...flers,
  area_ha: 9.3654,
};
const after: ComparedQpv = {
  code_qp: "QN06103M",
  lib_qp: "Saint Michel",
  ...flers,
  area_ha: 38.8323,
  official_letter: "M",
};
const left: ComparedQpv = { code_qp: "QP061009", lib_qp: "Pont Féron", ...flers, area_ha: 5 };

const square = (west: number, south: number, east: number, north: number) => ({
  type: "MultiPolygon",
  coordinates: [
    [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  ],
});

export const extended: Change = {
  class: "extended",
  from: [before],
  to: [after],
  shared_ha: 9.3512,
  gained_ha: 29.4811,
  lost_ha: 0.0142,
  overlap: 0.2407,
  moved_m: 83,
  official_letter: "M",
  agrees_with_letter: false,
  outlines: {
    shared: square(-0.59, 48.74, -0.58, 48.75),
    gained: square(-0.58, 48.74, -0.56, 48.76),
    lost: square(-0.6, 48.73, -0.59, 48.74),
  },
  moved: {
    addresses: {
      from: 120,
      to: 410,
      kept: 118,
      gained: 292,
      lost: 2,
      from_other: 0,
      to_other: 0,
      gained_unsure: 7,
      lost_unsure: 0,
    },
    inhabitants_from: { inhabitants: 1030, year: 2013 },
    inhabitants_to: { inhabitants: 2440, year: null },
    inhabitants_gained: { estimate: 1738, by: "addresses" },
    inhabitants_lost: { estimate: 17, by: "addresses" },
  },
};

export const gone: Change = {
  class: "gone",
  from: [left],
  to: [],
  shared_ha: 0,
  gained_ha: 0,
  lost_ha: 5,
  overlap: 0,
  moved_m: null,
  official_letter: null,
  agrees_with_letter: null,
  moved: {
    addresses: {
      from: 40,
      to: 0,
      kept: 0,
      gained: 0,
      lost: 40,
      from_other: 0,
      to_other: 0,
      gained_unsure: 0,
      lost_unsure: 1,
    },
    inhabitants_from: null,
    inhabitants_to: null,
    inhabitants_gained: null,
    inhabitants_lost: null,
  },
};

const ref = ({ code_qp, lib_qp }: ComparedQpv) => ({ code_qp, lib_qp, ...flers });
const place = {
  kind: "schools",
  id: null,
  citycode: "61169",
  city: "Flers",
  by_address: false,
  sure: true,
};

export const places: MovedPlace[] = [
  {
    ...place,
    id: "0610001A",
    name: "École Les Vallées",
    lon: -0.57,
    lat: 48.75,
    movement: "entered",
    from: { zone: "outside", qpv: [], distance_to_boundary_m: 420 },
    to: { zone: "qpv", qpv: [ref(after)], distance_to_boundary_m: -12 },
  },
  {
    ...place,
    kind: "centres-sociaux",
    name: "Centre social",
    lon: -0.55,
    lat: 48.74,
    movement: "undetermined",
    sure: false,
    by_address: true,
    from: { zone: "undetermined", qpv: [ref(left)], distance_to_boundary_m: -3 },
    to: null,
  },
];

export const addresses: MovedAddress[] = [
  {
    side: "gained",
    code_qp: "QN06103M",
    id: "61169_0040_00012",
    label: "12 Rue de la Paix 61100 Flers",
    citycode: "61169",
    lon: -0.57,
    lat: 48.75,
    sure: false,
  },
];

const none: Comparison["totals"]["by_class"][string] = {
  changes: 0,
  perimeters_from: 0,
  perimeters_to: 0,
  shared_ha: 0,
  gained_ha: 0,
  lost_ha: 0,
  disagreements: 0,
};
const all: Comparison["totals"]["by_class"][string] = {
  changes: 2,
  perimeters_from: 2,
  perimeters_to: 1,
  shared_ha: 9.3512,
  gained_ha: 29.4811,
  lost_ha: 5.0142,
  disagreements: 1,
};

export const comparison: Comparison = {
  from: "2015",
  to: "2024",
  known: true,
  complete: true,
  changes: [extended, gone],
  undetermined: [],
  unmatched: [],
  totals: {
    from: { perimeters: 2, communes: 1, area_ha: 14.3654 },
    to: { perimeters: 1, communes: 1, area_ha: 38.8323 },
    ...all,
    by_class: { extended: { ...none, changes: 1 }, gone: { ...none, changes: 1 }, merged: none },
  },
  moved: {
    addresses: {
      from: 160,
      to: 410,
      kept: 118,
      gained: 292,
      lost: 42,
      from_other: 0,
      to_other: 0,
      gained_unsure: 7,
      lost_unsure: 1,
    },
    changes_with_addresses: 2,
    inhabitants_from: { inhabitants: 1030, changes: 1, of: 2 },
    inhabitants_to: { inhabitants: 2440, changes: 1, of: 1 },
    inhabitants_gained: { inhabitants: 1738, changes: 1, of: 1 },
    inhabitants_lost: { inhabitants: null, changes: 0, of: 2 },
  },
  places,
  place_kinds: ["centres-sociaux", "schools"],
  unplaced: [{ kind: "schools", id: null, name: "École du Bourg", citycode: null, city: "Flers" }],
  dataset: invented,
};

/** The answer for a commune without a neighbourhood. */
export const nothing: Comparison = {
  ...comparison,
  known: false,
  changes: [],
  totals: {
    from: { perimeters: 0, communes: 0, area_ha: 0 },
    to: { perimeters: 0, communes: 0, area_ha: 0 },
    ...none,
    by_class: {},
  },
  places: [],
  unplaced: [],
};

/** Perimeters whose change cannot be determined. */
export const untold: Comparison = {
  ...nothing,
  known: true,
  undetermined: [{ reason: "without_area", from: [left], to: [] }],
};

/** A comparison in which nothing can be determined, in every way. */
export const inPart: Comparison = {
  ...comparison,
  complete: false,
  undetermined: [
    {
      reason: "without_area",
      from: [],
      to: [{ ...after, code_qp: "QN06104I", lib_qp: "Rive Droite" }],
    },
  ],
  unmatched: [{ code_qp: "QP061010", lib_qp: "Le Bourg", insee_com: [], lib_com: ["Athis"] }],
};

export const listed: PerimeterProperties[] = [
  {
    ...ref(after),
    insee_dep: "61",
    lib_dep: "Orne",
    insee_reg: "28",
    lib_reg: "Normandie",
    siren_epci: [],
    ...of2024,
    territory: "metropole",
    area_ha: 38.8,
  },
  {
    ...ref(before),
    insee_dep: "61",
    lib_dep: "Orne",
    insee_reg: "28",
    lib_reg: "Normandie",
    siren_epci: [],
    ...of2015,
    territory: "metropole",
    area_ha: 9.4,
  },
];
