/** Comparisons of two vintages as these pages ask for them. An area is public: it may stand in addresses. */
import { json, type PerimeterProperties } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Change = Schemas["ChangeAnswer"];
export type ComparedQpv = Schemas["ComparedQpv"];
export type Comparison = Schemas["CompareAnswer"];
export type Estimate = Schemas["EstimateAnswer"];
export type KnownSum = Schemas["KnownSumAnswer"];
export type MovedAddress = Schemas["MovedAddressAnswer"];
export type MovedPlace = Schemas["MovedPlaceAnswer"];
export type MovedWith = Schemas["MovedAnswer"];

/** What became of the neighbourhoods of an area. */
export function compare(query: string, stop: AbortSignal): Promise<Comparison> {
  return json(`api/v1/compare?${query}`, {}, stop);
}

/** All neighbourhoods of both vintages, without outlines. */
export async function allPerimeters(stop: AbortSignal): Promise<PerimeterProperties[]> {
  const found = await json<Schemas["PerimeterCollection"]>("api/v1/perimeters?geometry=false", {}, stop);
  return found.features.map(({ properties }) => properties);
}
