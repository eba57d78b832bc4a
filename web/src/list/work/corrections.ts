/** The corrections of rows, as columns that the list gets for them, and the file that keeps them on the person's own disk. */

import { fold } from "../../french/fold";
import { text } from "../../french/texts";
import type { WorkRow } from "./rows";

/** What was corrected of a row; absent for what was not. */
export interface Correction {
  address?: string;
  position?: string;
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

/** The name and the size of the list that corrections are of. */
export interface ListIdentity {
  name: string;
  size: number;
}

/** The work so far as a file: corrections by row, and the list that they are of. */
export function progressFile(list: ListIdentity, corrections: Corrections): Blob {
  const content = {
    format: FORMAT,
    list: { name: list.name, size: list.size },
    corrections: Object.fromEntries(corrections),
  };
  return new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
}

const FORMAT = "qpv-liste-1";

/** Reads such a file; a fault by its code when it is none, or of another list. */
export function readProgress(
  content: string,
  list: ListIdentity,
): Map<number, Correction> | "unreadable" | "other" {
  try {
    const read = JSON.parse(content) as {
      format?: unknown;
      list?: Partial<ListIdentity>;
      corrections?: Record<string, Record<string, unknown>>;
    };
    if (read.format !== FORMAT || typeof read.corrections !== "object") return "unreadable";
    if (read.list?.name !== list.name || read.list?.size !== list.size) return "other";
    const found = new Map<number, Correction>();
    for (const [row, written] of Object.entries(read.corrections)) {
      const correction: Correction = {};
      for (const part of PARTS) {
        const value = written[part];
        if (typeof value === "string") correction[part] = value;
      }
      if (Number.isInteger(Number(row))) found.set(Number(row), correction);
    }
    return found;
  } catch {
    return "unreadable";
  }
}
