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

/** The name of the ground that is drawn: the one chosen, else the first there is. */
export const groundName = computed<string>(() => {
  const chosen = chosenGround.value;
  const there = groundNames.value;
  return chosen && there.includes(chosen) ? chosen : (there[0] ?? PLAIN);
});

/** The map imported that is drawn. */
export const importedGround = computed<Ground | null>(
  () => grounds.value.find(({ name }) => name === groundName.value) ?? null,
);

/** Gives up the background map on the network. */
export function loseBasemap(): void {
  basemap.value = { configured: true, style: null, isLost: true };
}
