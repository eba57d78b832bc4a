/**
 * The query of a comparison in the address of the page, so that a link can be sent: an area, a way of showing, a chosen
 * neighbourhood. All of it is public, and everything else is dropped.
 */

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
  /** True when 2024 is compared to 2015, not 2015 to 2024. */
  isExchanged: boolean;
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
    isExchanged: query.get("from") === "2024",
    mode: MODES.find((mode) => MODE_NAMES[mode] === query.get("mode")) ?? "over",
    chosen: readPerimeterCode(query.get("quartier")),
  };
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
export function writeQuery({ area, isExchanged, mode, chosen }: CompareQuery): string {
  const query = new URLSearchParams();
  if (area) query.set(area.kind, area.code);
  if (isExchanged) query.set("from", "2024");
  if (mode !== "over") query.set("mode", MODE_NAMES[mode]);
  if (chosen) query.set("quartier", chosen);
  return query.toString().replaceAll("%2C", ",");
}

/** The vintage compared from, and the one compared to. */
export function vintagesOf({ isExchanged }: Pick<CompareQuery, "isExchanged">): {
  from: string;
  to: string;
} {
  return isExchanged ? { from: "2024", to: "2015" } : { from: "2015", to: "2024" };
}

/** Returns the parameters with which the service is asked about this area, and those of `more`. */
export function serviceParams(
  query: Pick<CompareQuery, "area" | "isExchanged">,
  more: Record<string, string> = {},
): string {
  const { area } = query;
  const params = new URLSearchParams({
    ...vintagesOf(query),
    ...(area && { [area.kind]: area.code }),
    ...more,
  });
  return params.toString().replaceAll("%2C", ",");
}
