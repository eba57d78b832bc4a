/** A list as the service answers it, for the tests. */
import type { Counts, Preview, RowPoint, Summary } from "../src/list/api";

export const preview: Preview = {
  columns: [
    { name: "Élève", role: null },
    { name: "CP", role: "address" },
    { name: "Ville", role: "address" },
    { name: "Adresse", role: "address" },
    { name: "Né(e) le", role: "birth_date" },
  ],
  rows: [
    ["Un", "90000", "Belfort", "3 rue de Mulhouse", "31/12/2015"],
    ["Deux", "90000", "Belfort", "12 avenue d'Altkirch, un complément fort long", ""],
  ],
  format: "csv",
  encoding: "utf-8",
  delimiter: ";",
  header_row: 1,
};

export const counts: Counts = {
  zones: { qpv: 2, band_300m: 1, outside: 0, undetermined: 2 },
  code_qp: { QN06103M: 2 },
  doubts: { not_found: { rows: 2, first: [5, 6] } },
  errors: { missing_address: { rows: 1, first: [7] } },
};

export function point(row: number, result: string, lon: number, lat: number): RowPoint {
  const code_qp = result === "qpv" ? "QN06103M" : null;
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { row, result, label: `${row} Rue de la Paix 61100 Flers`, code_qp },
  };
}

const points = [
  point(2, "qpv", -0.57, 48.75),
  point(3, "qpv", -0.571, 48.75),
  point(4, "band_300m", -0.572, 48.751),
  point(5, "undetermined", -0.573, 48.752),
];

/** The body of a bundle, its parts between `--B`. */
export function bundleBody(
  answers: Counts = counts,
  placed: RowPoint[] = points,
  notes: Pick<Summary, "skipped" | "duplicates"> = {},
): string {
  const part = (head: string, content: string) =>
    `--B\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const summary = {
    rows: 6,
    answers: [answers],
    dataset: "0123456789abcdef0123456789abcdef",
    fictional: true,
    ...notes,
  };
  return [
    part(
      'name="table"; filename="verifie-liste.csv"\r\nContent-Type: text/csv',
      "Adresse;zone\r\n3 rue de Mulhouse;qpv\r\n",
    ),
    part('name="summary"\r\nContent-Type: application/json', JSON.stringify(summary)),
    part(
      'name="points"\r\nContent-Type: application/geo+json',
      JSON.stringify({ type: "FeatureCollection", features: placed }),
    ),
    "--B--\r\n",
  ].join("");
}

/** The rows of a run for zones, as the service gives them to programs; every fifth one is open. */
export function rowsCsv(count = 6): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const row = at + 2;
    const isOpen = at % 5 === 4;
    const found = isOpen
      ? ["", "", "", "undetermined", "not_found"]
      : ["48.75", "-0.57", `${row} Rue de la Paix`, "qpv", ""];
    const remark = at === 3 ? "Même personne qu'à la ligne 2." : "";
    return [
      row,
      `"Élève, ${at + 1}"`,
      "61100",
      "Flers",
      `${row % 7} rue de la Paix`,
      "",
      ...found,
      remark,
    ].join(",");
  });
  const names =
    "row,Élève,CP,Ville,Adresse,Né(e) le,latitude,longitude,result_label,zone,doubt,remarque";
  return `${[names, ...lines].join("\r\n")}\r\n`;
}
