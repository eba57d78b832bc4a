/**
 * The query of a comparison in the address of the page, so that a link can be sent: an area, a way of showing, a chosen
 * neighbourhood. All of it is public, and everything else is dropped.
 */

import { predecessor, successor, usualPair, type VintagePair } from "../map/vintages";
import { readPerimeterCode } from "../parts/perimeter-code";

/** The kinds of areas, named as in the API; of areas with one name, the kind more often meant comes first. */
export const AREA_KINDS = ["insee", "departement", "epci", "region"] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** An area by its official code; of several communes, by their codes with commas between. */
export interface Area {
  kind: AreaKind;
  code: string;
}

/** The ways to show two vintages: on one map, on both sides of a curtain, or on two maps. */
export const MODES = ["over", "swipe", "beside"] as const;
export type DisplayMode = (typeof MODES)[number];

export interface CompareQuery {
  /** The whole country when null. */
  area: Area | null;
  /** The vintages compared, as asked; null for those usually compared. */
  vintages: VintagePair | null;
  mode: DisplayMode;
  /** A neighbourhood of the change that is open. */
  chosen: string | null;
}

const MODE_NAMES: Record<DisplayMode, string> = {
  over: "superpose",
  swipe: "rideau",
  beside: "cote-a-cote",
};

export function readQuery(query: URLSearchParams): CompareQuery {
  const kind = AREA_KINDS.find((kind) => query.has(kind));
  return {
    // Only the service knows if such an area exists.
    area: kind ? areaOf(kind, query.get(kind) ?? "") : null,
    vintages: pairOf(query.get("from"), query.get("to")),
    mode: MODES.find((mode) => MODE_NAMES[mode] === query.get("mode")) ?? "over",
    chosen: readPerimeterCode(query.get("quartier")),
  };
}

/** The pair asked; the other one is the one replaced, or the one that replaced it. Null for the usual pair. */
function pairOf(from: string | null, to: string | null): VintagePair | null {
  const usual = usualPair.value;
  // Which ones there are is not known yet: the view reads its address again then.
  if (!usual) return null;
  if (from && to) return from === usual.from && to === usual.to ? null : { from, to };
  if (from && from !== usual.from) return { from, to: successor(from) ?? usual.from };
  if (to && to !== usual.to) return { from: predecessor(to) ?? usual.to, to };
  return null;
}

function areaOf(kind: AreaKind, written: string): Area {
  const code = written.trim().toUpperCase();
  return {
    kind,
    code: kind === "insee" ? [...new Set(code.split(",").map(wholeCommune))].join(",") : code,
  };
}

/** The commune that perimeters have for this code: Paris, Lyon and Marseille for their arrondissements, else itself. */
export function wholeCommune(code: string): string {
  if (/^751(0[1-9]|1\d|20)$/.test(code)) return "75056";
  if (/^6938[1-9]$/.test(code)) return "69123";
  return /^132(0[1-9]|1[0-6])$/.test(code) ? "13055" : code;
}

/** Writes the part after the `?` of the page's address, without what is the default. */
export function writeQuery({ area, vintages, mode, chosen }: CompareQuery): string {
  const query = new URLSearchParams();
  if (area) query.set(area.kind, area.code);
  if (vintages) {
    query.set("from", vintages.from);
    query.set("to", vintages.to);
  }
  if (mode !== "over") query.set("mode", MODE_NAMES[mode]);
  if (chosen) query.set("quartier", chosen);
  return query.toString().replaceAll("%2C", ",");
}

/** The vintage compared from, and the one compared to. */
export function vintagesOf({ vintages }: Pick<CompareQuery, "vintages">): VintagePair {
  return vintages ?? usualPair.value ?? { from: "", to: "" };
}

/** Returns the parameters with which the service is asked about this area, and those of `more`. */
export function serviceParams(
  query: Pick<CompareQuery, "area" | "vintages">,
  more: Record<string, string> = {},
): string {
  const { area } = query;
  const params = new URLSearchParams({
    // The service knows which are usually compared.
    ...(query.vintages ?? usualPair.value),
    ...(area && { [area.kind]: area.code }),
    ...more,
  });
  return params.toString().replaceAll("%2C", ",");
}
