/** Changes as rows: what each column holds, how rows are ordered, where a change lies. What is not known sorts last, both ways. */
import type { MultiPolygon } from "geojson";
import { boxAround } from "../map/box";
import type { Box } from "../map/scene";
import { CLASS_SYMBOLS } from "../map/symbols";
import type { Change, ComparedQpv, Comparison, MovedPlace } from "./api";
import type { Area } from "./query";

/** The columns of the table, in their order; each is a key of `compare.column.*` or of `web.compare.column.*`. */
export const COLUMNS = [
  "name",
  "communes",
  "class",
  "from_area_ha",
  "to_area_ha",
  "shared_ha",
  "gained_ha",
  "lost_ha",
  "official_letter",
  "addresses_gained",
  "addresses_lost",
  "inhabitants_from",
  "inhabitants_to",
  "inhabitants_gained_estimate",
  "inhabitants_lost_estimate",
] as const;
export type Column = (typeof COLUMNS)[number];

/** Classes in the order of their signs: from what stayed to what left. */
const CLASSES = Object.keys(CLASS_SYMBOLS);

export interface SortOrder {
  column: Column;
  isDown: boolean;
}

/** Returns the value of a row in a column; null when it is not known. */
export function cellValue(change: Change, column: Column): string | number | null {
  const { moved } = change;
  switch (column) {
    case "name":
      return namesOf(change);
    case "communes":
      return communesOf(change).join(" ");
    case "class":
      return CLASSES.indexOf(change.class);
    case "from_area_ha":
      return areaOf(change.from);
    case "to_area_ha":
      return areaOf(change.to);
    case "shared_ha":
    case "gained_ha":
    case "lost_ha":
      return change[column];
    case "official_letter":
      return letterOf(change);
    case "addresses_gained":
      return moved?.addresses?.gained ?? null;
    case "addresses_lost":
      return moved?.addresses?.lost ?? null;
    case "inhabitants_from":
    case "inhabitants_to":
      return moved?.[column]?.inhabitants ?? null;
    case "inhabitants_gained_estimate":
      return moved?.inhabitants_gained?.estimate ?? null;
    case "inhabitants_lost_estimate":
      return moved?.inhabitants_lost?.estimate ?? null;
  }
}

/** The changes in an order; those of equal value stay as they come. */
export function ordered(changes: readonly Change[], { column, isDown }: SortOrder): Change[] {
  const { compare } = new Intl.Collator("fr", { numeric: true });
  const rows = changes.map((change) => ({ change, value: cellValue(change, column) }));
  const between = (a: string | number, b: string | number) =>
    typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
  rows.sort(({ value: a }, { value: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return isDown ? between(b, a) : between(a, b);
  });
  return rows.map(({ change }) => change);
}

/** Checks if no change could be determined although there are perimeters, or may be: sums of zero then mean nothing. */
export function hasUnknownOutcome({
  changes,
  complete,
  undetermined,
  unmatched,
}: Comparison): boolean {
  return changes.length === 0 && (!complete || undetermined.length + unmatched.length > 0);
}

/** All perimeters of a change by code. */
export function codesOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  return [...from, ...to].map(({ code_qp }) => code_qp);
}

/** The code that a change is known by in links: no other has it. */
export function keyOf({ from, to }: Pick<Change, "from" | "to">): string {
  return (to[0] ?? from[0])?.code_qp ?? "";
}

/** The names of a side, as they are shown. */
export function namesIn(side: Change["from"]): string {
  return side.map(({ lib_qp }) => lib_qp).join(", ");
}

/** Returns the names that a row is sorted by, in the order they are shown in. */
function namesOf({ from, to }: Pick<Change, "from" | "to">): string {
  return [from, to].map(namesIn).join(" ").trim();
}

/** The names of all its communes, each once, as the vintage compared to writes them. */
export function communesOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  const names = new Map<string, string>();
  for (const { insee_com, lib_com } of [...to, ...from]) {
    // Lists of different lengths are not aligned: some names of 2015 match no code.
    const codes = insee_com.length === lib_com.length ? insee_com : lib_com;
    for (const [at, code] of codes.entries()) {
      if (!names.has(code)) names.set(code, lib_com[at] ?? code);
    }
  }
  return [...names.values()];
}

/** The codes of all its communes, to ask about it alone. */
export function communeCodes({ from, to }: Pick<Change, "from" | "to">): string[] {
  return [...new Set([...from, ...to].flatMap(({ insee_com }) => insee_com))];
}

/** Checks if a change reaches beyond the communes of the area; only known of communes and departments. */
export function isBeyond(change: Change, area: Area | null): boolean {
  const asked = area?.code.split(",") ?? [];
  if (area?.kind === "insee") return communeCodes(change).some((code) => !asked.includes(code));
  return (
    area?.kind === "departement" && communeCodes(change).some((code) => !code.startsWith(area.code))
  );
}

/** The letters of its codes of 2024, as `M` or `M, N`; null when there is none. */
export function letterOf({ from, to }: Pick<Change, "from" | "to">): string | null {
  const letters = [
    ...new Set([...from, ...to].flatMap(({ official_letter }) => official_letter ?? [])),
  ];
  return letters.length > 0 ? letters.sort().join(", ") : null;
}

/** The box around changes with outlines; undefined when none has any. */
export function boxOf(changes: readonly Change[]): Box | undefined {
  const parts = changes.flatMap(({ outlines }) =>
    outlines ? [outlines.shared, outlines.gained, outlines.lost] : [],
  );
  return boxAround(parts.flatMap((part) => (part as unknown as MultiPolygon).coordinates.flat(2)));
}

/** The places that one of its perimeters holds, before or after. */
export function placesOf(change: Change, places: readonly MovedPlace[]): MovedPlace[] {
  const codes = new Set(codesOf(change));
  const isIn = ({ from, to }: MovedPlace) =>
    [...(from?.qpv ?? []), ...(to?.qpv ?? [])].some(({ code_qp }) => codes.has(code_qp));
  return places.filter(isIn);
}

/** Null when one of them is published without an area. */
function areaOf(perimeters: readonly ComparedQpv[]): number | null {
  return perimeters.reduce<number | null>(
    (sum, { area_ha }) => (sum === null || typeof area_ha !== "number" ? null : sum + area_ha),
    0,
  );
}

/** Checks if a column is about a vintage in which the change has no perimeter. */
export function isNotApplicable({ from, to }: Change, column: Column): boolean {
  const isOfFrom = column === "inhabitants_from" || column === "inhabitants_lost_estimate";
  const isOfTo = column === "inhabitants_to" || column === "inhabitants_gained_estimate";
  return (isOfFrom && from.length === 0) || (isOfTo && to.length === 0);
}
