/**
 * The ground under the perimeters: the plain one, of what is loaded; one on the network that the operator chose (`--basemap`); or a
 * map that the operator imported (`qpv data import --ground`), which this service serves itself. Kept while the page is open.
 */
import { computed, signal } from "@preact/signals";
import type { StyleSpecification } from "maplibre-gl";
import type { Ground } from "../api/client";

/** Names of the grounds that are no archive, in links; those of archives have no capital letters. */
export const PLAIN = "SIMPLE";
export const ONLINE = "SERVICE";

/** A background map that the operator chose: none, one that does not answer, or its style. */
export interface Basemap {
  configured: boolean;
  style: StyleSpecification | null;
  /** True when the background was given up because it cannot be drawn. */
  isLost?: boolean;
}

/** The background map on the network. */
export const basemap = signal<Basemap>({ configured: false, style: null });

/** The maps imported. */
export const grounds = signal<readonly Ground[]>([]);

/** The ground that a person chose, by name. */
export const chosenGround = signal<string | null>(null);

const isOnlineThere = () => Boolean(basemap.value.style) && !basemap.value.isLost;

/** The names of the grounds there are, the plain one last. */
export const groundNames = computed<string[]>(() => [
  ...(isOnlineThere() ? [ONLINE] : []),
  ...grounds.value.map(({ name }) => name),
  PLAIN,
]);

/** Within metropolitan France, whose tiles end where its coasts and borders do. */
const [WEST, SOUTH, EAST, NORTH] = [-4.6, 41.6, 9.4, 50.9];
/** The zoom at which all of the country is seen. */
const COUNTRY_ZOOM = 5;

/** Checks that a map has all of the country, from afar too: where it has nothing, there is less than without it. */
function coversCountry({ bounds, minzoom }: Ground): boolean {
  const [west = 0, south = 0, east = 0, north = 0] = bounds;
  const isWide = west <= WEST && south <= SOUTH && east >= EAST && north >= NORTH;
  return isWide && minzoom <= COUNTRY_ZOOM;
}

/** The name of the ground that is drawn: the one chosen, else the first there is of the whole country. */
export const groundName = computed<string>(() => {
  const chosen = chosenGround.value;
  if (chosen && groundNames.value.includes(chosen)) return chosen;
  if (isOnlineThere()) return ONLINE;
  return grounds.value.find(coversCountry)?.name ?? PLAIN;
});

/** The map imported that is drawn. */
export const importedGround = computed<Ground | null>(
  () => grounds.value.find(({ name }) => name === groundName.value) ?? null,
);

/** Checks that a place lies on the map imported that is drawn. */
export function isOnGround({ lon, lat }: { lon: number; lat: number }): boolean {
  const [west = 0, south = 0, east = 0, north = 0] = importedGround.value?.bounds ?? [];
  const isDrawn = importedGround.value !== null;
  return isDrawn && lon >= west && lon <= east && lat >= south && lat <= north;
}

/** Gives up the background map on the network. */
export function loseBasemap(): void {
  basemap.value = { configured: true, style: null, isLost: true };
}
