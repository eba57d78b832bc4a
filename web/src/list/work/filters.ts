/** Which rows of a work list are shown, and which are still to be done. */
import { fold } from "../../french/fold";
import type { WorkRow } from "./rows";

/** The choices of rows, in order; results are named by themselves. */
export const FILTERS = [
  "todo",
  "all",
  "not_found",
  "to_choose",
  "corrected",
  "alike",
  "skipped",
] as const;

const NOT_FOUND = [
  "not_found",
  "unlike",
  "missing_address",
  "same_as_another_row",
  "question_too_long",
  "two_house_numbers",
];
const TO_CHOOSE = ["candidates", "place_not_named"];
/** Faults of the other fields of a row, whose address is sure where it has no doubt. */
const FIELD_FAULTS = [
  "bad_birth_date",
  "birth_date_after_check",
  "birth_date_implausible",
  "bad_declaration",
];
const OPEN = ["undetermined", "none"];

/** Checks that a row has no answer that could stand. */
export function isTodo({ result }: WorkRow): boolean {
  return OPEN.includes(result);
}

export function isNotFound(row: WorkRow): boolean {
  return isTodo(row) && (NOT_FOUND.includes(row.reason) || row.label === "");
}

export function isToChoose(row: WorkRow): boolean {
  return isTodo(row) && TO_CHOOSE.includes(row.reason);
}

/** Checks that another address may be meant: a row may be open for its birth date or its school alone. */
export function isAddressOpen(row: WorkRow): boolean {
  const isInDoubt = row.reason !== "" && !FIELD_FAULTS.includes(row.reason);
  return isTodo(row) && (isInDoubt || row.label === "");
}

/** Checks a row by the filter of this name. */
export function isShown(
  row: WorkRow,
  filter: string,
  { corrected, alike }: { corrected: ReadonlySet<number>; alike: ReadonlyMap<number, number[]> },
): boolean {
  switch (filter) {
    case "all":
      return true;
    case "todo":
      return isTodo(row);
    case "not_found":
      return isNotFound(row);
    case "to_choose":
      return isToChoose(row);
    case "corrected":
      return corrected.has(row.row);
    case "alike":
      return alike.has(row.row) || (row.remark !== "" && row.result !== "skipped");
    default:
      return row.result === filter;
  }
}

/** The rows of one home, by each of their numbers: brothers and sisters, or somebody who stands there twice. */
export function homesOf(
  rows: readonly WorkRow[],
  address: readonly number[],
): Map<number, number[]> {
  const homes = new Map<string, number[]>();
  for (const { row, fields, result } of rows) {
    const home = fold(address.map((at) => fields[at] ?? "").join(" "));
    if (result === "skipped" || home === "") continue;
    const known = homes.get(home);
    if (known) known.push(row);
    else homes.set(home, [row]);
  }
  const alike = new Map<number, number[]>();
  for (const numbers of homes.values()) {
    if (numbers.length > 1) for (const number of numbers) alike.set(number, numbers);
  }
  return alike;
}
