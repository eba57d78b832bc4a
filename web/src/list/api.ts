/**
 * Lists as the service takes them: their start, a run with all its answers, how far it is. A list and what is found for it
 * travel in bodies only; the name of a run, made at random, says nothing about it.
 */
import {
  call,
  type Download,
  fileName,
  file as fileOf,
  json,
  readJson,
  ServiceError,
} from "../api/client";
import type { components } from "../api/schema";

/** The start of a list. */
export type Preview = components["schemas"]["PreviewAnswer"];

/** Rows of one kind, with the first of their numbers. */
export interface NotedRows {
  rows: number;
  first: number[];
}

/** Numbers of people by result. */
export type ResultCounts = Record<
  "eligible" | "outside_rule_possible" | "undetermined" | "not_eligible",
  number
>;

/** The counts of a list. */
export interface Counts {
  zones: Record<"qpv" | "band_300m" | "outside" | "undetermined", number>;
  /** Counts by neighbourhood, without a programme; absent when empty. */
  code_qp?: Record<string, number>;
  /** Absent when empty. */
  doubts?: Record<string, NotedRows>;
  errors: Record<string, NotedRows>;
  /** Undetermined rows that a review settles, by its zone; absent of a list without reviews. */
  reviewed?: Record<"qpv" | "band_300m" | "outside", number>;
  /** Reviews that are not taken, by the reason; absent when empty. */
  reviews_not_taken?: Record<string, NotedRows>;
  /** Counts of people, with a programme. */
  people?: { all: Record<string, ResultCounts>; qpv: Record<string, ResultCounts> };
}

export interface Summary {
  rows: number;
  /** Rows of no person by the reason, which are not counted; absent when empty. */
  skipped?: Record<string, NotedRows>;
  /** Rows like an earlier one; absent when empty. */
  duplicates?: { rows: number; first: { row: number; of: number }[] };
  /** Why the answers are in a new book; absent when a workbook came back as it was, and of CSV. */
  new_book?: "format" | "no_titles" | "structure";
  answers: [Counts];
  dataset: string;
  fictional: boolean;
}

/** The place of a row, with its result. */
export interface RowPoint {
  type: "Feature";
  geometry: { type: "Point"; coordinates: [number, number] };
  properties: { row: number; result: string; label: string; code_qp: string | null };
}

/** All that one run answers. */
export interface Bundle {
  table: Download;
  summary: Summary;
  points: RowPoint[];
}

/** The progress of a run. */
export type Progress = components["schemas"]["ProgressAnswer"];

/** Fields of the form, in order; a name may come several times. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A list may take long; the person can stop it at any time. */
const LONGEST_MS = 6 * 3_600_000;
const PREVIEW_MS = 120_000;

/** The first rows, and what each column is taken for. */
export async function preview(file: File, fields: Fields, stop: AbortSignal): Promise<Preview> {
  const response = await send(file, [...fields, ["output", "preview"]], stop, PREVIEW_MS);
  return readJson<Preview>(response, stop);
}

/**
 * Checks the whole list; `name` is what `progress` asks by until `done` is called: the work is then over, and the answers
 * are coming. Stopping it makes the service drop the list.
 */
export async function run(
  file: File,
  fields: Fields,
  name: string,
  done: () => void,
  stop: AbortSignal,
): Promise<Bundle> {
  const response = await send(
    file,
    [["progress", name], ...fields, ["output", "bundle"]],
    stop,
    LONGEST_MS,
  );
  done();
  return readBundle(response);
}

/** The rows with their answers, as a program reads them. */
export async function rowsOf(file: File, fields: Fields, stop: AbortSignal): Promise<string> {
  // Titles for people are none that a program knows.
  const asked = fields.filter(([name]) => name !== "headers");
  const response = await send(file, [...asked, ["output", "rows"]], stop, LONGEST_MS);
  return response.text();
}

/** The list with its answers, and with corrections where the fields state some. */
export async function finished(file: File, fields: Fields, stop: AbortSignal): Promise<Download> {
  const response = await send(file, [...fields, ["output", "table"]], stop, LONGEST_MS);
  return { name: fileName(response) ?? `verifie-${file.name}`, content: await response.blob() };
}

/** The counts as a table to be published, those under `under` hidden. */
export async function counts(
  file: File,
  fields: Fields,
  under: number | null,
  stop: AbortSignal,
): Promise<Blob> {
  const hidden: Fields = under === null ? [] : [["suppress_under", String(under)]];
  const response = await send(
    file,
    [...fields, ...hidden, ["output", "summary_csv"]],
    stop,
    LONGEST_MS,
  );
  return fileOf(response, "text/csv", stop);
}

/** Returns the progress of the run of that name; null when it has ended, or not begun. */
export async function progress(name: string, stop: AbortSignal): Promise<Progress | null> {
  try {
    return await json<Progress>(`api/v1/batch/progress/${name}`, {}, stop);
  } catch {
    return null;
  }
}

/** A name for a run. Not `randomUUID`, which pages served without encryption on a local network do not have. */
export function runName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Takes the parts of a bundle apart; a part that is missing or cannot be read is a fault of the service. */
export async function readBundle(response: Response): Promise<Bundle> {
  try {
    const form = await response.formData();
    const table = form.get("table");
    if (!(table instanceof File)) throw new Error("no table");
    const summary = JSON.parse(await textOf(form.get("summary"))) as Summary;
    const { features } = JSON.parse(await textOf(form.get("points"))) as { features: RowPoint[] };
    return { table: { name: table.name, content: table }, summary, points: features };
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new ServiceError("bad_bundle");
  }
}

async function textOf(part: FormDataEntryValue | null): Promise<string> {
  if (part === null) throw new Error("a part is missing");
  return typeof part === "string" ? part : part.text();
}

async function send(
  file: File,
  fields: Fields,
  stop: AbortSignal,
  timeoutMs: number,
): Promise<Response> {
  await stillThere(file);
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  // Last: the service learns what is asked, and under which name, before the list comes.
  form.append("data", file, file.name);
  return call("api/v1/batch", { method: "POST", body: form }, stop, timeoutMs);
}

/** A file that was moved or saved anew since it was chosen can no longer be read; the browser would call it a network fault. */
async function stillThere(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new ServiceError("file_changed");
  }
}
