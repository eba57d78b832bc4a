/** The place that a question is about, and what words or an address mean as one. */
import { type AddressFeature, suggest } from "../api/client";
import {
  isExact,
  isNoAddress,
  readCoordinates,
  type TypedPosition,
  type WrittenCoordinates,
  wordsMeant,
} from "../french/coordinates";
import { understood } from "../french/messages";
import { roundedUp, text } from "../french/texts";
import type { Position } from "../map/scene";
import { readPerimeterCode } from "./perimeter-code";

/** The place that a question is about. */
export type Place =
  | { kind: "address"; q: string; citycode?: string }
  | {
      kind: "position";
      lon: number;
      lat: number;
      /** Metres it may be off, when a person placed it on the map or its notation is rough. */
      uncertainty_m?: number;
      /** The coordinates as a person typed them; absent for a point of the map, which is exact. */
      written?: WrittenCoordinates;
    };

/** The place of an address that was found. */
export function placeAt({ properties: { label, citycode } }: AddressFeature): Place {
  return { kind: "address", q: label, citycode };
}

/** Returns the place of coordinates as they were understood. */
export function placeOfPosition({ lon, lat, written, roundingM }: TypedPosition): Place {
  // Roughly written coordinates are a rough position: the service counts the decimals of degrees.
  if (written) return { kind: "position", lon, lat, written };
  // As it is said beside the box, so that the answer says the same.
  const doubt = isExact(roundingM) ? {} : { uncertainty_m: roundedUp(roundingM) };
  return { kind: "position", lon, lat, ...doubt };
}

/** Returns the place meant by the words, or the fault in them; those that name a neighbourhood which is known are no place. */
export function placeOf(written: string): Place | string {
  const typed = wordsMeant(written);
  const reading = readCoordinates(typed);
  if ("position" in reading) return placeOfPosition(reading.position);
  // Punctuation alone is nothing to look for.
  if (!/[\p{L}\d]/u.test(typed)) return text("web.search.empty");
  // With a direction in front and digits behind, it has the looks of coordinates.
  const code = readPerimeterCode(typed.replace(/\s/g, ""));
  if (code) return text("web.explore.unknown_code", { code });
  // Numbers alone, and links, are coordinates that cannot be read; with words they are an address.
  if (isNoAddress(reading.fault) || !/\p{L}{3}/u.test(typed)) return understood(reading);
  return { kind: "address", q: typed.trim() };
}

/** Returns where a place is on the map; null when no address like it is loaded. */
export async function positionOf(place: Place, stop: AbortSignal): Promise<Position | null> {
  if (place.kind === "position") return { lon: place.lon, lat: place.lat };
  const [found] = await suggest(place.q, stop);
  const [lon, lat] = found?.geometry.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : { lon, lat };
}
