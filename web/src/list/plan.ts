/** The question about a list: roles of columns, programme, day; and the form fields it is sent as. */

import { readDay } from "../french/dates";
import type { Fields, Preview } from "./api";

/** The roles of a column that holds no part of the address. */
export const SINGLE_ROLES = ["birth_date", "sex", "school", "check_date"] as const;
export type SingleRole = (typeof SINGLE_ROLES)[number];

/** Columns by their places in the list. */
export interface ColumnRoles {
  /** The parts of the address, in the order they are read in. */
  address: number[];
  singles: Partial<Record<SingleRole, number>>;
}

export interface ListPlan {
  columns: ColumnRoles;
  /** Null: zones only. */
  programme: string | null;
  /** The day of the check, as typed; today when nothing is. */
  on: string;
}

/** The way to read a file, where a person has chosen it. */
export interface FileReading {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
}

/** The choice for a column: empty, `address:1` for the first part of the address, or another role. */
export type ColumnChoice = "" | `address:${number}` | SingleRole;

/** The columns as the service recognised them, the parts of the address in the order they are written in. */
export function recognised({ columns }: Preview): ColumnRoles {
  const address = columns.flatMap(({ role }, at) => (role === "address" ? [at] : []));
  const rank = (at: number) => partRank(columns[at]?.name ?? "");
  const singles: ColumnRoles["singles"] = {};
  for (const single of SINGLE_ROLES) {
    const at = columns.findIndex(({ role }) => role === single);
    if (at >= 0) singles[single] = at;
  }
  return { address: address.sort((a, b) => rank(a) - rank(b) || a - b), singles };
}

/** The order of the parts of an address, by their headers: number, bis or ter, street, postcode, town. */
function partRank(name: string): number {
  const plain = name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").trim();
  if (/^(?:n[°o]?|num(?:ero)?(?: de voie)?)$/.test(plain)) return 0;
  if (/^(?:bis|rep|indice|btq|suffixe)/.test(plain)) return 1;
  if (/^(?:cp|code ?post|postcode)/.test(plain)) return 3;
  return /(?:commune|ville|localite|city)$/.test(plain) ? 4 : 2;
}

/** Returns the choice made for a column. */
export function choiceOf({ address, singles }: ColumnRoles, column: number): ColumnChoice {
  const part = address.indexOf(column);
  if (part >= 0) return `address:${part + 1}`;
  return SINGLE_ROLES.find((role) => singles[role] === column) ?? "";
}

/** The columns after a choice: who had the role loses it, parts of the address move up. */
export function choose(columns: ColumnRoles, column: number, choice: ColumnChoice): ColumnRoles {
  const address = columns.address.filter((at) => at !== column);
  const kept = SINGLE_ROLES.filter((role) => columns.singles[role] !== column && role !== choice);
  const singles: ColumnRoles["singles"] = {};
  for (const role of kept) {
    const at = columns.singles[role];
    if (at !== undefined) singles[role] = at;
  }
  if (choice.startsWith("address:")) address.splice(Number(choice.slice(8)) - 1, 0, column);
  else if (choice !== "") singles[choice as SingleRole] = column;
  return { address, singles };
}

/** The fields that say how to read the file. */
export function readingFields({ encoding, delimiter, sheet }: FileReading): Fields {
  return [
    ...(encoding ? [["encoding", encoding] as const] : []),
    ...(delimiter ? [["delimiter", delimiter] as const] : []),
    ...(sheet ? [["sheet", sheet] as const] : []),
  ];
}

/** The fields of a run. Columns that only a programme reads are left out without one. */
export function runFields(
  { columns, programme, on }: ListPlan,
  preview: Preview,
  reading: FileReading,
): Fields {
  const name = (at: number | undefined) =>
    at === undefined ? undefined : preview.columns[at]?.name;
  const fields: [string, string][] = columns.address.map((at) => ["columns", name(at) ?? ""]);
  if (programme) {
    fields.push(["programme", programme]);
    for (const role of SINGLE_ROLES) {
      const column = name(columns.singles[role]);
      if (column !== undefined) fields.push([role, column]);
    }
  }
  const day = readDay(on);
  if (day) fields.push(["on", day]);
  return [...fields, ...readingFields(reading)];
}

/** Checks for shown text beyond ASCII: only there a wrong encoding is visible. */
export function hasAccents({ columns, rows }: Preview): boolean {
  return [...columns.map(({ name }) => name), ...rows.flat()].some((words) =>
    /[^\0-\x7f]/.test(words),
  );
}
