/** Changes as rows: what each column holds, how rows are ordered, where a change lies. What is not known sorts last, both ways. */
import type { MultiPolygon } from "geojson";
import type { Change, ComparedQpv, MovedPlace } from "../api/compare";
import type { Box } from "../map/scene";
import { CLASS_SIGNS } from "../signs";

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
] as const;
export type Column = (typeof COLUMNS)[number];

/** Classes in the order of their signs: from what stayed to what left. */
const CLASSES = Object.keys(CLASS_SIGNS);

export interface Order {
  column: Column;
  isDown: boolean;
}

/** What a row holds in a column; null when it is not known. */
export function valueOf(change: Change, column: Column): string | number | null {
  const { moved } = change;
  switch (column) {
    case "name":
      return namesOf(change).join(" ");
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
  }
}

/** The changes in an order; those of equal value stay as they come. */
export function ordered(changes: readonly Change[], { column, isDown }: Order): Change[] {
  const { compare } = new Intl.Collator("fr", { numeric: true });
  const rows = changes.map((change) => ({ change, value: valueOf(change, column) }));
  const between = (a: string | number, b: string | number) =>
    typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
  rows.sort(({ value: a }, { value: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return isDown ? between(b, a) : between(a, b);
  });
  return rows.map(({ change }) => change);
}

/** All perimeters of a change by code. */
export function codesOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  return [...from, ...to].map(({ code_qp }) => code_qp);
}

/** The code that a change is known by in links: no other has it. */
export function keyOf({ from, to }: Pick<Change, "from" | "to">): string {
  return (to[0] ?? from[0])?.code_qp ?? "";
}

/** The names of a change, each once, the newest first. */
export function namesOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  return [...new Set([...to, ...from].map(({ lib_qp }) => lib_qp))];
}

export function communesOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  const newest = to.length > 0 ? to : from;
  return [...new Set(newest.flatMap(({ lib_com }) => lib_com))];
}

/** The codes of all its communes, to ask about it alone. */
export function inseeOf({ from, to }: Pick<Change, "from" | "to">): string[] {
  return [...new Set([...from, ...to].flatMap(({ insee_com }) => insee_com))];
}

/** The letters of its codes of 2024, as `M` or `M, N`; null when there is none. */
export function letterOf({ from, to }: Pick<Change, "from" | "to">): string | null {
  const letters = [...new Set([...from, ...to].flatMap(({ official_letter }) => official_letter ?? []))];
  return letters.length > 0 ? letters.sort().join(", ") : null;
}

/** The box around changes with outlines; undefined when none has any. */
export function boxOf(changes: readonly Change[]): Box | undefined {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { outlines } of changes) {
    for (const part of outlines ? [outlines.shared, outlines.gained, outlines.lost] : []) {
      for (const [lon = 0, lat = 0] of (part as unknown as MultiPolygon).coordinates.flat(2)) {
        box[0] = Math.min(box[0], lon);
        box[1] = Math.min(box[1], lat);
        box[2] = Math.max(box[2], lon);
        box[3] = Math.max(box[3], lat);
      }
    }
  }
  return box[0] <= box[2] ? box : undefined;
}

/** The places that one of its perimeters holds, before or after. */
export function placesOf(change: Change, places: readonly MovedPlace[]): MovedPlace[] {
  const codes = new Set(codesOf(change));
  const isIn = ({ from, to }: MovedPlace) => [...(from?.qpv ?? []), ...(to?.qpv ?? [])].some(({ code_qp }) => codes.has(code_qp));
  return places.filter(isIn);
}

function areaOf(perimeters: readonly ComparedQpv[]): number {
  return perimeters.reduce((sum, { area_ha }) => sum + area_ha, 0);
}
