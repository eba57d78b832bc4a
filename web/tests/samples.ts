/** Answers of the service as its contract describes them, for the tests of the page. */
import type { Answer, Dataset, Ready } from "../src/api/client";

const qpv = { code_qp: "QN06103M", lib_qp: "Saint Michel", insee_com: ["61169"], lib_com: ["Flers"] };
const certain = { level: "certain", position_uncertainty_m: 0, explanation: "La limite est à 41 m." } as const;

export const official: Dataset = {
  digest: "0123456789abcdef0123456789abcdef",
  sources: ["QP2024.zip", "QP2015.shp"],
  fictional: false,
};

export const invented: Dataset = { ...official, fictional: true, notice: "Données fictives." };

export const inside: Answer = {
  zone: "qpv",
  qpv: [qpv],
  distance_to_boundary_m: -41.27,
  nearest: { code_qp: "QN06103M", lib_qp: "Saint Michel", distance_m: 0 },
  certainty: certain,
  vintage: "2024",
};

export const inTwo: Answer = {
  ...inside,
  qpv: [qpv, { code_qp: "QN06104M", lib_qp: "Pont Féron", insee_com: ["61169"], lib_com: ["Flers"] }],
};

export const band: Answer = {
  ...inside,
  zone: "band_300m",
  qpv: [],
  distance_to_boundary_m: 299.7,
  nearest: { code_qp: "QN06103M", lib_qp: "Saint Michel", distance_m: 299.7 },
};

export const outside: Answer = { ...inside, zone: "outside", qpv: [], distance_to_boundary_m: null, nearest: null };

export const undetermined: Answer = {
  ...inside,
  zone: "undetermined",
  distance_to_boundary_m: -3.4,
  certainty: { level: "near_boundary", position_uncertainty_m: 15, explanation: "Tout près de la limite." },
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
  vintages: [{ vintage: "2024", perimeters: { metropole: 1362, guadeloupe: 247 }, precision_m: 1 }],
};
