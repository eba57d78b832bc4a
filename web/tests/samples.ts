/** Answers of the service as its contract describes them, for the tests of the page. */
import type {
  AddressFeature,
  Answer,
  CheckAnswer,
  Dataset,
  Eligibility,
  Programme,
  Ready,
} from "../src/api/client";

const qpv = {
  code_qp: "QN06103M",
  lib_qp: "Saint Michel",
  insee_com: ["61169"],
  lib_com: ["Flers"],
};
const certain = {
  level: "certain",
  position_uncertainty_m: 0,
  explanation: "La limite est à 41 m.",
} as const;

export const official: Dataset = {
  digest: "0123456789abcdef0123456789abcdef",
  sources: ["QP2024.zip", "QP2015.shp"],
  fictional: false,
};

export const invented: Dataset = { ...official, fictional: true, notice: "Données fictives." };

/** The days of force of each vintage in metropolitan France (decree 2023-1314). */
export const of2015 = {
  vintage: "2015",
  valid_from: "2015-01-01",
  valid_until: "2023-12-31",
  next_vintage: "2024",
};
export const of2024 = { vintage: "2024", valid_from: "2024-01-01", valid_until: null };

export const inside: Answer = {
  zone: "qpv",
  qpv: [qpv],
  distance_to_boundary_m: -41.27,
  nearest: { code_qp: "QN06103M", lib_qp: "Saint Michel", distance_m: 0 },
  certainty: certain,
  ...of2024,
};

export const inTwo: Answer = {
  ...inside,
  qpv: [
    qpv,
    { code_qp: "QN06104M", lib_qp: "Pont Féron", insee_com: ["61169"], lib_com: ["Flers"] },
  ],
};

export const band: Answer = {
  ...inside,
  zone: "band_300m",
  qpv: [],
  distance_to_boundary_m: 299.7,
  nearest: { code_qp: "QN06103M", lib_qp: "Saint Michel", distance_m: 299.7 },
};

export const outside: Answer = {
  ...inside,
  zone: "outside",
  qpv: [],
  distance_to_boundary_m: null,
  nearest: null,
};

export const undetermined: Answer = {
  ...inside,
  zone: "undetermined",
  distance_to_boundary_m: -3.4,
  certainty: {
    level: "near_boundary",
    position_uncertainty_m: 15,
    explanation: "Tout près de la limite.",
  },
};

export const justOutside: Answer = {
  ...band,
  zone: "outside",
  distance_to_boundary_m: 1249,
  nearest: { code_qp: "QN06103M", lib_qp: "Saint Michel", distance_m: 1249 },
};

export const ready: Ready = {
  status: "ready",
  dataset: invented,
  vintages: [
    {
      vintage: "2015",
      label: "2015",
      codes: "QP{dep}###",
      predecessor: null,
      state: "past",
      perimeters: { metropole: 1296, guadeloupe: 218 },
      precision_m: 1,
    },
    {
      vintage: "2024",
      label: "2024",
      codes: "QN{dep}##[NMI]",
      predecessor: "2015",
      state: "current",
      perimeters: { metropole: 1362, guadeloupe: 247 },
      precision_m: 1,
    },
  ],
  frame_ancestors: [],
  signed_in: false,
  updates: "watched",
  address_check: "passed",
  address_departments: [],
  certainty_limits: [
    {
      part: "addresses",
      metres: 20,
      share: 0.928,
      message: "93 % des adresses sont placées sur la parcelle.",
    },
  ],
};

/** An address that was found, with its zone. */
export function address(
  label: string,
  answer: Answer,
  more: Partial<AddressFeature["properties"]> = {},
): AddressFeature {
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [-0.57, 48.75] },
    properties: {
      label,
      score: 0.95,
      id: "61169_0040_00012",
      name: label,
      postcode: "61100",
      citycode: "61169",
      city: "Flers",
      context: "61, Orne, Normandie",
      type: "housenumber",
      importance: 0.5,
      position: "entrance",
      position_uncertainty_m: 5,
      qpv: answer,
      ...more,
    },
  };
}

export const door = address("12 Rue de la Paix 61100 Flers", inside);
export const otherDoor = address("12 Rue de la Paix 61200 Argentan", outside, {
  citycode: "61006",
  city: "Argentan",
  id: "61006_1",
});
export const streetOnly = address("Rue de la Paix 61100 Flers", undetermined, {
  type: "street",
  position: "street",
  id: "61169_0040",
});

export const found: CheckAnswer = { zone: "qpv", candidates: [door], dataset: official };

const interpolated = {
  level: "interpolated",
  position_uncertainty_m: 34,
  explanation: "Position estimée, car le numéro n'existe pas dans la base.",
} as const;

/** A number that its street does not have, between two that it has. */
export const missingNumber: CheckAnswer = {
  zone: "qpv",
  candidates: [
    address(
      "Rue de la Paix 61100 Flers",
      { ...inside, certainty: interpolated },
      {
        type: "street",
        position: "interpolated",
        position_uncertainty_m: 34,
        id: "61169_0040",
        missing_housenumber: {
          asked: "12",
          below: "11",
          above: "13",
          between: ["10", "14"],
          message: "Le numéro 12 n'existe pas dans cette rue.",
        },
      },
    ),
  ],
  dataset: official,
};

export const severalFound: CheckAnswer = {
  zone: "undetermined",
  doubt: {
    code: "candidates",
    message: "Plusieurs adresses correspondent, peut-être dans des zones différentes.",
  },
  candidates: [door, otherDoor],
  dataset: official,
};

/** One address of the name is loaded, and nothing says that it is the one meant. */
export const placeOpen: CheckAnswer = {
  zone: "undetermined",
  doubt: {
    code: "candidates",
    message:
      "Précisez la commune ou le code postal : seules des adresses du département 61 (Orne) sont chargées ici.",
    place_not_named: true,
  },
  candidates: [otherDoor],
  dataset: official,
};

/** One address was found, and it is hardly the one asked. */
export const unlike: CheckAnswer = {
  zone: "undetermined",
  doubt: { code: "unlike", message: "L'adresse trouvée ressemble trop peu à celle demandée." },
  candidates: [door],
  dataset: official,
};

export const notFound: CheckAnswer = {
  zone: "undetermined",
  doubt: {
    code: "not_found",
    message: "Adresse introuvable : cela ne veut pas dire hors quartier prioritaire.",
  },
  candidates: [],
  dataset: official,
};

/** An address of a department whose addresses are not loaded. */
export const unloaded: CheckAnswer = {
  zone: "undetermined",
  doubt: {
    code: "not_loaded",
    message:
      "Les adresses de l'Orne (61) ne sont pas chargées ici : cela ne veut pas dire hors quartier prioritaire.",
    unloaded: {
      insee_dep: "61",
      lib_dep: "Orne",
      insee_com: "61169",
      command: "qpv data pull --addresses 61",
    },
  },
  candidates: [],
  dataset: official,
};

const numbers = {
  count: 4,
  perimeters: [qpv],
  least_distance_m: 8,
  greatest_distance_m: 20,
  message: "",
};

export const street: CheckAnswer = {
  zone: "undetermined",
  doubt: {
    code: "street",
    message: "L'adresse n'est pas connue au numéro près, et sa zone n'est pas sûre.",
  },
  candidates: [streetOnly],
  profile: {
    id: "61169_0040",
    name: "Rue de la Paix",
    citycode: "61169",
    city: "Flers",
    postcodes: ["61100"],
    ...of2024,
    precision_m: 1,
    numbers: 9,
    unnumbered: 0,
    odd: [{ ...numbers, from: "1", to: "7", zone: "qpv" }],
    even: [
      { ...numbers, from: "2", to: "8", zone: "band_300m" },
      { ...numbers, from: "10", to: "10", count: 1, zone: "undetermined" },
    ],
    along: [],
    runs_along_line: false,
  },
  dataset: official,
};

/** The answer about a position, as the check returns it. */
export function at(answer: Answer): CheckAnswer {
  const doubt = {
    code: "position",
    message: "La position est trop proche d'une limite pour sa précision. À vérifier.",
  };
  return {
    zone: answer.zone,
    ...(answer.zone === "undetermined" ? { doubt } : {}),
    candidates: [],
    position: answer,
    dataset: invented,
  };
}

export const programme: Programme = {
  id: "pre-national",
  name: "Programme de réussite éducative",
  subject: "person",
  from: "2015-01-01",
  boundary_street: "axis",
  when_uncertain: "undetermined",
  asks: ["age", "zone", "school", "declared"],
  required: ["birth_date"],
  declarations: [
    { name: "suivi", kind: "declaration", label: "l'enfant est déjà suivi", required: false },
  ],
  layers: [],
  sources: [
    {
      text: "Circulaire du 27 avril 2005",
      article: "public visé",
      url: "https://www.legifrance.gouv.fr/",
    },
  ],
  to_assess: ["L'accord de la famille."],
};

export const eligible: Eligibility = {
  programme: "pre-national",
  name: programme.name,
  subject: "person",
  on: "2026-11-22",
  result: "eligible",
  message: "Éligible.",
  rule: { result: "eligible", source: programme.sources[0]! },
  conditions: [
    {
      rule: 0,
      rule_name: "De 2 à 16 ans, en quartier prioritaire",
      condition: "school",
      truth: "unknown",
      finding: "school_missing",
      decisive: false,
      message: "Établissement scolaire à préciser.",
    },
    {
      rule: 0,
      rule_name: "De 2 à 16 ans, en quartier prioritaire",
      condition: "age",
      truth: "met",
      finding: "age",
      decisive: true,
      message: "10 ans : de 2 à 16 ans révolus.",
    },
    {
      rule: 1,
      condition: "age",
      truth: "not_met",
      finding: "age",
      decisive: false,
      message: "10 ans, et non de 17 à 18 ans révolus.",
    },
  ],
  missing: [],
  to_assess: programme.to_assess,
};

export const incomplete: Eligibility = {
  ...eligible,
  result: "undetermined",
  message: "À compléter ou à vérifier.",
  rule: null,
  conditions: [
    {
      rule: 0,
      condition: "age",
      truth: "unknown",
      finding: "birth_date_missing",
      decisive: true,
      message: "Date de naissance à préciser.",
    },
    {
      rule: 0,
      condition: "layer",
      truth: "unknown",
      finding: "layer_not_imported",
      decisive: true,
      message: "Couche « territoires » non importée.",
    },
  ],
  missing: ["Date de naissance à préciser.", "Couche « territoires » non importée."],
};

/** The programmes on offer: two of them ask whether somebody is followed, and one a number too. */
export const programmes: Programme[] = [
  programme,
  {
    ...programme,
    id: "emploi",
    name: "Aide à l'emploi",
    until: "2030-12-31",
    asks: ["zone", "declared", "number"],
    required: [],
    declarations: [
      ...programme.declarations,
      { name: "enfants", kind: "number", label: "le nombre d'enfants", required: false },
    ],
    to_assess: [],
  },
  { ...programme, id: "surloyer", name: "Surloyer", asks: ["zone"], declarations: [] },
  { ...programme, id: "commerce", name: "Exonération", subject: "establishment" },
];

/** The answers of the others. */
export const eligibilities: Record<string, Eligibility> = {
  emploi: {
    ...eligible,
    programme: "emploi",
    name: "Aide à l'emploi",
    result: "undetermined",
    message: "À compléter ou à vérifier.",
    rule: null,
    conditions: ["suivi", "enfants"].map((about, at) => ({
      rule: 0,
      condition: at === 0 ? "declared" : "number",
      truth: "unknown",
      finding: "declaration_missing",
      about,
      decisive: true,
      message: `À préciser : ${about}.`,
    })),
    missing: ["À préciser : suivi.", "À préciser : enfants.", "À préciser : emploi."],
    to_assess: [],
  },
  surloyer: {
    ...eligible,
    programme: "surloyer",
    name: "Surloyer",
    result: "not_eligible",
    message: "Non éligible.",
    rule: null,
    conditions: [
      {
        rule: 0,
        condition: "zone",
        truth: "not_met",
        finding: "home",
        decisive: true,
        message: "Domicile hors quartier prioritaire, à 120 m de la limite.",
      },
      {
        rule: 1,
        condition: "in",
        negated: true,
        truth: "met",
        finding: "place",
        decisive: false,
        message: "Domicile hors du zonage zus.",
      },
    ],
    to_assess: [],
  },
};

/** Figures as the service gives them: with and without unit, year and value. */
export const FIGURES = {
  popMuniQPV: {
    value: 6399,
    unit: "habitants",
    label: "Population municipale",
    year: 2020,
    source: "Insee, recensement de la population",
  },
  taux_logements_sociaux: {
    value: 82.09,
    unit: "%",
    label: "Logements sociaux pour cent ménages",
    year: 2020,
    source: "Répertoire des logements locatifs des bailleurs sociaux",
  },
  RSA_socle: {
    value: null,
    unit: "allocataires",
    label: "Allocataires du RSA socle",
    year: null,
    source: "Caisse nationale des allocations familiales",
  },
  solde: { value: -1234.5, unit: null, label: "solde", year: null, source: "ville.csv" },
};

const PLACES = [
  { name: "Cité Saint-Jean", source: "addresses", extent: "partial" },
  { name: "Les Vergnes", source: "addresses", extent: "whole" },
  { name: "École Les Vallées", source: "schools", extent: "point" },
];

/** A neighbourhood with its outline, by its code. */
export function perimeter(code_qp: string) {
  const ring = [
    [-0.57, 48.75],
    [-0.569, 48.75],
    [-0.569, 48.751],
    [-0.57, 48.75],
  ];
  const vintage = code_qp.startsWith("QP") ? "2015" : "2024";
  const figures = vintage === "2015" ? undefined : FIGURES;
  const place_names = vintage === "2015" ? null : PLACES;
  const properties = {
    ...qpv,
    code_qp,
    vintage,
    area_ha: 38.8,
    siren_epci: [],
    figures,
    place_names,
  };
  return {
    type: "Feature",
    geometry: { type: "MultiPolygon", coordinates: [[ring]] },
    properties,
    [vintage === "2015" ? "successors" : "predecessors"]: [],
  };
}
