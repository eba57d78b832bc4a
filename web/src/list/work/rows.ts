/** The rows of a list with their answers, as the service gives them to programs: CSV under the names of the API. */

/** A row as the work list shows it. */
export interface WorkRow {
  /** Its number in the sheet, or the line in a text. */
  row: number;
  /** Its own fields, by the columns of the list. */
  fields: string[];
  /** The result of the programme, else the zone; `none` for a row without an answer, `skipped` for one of no person. */
  result: string;
  /** The address that was found. */
  label: string;
  /** The INSEE code of its commune; empty for a row without an address. */
  citycode: string;
  /** The doubt or the fault, by its code; empty without one. */
  reason: string;
  /** The result and what is missing, in French. */
  sentences: string[];
  /** The remark on the row: a double, or why it is no person. */
  remark: string;
  /** What became of a review, in French. */
  review: string;
}

export interface WorkTable {
  columns: string[];
  rows: WorkRow[];
}

/** Splits CSV with commas and doubled quotes into rows of fields. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < csv.length) {
    let field: string;
    if (csv[at] === '"') {
      let end = csv.indexOf('"', at + 1);
      while (end >= 0 && csv[end + 1] === '"') end = csv.indexOf('"', end + 2);
      if (end < 0) end = csv.length;
      field = csv.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = endOf(csv, at);
      field = csv.slice(at, end);
      at = end;
    }
    fields.push(field);
    if (csv[at] === ",") {
      at += 1;
      // A comma at the very end has an empty field behind it.
      if (at === csv.length) fields.push("");
      continue;
    }
    at += csv[at] === "\r" ? 2 : 1;
    rows.push(fields);
    fields = [];
  }
  if (fields.length > 0) rows.push(fields);
  return rows;
}

/** Returns the place behind a field without quotes. */
function endOf(csv: string, from: number): number {
  let end = from;
  while (end < csv.length && csv[end] !== "," && csv[end] !== "\r" && csv[end] !== "\n") end += 1;
  return end;
}

/** Writes rows of fields as CSV. */
export function writeCsv(rows: string[][]): string {
  const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/** Reads the rows of a run, for programmes or for zones alone. */
export function readRows(csv: string, hasProgramme: boolean): WorkTable {
  const [header = [], ...rows] = parseCsv(csv);
  // All added columns end alike when the list has columns of their names.
  const suffix = /_qpv\d*$/.exec(header.at(-1) ?? "")?.[0] ?? "";
  const place = (name: string) => header.lastIndexOf(name + suffix);
  const one = place("result");
  const many = header.findIndex((name) => name.endsWith(`_result${suffix}`));
  const first = hasProgramme ? (one >= 0 ? one : many) : place("latitude");
  const places = {
    result: hasProgramme ? first : place("zone"),
    after: hasProgramme ? place("result_after_review") : place("zone_after_review"),
    label: place("result_label"),
    citycode: place("result_citycode"),
    doubt: place("doubt"),
    error: place("error"),
    status: place("result_status"),
    sentence: place("resultat"),
    missing: place("a_completer"),
    remark: place("remarque"),
    review: place("revue"),
  };
  return {
    columns: header.slice(1, first),
    rows: rows.map((row) => readRow(row, first, places)),
  };
}

type Places = Record<
  | "result"
  | "after"
  | "label"
  | "citycode"
  | "doubt"
  | "error"
  | "status"
  | "sentence"
  | "missing"
  | "remark"
  | "review",
  number
>;

function readRow(row: string[], first: number, places: Places): WorkRow {
  const at = (place: number) => row[place] ?? "";
  const isSkipped = at(places.result) === "skipped" || at(places.status) === "skipped";
  const hasRemark = at(places.remark) !== "";
  const result = at(places.after) || at(places.result);
  return {
    row: Number(row[0]),
    fields: row.slice(1, first),
    // Without a programme, an address that is missing is skipped too, and has no remark.
    result: isSkipped && hasRemark ? "skipped" : result || "none",
    label: at(places.label),
    citycode: at(places.citycode),
    reason: at(places.doubt) || at(places.error) || (isSkipped ? "missing_address" : ""),
    sentences: [at(places.sentence), at(places.missing)].filter(Boolean),
    remark: at(places.remark),
    review: at(places.review),
  };
}
