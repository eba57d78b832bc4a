/** Comparisons of two vintages as these pages ask for them. An area is public: it may stand in addresses. */
import { json, type PerimeterProperties } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export interface AddressesMoved {
  from: number;
  to: number;
  kept: number;
  gained: number;
  lost: number;
  gained_unsure: number;
  lost_unsure: number;
}
export interface Population {
  inhabitants: number;
  year?: number | null;
}
export interface Estimate {
  estimate: number;
  by: string;
}
export interface MovedWith {
  addresses?: AddressesMoved | null;
  inhabitants_from?: Population | null;
  inhabitants_to?: Population | null;
  inhabitants_gained?: Estimate | null;
  inhabitants_lost?: Estimate | null;
}
export interface KnownSum {
  inhabitants?: number | null;
  changes: number;
}
export interface MovedTotals {
  addresses?: AddressesMoved | null;
  changes_with_addresses: number;
  inhabitants_from: KnownSum;
  inhabitants_to: KnownSum;
  inhabitants_gained: KnownSum;
  inhabitants_lost: KnownSum;
}
export interface MovedAddress {
  side: string;
  code_qp: string;
  id: string;
  label: string;
  citycode: string;
  lon: number;
  lat: number;
  sure: boolean;
}
export interface PlaceStanding {
  zone: string;
  qpv: Schemas["QpvRef"][];
  distance_to_boundary_m?: number | null;
}
export interface MovedPlace {
  kind: string;
  id?: string | null;
  name: string;
  citycode?: string | null;
  city?: string | null;
  lon: number;
  lat: number;
  by_address: boolean;
  movement: string;
  sure: boolean;
  from?: PlaceStanding | null;
  to?: PlaceStanding | null;
}
export type UnplacedPlace = Pick<MovedPlace, "kind" | "id" | "name" | "citycode" | "city">;
export type ComparedQpv = Schemas["ComparedQpv"];
export type Undetermined = Schemas["UndeterminedAnswer"];
export type ClassTotals = Schemas["ClassTotals"];
export type Change = Schemas["ChangeAnswer"] & { moved?: MovedWith | null; addresses?: MovedAddress[] | null };
export type Comparison = Omit<Schemas["CompareAnswer"], "changes"> & {
  changes: Change[];
  moved?: MovedTotals | null;
  places?: MovedPlace[] | null;
  unplaced?: UnplacedPlace[] | null;
};

/** What became of the neighbourhoods of an area. */
export function compare(query: string, stop: AbortSignal): Promise<Comparison> {
  return json(`api/v1/compare?${query}`, {}, stop);
}

/** All neighbourhoods of both vintages, without outlines. */
export async function allPerimeters(stop: AbortSignal): Promise<PerimeterProperties[]> {
  const found = await json<Schemas["PerimeterCollection"]>("api/v1/perimeters?geometry=false", {}, stop);
  return found.features.map(({ properties }) => properties);
}
