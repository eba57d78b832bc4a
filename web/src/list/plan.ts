/** The question about a list: roles of columns, programme, day; and the form fields it is sent as. */

import type { Programme } from "../api/client";
import { readDay } from "../french/dates";
import type { Fields, Preview } from "./api";
import { type Fact, factsOf, foldedName } from "./facts";

/** The roles of a column that holds no part of the address. */
export const SINGLE_ROLES = ["birth_date", "sex", "school", "check_date"] as const;
export type SingleRole = (typeof SINGLE_ROLES)[number];

/** Columns by their places in the list. */
export interface ColumnRoles {
  /** The parts of the address, in the order they are read in. */
  address: number[];
  singles: Partial<Record<SingleRole, number>>;
  /** The columns of declarations, by their names. */
  declared?: Record<string, number>;
}

export interface ListPlan {
  columns: ColumnRoles;
  /** Null: zones only. */
  programme: string | null;
  /** The facts of the programme that a column may give, beside the usual ones. */
  facts?: readonly Fact[];
  /** The facts that the list is said to have no column for. */
  absent?: readonly string[];
  /** The day of the check, as typed; today when nothing is. */
  on: string;
  /** The postcode of rows that name no place, as typed. */
  postcode?: string;
}

/** Checks that what is typed is no postcode: five digits, or nothing. */
export function isUnreadPostcode(typed = ""): boolean {
  return !/^(?:\d{5})?$/.test(postcodeOf(typed));
}

/** The postcode typed, without the blanks that people put in it. */
function postcodeOf(typed: string): string {
  return typed.replace(/\s/g, "");
}

/** Checks for a part of the address that is a postcode or a town, by its header. */
export function hasPlaceColumn({ address }: ColumnRoles, { columns }: Preview): boolean {
  return address.some((at) => partRank(columns[at]?.name ?? "") >= POSTCODE_RANK);
}

/** The way to read a file, where a person has chosen it. */
export interface FileReading {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
}

/** The choice for a column: empty, `address:1` for the first part of the address, or another role. */
export type ColumnChoice = "" | `address:${number}` | `declared:${string}` | SingleRole;

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

/** Checks for a town by the header of a part of the address. */
export function isTownName(name: string): boolean {
  return partRank(name) === TOWN_RANK;
}

/** The order of a postcode among the parts of an address; a town follows. */
const POSTCODE_RANK = 3;
const TOWN_RANK = 4;

/** The order of the parts of an address, by their headers: number, bis or ter, street, postcode, town. */
function partRank(name: string): number {
  const plain = name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").trim();
  if (/^(?:n|no|num|numero)\b(?! et )/.test(plain.replace(/[^a-z\d]+/g, " "))) return 0;
  if (/^(?:bis|rep|indice|btq|suffixe)/.test(plain)) return 1;
  if (/^(?:cp|code ?post|postcode)/.test(plain)) return POSTCODE_RANK;
  return /(?:commune|ville|localite|city)$/.test(plain) ? TOWN_RANK : 2;
}

/** Returns the choice made for a column. */
export function choiceOf(
  { address, singles, declared = {} }: ColumnRoles,
  column: number,
): ColumnChoice {
  const part = address.indexOf(column);
  if (part >= 0) return `address:${part + 1}`;
  const declaration = Object.keys(declared).find((name) => declared[name] === column);
  if (declaration !== undefined) return `declared:${declaration}`;
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
  const others = Object.entries(columns.declared ?? {}).filter(
    ([name, at]) => at !== column && choice !== `declared:${name}`,
  );
  const declared = Object.fromEntries(others);
  if (choice.startsWith("address:")) address.splice(Number(choice.slice(8)) - 1, 0, column);
  else if (choice.startsWith("declared:")) declared[choice.slice(9)] = column;
  else if (choice !== "") singles[choice as SingleRole] = column;
  return Object.keys(declared).length > 0 ? { address, singles, declared } : { address, singles };
}

/** Returns the column that gives a fact. */
export function columnOf(
  { singles, declared = {} }: ColumnRoles,
  role: string,
): number | undefined {
  return role.startsWith("declared:") ? declared[role.slice(9)] : singles[role as SingleRole];
}

/** The facts of the plan that neither have a column nor are said to have none, though nobody is eligible without them. */
export function openFacts({ facts = [], columns, absent = [] }: ListPlan): Fact[] {
  return facts.filter(
    ({ role, isRequired }) =>
      isRequired && columnOf(columns, role) === undefined && !absent.includes(role),
  );
}

/** The plan with another programme, and with the columns that bear the names of its declarations. */
export function withProgramme(
  plan: ListPlan,
  programme: Programme | null,
  preview: Preview,
): ListPlan {
  const facts = programme ? factsOf(programme) : [];
  return withFacts({ ...plan, programme: programme?.id ?? null }, facts, preview);
}

/** The plan with the facts that a programme asks; no question about them is answered yet. */
export function withFacts(plan: ListPlan, facts: readonly Fact[], preview: Preview): ListPlan {
  const { address, singles } = plan.columns;
  const folded = preview.columns.map(({ name }) => foldedName(name));
  let columns: ColumnRoles = { address, singles };
  for (const { role, names } of facts) {
    const at = folded.findIndex((name, at) => names.includes(name) && choiceOf(columns, at) === "");
    if (at >= 0) columns = choose(columns, at, role as ColumnChoice);
  }
  return { ...plan, columns, facts, absent: [] };
}

/** The plan after an answer to the question about a fact: a column, none in the list, or nothing yet. */
export function answered(plan: ListPlan, role: string, answer: number | "absent" | null): ListPlan {
  const others = (plan.absent ?? []).filter((known) => known !== role);
  const former = columnOf(plan.columns, role);
  const freed = former === undefined ? plan.columns : choose(plan.columns, former, "");
  return {
    ...plan,
    columns: typeof answer === "number" ? choose(freed, answer, role as ColumnChoice) : freed,
    absent: answer === "absent" ? [...others, role] : others,
  };
}

/** The fields that say how to read the file. */
export function readingFields({ encoding, delimiter, sheet }: FileReading): Fields {
  return [
    ...(encoding ? [["encoding", encoding] as const] : []),
    ...(delimiter ? [["delimiter", delimiter] as const] : []),
    ...(sheet ? [["sheet", sheet] as const] : []),
  ];
}

/** The name for a column that the list does not have. */
const NO_COLUMN = "-";

/** The fields of a run. Columns that only a programme reads are left out without one. */
export function runFields(
  { columns, programme, on, postcode = "", facts = [], absent = [] }: ListPlan,
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
      const isRecognised = preview.columns.some((column) => column.role === role);
      if (column !== undefined) fields.push([role, column]);
      // Named, or the service would take the column that it recognises.
      else if (isRecognised || absent.includes(role)) fields.push([role, NO_COLUMN]);
    }
    for (const { role } of facts.filter(({ role }) => role.startsWith("declared:"))) {
      const column = name(columnOf(columns, role)) ?? NO_COLUMN;
      fields.push(["declaration", `${role.slice(9)}=${column}`]);
    }
  }
  const day = readDay(on);
  if (day) fields.push(["on", day]);
  const place = postcodeOf(postcode);
  if (place) fields.push(["default_postcode", place]);
  // Files that people open have words for titles.
  return [...fields, ["headers", "fr"], ...readingFields(reading)];
}

/** Checks for shown text beyond ASCII: only there a wrong encoding is visible. */
export function hasAccents({ columns, rows }: Preview): boolean {
  return [...columns.map(({ name }) => name), ...rows.flat()].some((words) =>
    /[^\0-\x7f]/.test(words),
  );
}
