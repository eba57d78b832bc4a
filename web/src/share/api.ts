/** The shares of an area in neighbourhoods, as these pages ask for them. An outline is sent in bodies only. */
import { inBody, json } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Share = Schemas["ShareAnswer"];
export type VintageShare = Schemas["VintageShareAnswer"];
export type CountFigures = Schemas["CountFigures"];
export type HectareFigures = Schemas["HectareFigures"];
export type InhabitantFigures = Schemas["InhabitantFigures"];

/** A region has millions of addresses to count. */
const SHARE_TIMEOUT_MS = 60_000;

/** The shares of a public area, by its code. */
export function shareOfArea(params: string, stop: AbortSignal): Promise<Share> {
  return json(`api/v1/share?${params}`, {}, stop, SHARE_TIMEOUT_MS);
}

/** The shares of an outline. */
export function shareOfOutline(polygon: object, stop: AbortSignal): Promise<Share> {
  return json("api/v1/share", inBody({ polygon }), stop, SHARE_TIMEOUT_MS);
}
