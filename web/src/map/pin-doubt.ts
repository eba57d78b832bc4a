/**
 * How exact a pin is that a person places: it is their word for where a door is, and no better than what they see. Promises
 * that a map without houses never makes a door of a pin.
 */
import { signal } from "@preact/signals";
import { groundName, importedGround, isOnGround, ONLINE } from "./ground";
import { showsHouses } from "./ground-style";
import type { PlacedPosition, Position } from "./scene";

/** On a plan, where houses are told apart, people point at a door to some metres. */
const ON_A_PLAN_M = 5;
/** Without a plan, a pin stands somewhere along the street. */
const WITHOUT_PLAN_M = 20;
/** Pixels that a pointer is off by. */
const POINTER_PX = 4;
/** Metres of a pixel at the equator at zoom 0, for tiles of 512 pixels. */
const PIXEL_M = 40_075_016.7 / 512;

/** True while buildings or parcels are drawn around the pin, as the map last came to rest. */
export const areHousesSeen = signal(false);

/** True where a plan that shows houses lies below the perimeters. */
export function hasPlan(at: Position): boolean {
  const imported = importedGround.value;
  if (!imported) return groundName.value === ONLINE;
  return showsHouses(imported) && isOnGround(at);
}

/** A pin placed there at this zoom, to the sixth decimal of a degree, with its uncertainty; `seesHouses` where the map draws some. */
export function placedAt(
  lon: number,
  lat: number,
  zoom: number,
  seesHouses: boolean,
): PlacedPosition {
  const pixelM = (PIXEL_M * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  const seenM = seesHouses || hasPlan({ lon, lat }) ? ON_A_PLAN_M : WITHOUT_PLAN_M;
  return {
    lon: Math.round(lon * 1e6) / 1e6,
    lat: Math.round(lat * 1e6) / 1e6,
    uncertainty_m: Math.max(seenM, Math.ceil(POINTER_PX * pixelM)),
  };
}
