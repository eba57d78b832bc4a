/** The corrections of rows, as columns that the list gets for them, and the file that keeps them on the person's own disk. */

import { fold } from "../../french/fold";
import { text } from "../../french/texts";
import type { WorkRow } from "./rows";

/** What was corrected of a row; absent for what was not. */
export interface Correction {
  address?: string;
  position?: string;
  /** As people of France write it: `04/05/2016`. */
  birth_date?: string;
  school?: string;
  review_zone?: string;
  review_reason?: string;
  review_by?: string;
}

export type CorrectionPart = keyof Correction;
export type Corrections = ReadonlyMap<number, Correction>;

const PARTS: readonly CorrectionPart[] = [
  "address",
  "position",
  "birth_date",
  "school",
  "review_zone",
  "review_reason",
  "review_by",
];

/** The corrections as the service takes them, with the fields that name the columns of reviews. */
export interface StatedCorrections {
  columns: string[];
  rows: Record<string, string[]>;
}

/** Columns that some row needs, under titles that the list does not have. */
export function stated(
  corrections: Corrections,
  columns: readonly string[],
): { stated: StatedCorrections; reviewFields: [string, string][] } {
  const taken = new Set(columns.map(fold));
  const used = PARTS.filter((part) => [...corrections.values()].some((it) => it[part]));
  // A review without its reason is not taken: its three columns go together.
  const hasReview = used.some((part) => part.startsWith("review_"));
  const parts = PARTS.filter(
    (part) => used.includes(part) || (hasReview && part.startsWith("review_")),
  );
  const titles = parts.map((part) => freeTitle(text(`web.list.work.column.${part}`), taken));
  const rows: Record<string, string[]> = {};
  for (const [row, correction] of corrections)
    rows[String(row)] = parts.map((part) => correction[part] ?? "");
  const reviewFields = parts.flatMap((part, at): [string, string][] =>
    part.startsWith("review_") ? [[part, titles[at] ?? ""]] : [],
  );
  return { stated: { columns: titles, rows }, reviewFields };
}

function freeTitle(title: string, taken: ReadonlySet<string>): string {
  let [free, number] = [title, 1];
  while (taken.has(fold(free))) {
    number += 1;
    free = `${title} (${number})`;
  }
  return free;
}

/** The corrections that a list has already, in columns of an earlier run; of several of a title the last one counts. */
export function correctionsIn(
  columns: readonly string[],
  rows: readonly WorkRow[],
): Map<number, Correction> {
  const places = PARTS.map((part) => {
    const title = fold(text(`web.list.work.column.${part}`));
    return columns.findLastIndex((name) => new RegExp(`^${title}( \\d+)?$`).test(fold(name)));
  });
  const found = new Map<number, Correction>();
  for (const { row, fields } of rows) {
    const correction: Correction = {};
    for (const [at, part] of PARTS.entries()) {
      const value = fields[places[at] ?? -1];
      if (value) correction[part] = value;
    }
    if (Object.keys(correction).length > 0) found.set(row, correction);
  }
  return found;
}

/** A correction with the row that it is of: its number, and a mark of its own fields, for another list has other rows there. */
export interface SavedCorrection {
  row: number;
  mark: string;
  correction: Correction;
}

type RowFields = Pick<WorkRow, "row" | "fields">;

/**
 * The mark of a row: cyrb53 of its fields, a hash without any secret. It tells a mistaken file, and takes no part in what is
 * looked for.
 */
export function markOf(fields: readonly string[]): string {
  let [low, high] = [0xdeadbeef, 0x41c6ce57];
  for (const letter of JSON.stringify(fields)) {
    const code = letter.codePointAt(0) ?? 0;
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}

/** The corrections with the marks of their rows. */
export function marked(corrections: Corrections, rows: readonly RowFields[]): SavedCorrection[] {
  const own = new Map(rows.map(({ row, fields }) => [row, fields]));
  return [...corrections].map(([row, correction]) => ({
    row,
    mark: markOf(own.get(row) ?? []),
    correction,
  }));
}

/**
 * The corrections of those rows that read as they did: at their number, else the only row that does. Those of rows that
 * were changed, or are no longer there, are counted.
 */
export function placed(
  saved: readonly SavedCorrection[],
  rows: readonly RowFields[],
): { corrections: Map<number, Correction>; lost: number } {
  const marks = new Map<string, number[]>();
  for (const { row, fields } of rows) {
    const mark = markOf(fields);
    const alike = marks.get(mark);
    if (alike) alike.push(row);
    else marks.set(mark, [row]);
  }
  const corrections = new Map<number, Correction>();
  let lost = 0;
  for (const { row, mark, correction } of saved) {
    const alike = marks.get(mark) ?? [];
    const [only, ...others] = alike;
    const at = alike.includes(row) ? row : others.length === 0 ? only : undefined;
    if (at === undefined) lost += 1;
    else corrections.set(at, correction);
  }
  return { corrections, lost };
}

/** The work so far as a file. */
export function progressFile(name: string, saved: readonly SavedCorrection[]): Blob {
  const content = {
    format: FORMAT,
    list: { name },
    corrections: saved.map(({ row, mark, correction }) => ({ row, mark, ...correction })),
  };
  return new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
}

const FORMAT = "qpv-liste-2";
/** It had the numbers of rows alone. */
const FORMER_FORMAT = "qpv-liste-1";

/** Reads such a file; a fault by its code when it is none, or of an earlier version. */
export function readProgress(content: string): SavedCorrection[] | "unreadable" | "former" {
  try {
    const read = JSON.parse(content) as { format?: unknown; corrections?: unknown };
    if (read.format === FORMER_FORMAT) return "former";
    if (read.format !== FORMAT || !Array.isArray(read.corrections)) return "unreadable";
    return read.corrections.map(readCorrection);
  } catch {
    return "unreadable";
  }
}

function readCorrection(written: Record<string, unknown>): SavedCorrection {
  const { row, mark } = written;
  if (typeof row !== "number" || typeof mark !== "string") throw new TypeError();
  const correction: Correction = {};
  for (const part of PARTS) {
    const value = written[part];
    if (typeof value === "string") correction[part] = value;
  }
  return { row, mark, correction };
}
