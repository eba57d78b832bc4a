/** The layers that the service has, and which of them are shown and how strongly. Kept while the page is open. */
import { computed, signal } from "@preact/signals";
import type { StyleSpecification } from "maplibre-gl";
import { json, layers, tiles, type Layer, type LayerList } from "../api/client";

/** What the service has, and whom each layer is due to, by id. */
export interface TileIndex extends LayerList {
  attributions: Record<string, string>;
}

/** How a layer is shown. */
export interface Shown {
  visible: boolean;
  /** From 0 to 1, of the strength it is drawn with by default. */
  opacity: number;
}

/** What the service has; null until it is known, an empty list when it could not be asked. */
export const index = signal<TileIndex | null>(null);

const changed = signal<Record<string, Partial<Shown>>>({});

/** How each layer is shown, by id. */
export const shown = computed<Record<string, Shown>>(() =>
  Object.fromEntries(
    (index.value?.layers ?? []).map((layer) => [
      layer.id,
      { visible: byDefault(layer), opacity: 1, ...changed.value[layer.id] },
    ]),
  ),
);

/** A background map that the operator chose: none, one that does not answer, or its style. */
export interface Basemap {
  configured: boolean;
  style: StyleSpecification | null;
}

/** The background map chosen by the operator. */
export const basemap = signal<Basemap>({ configured: false, style: null });

/** Shows, hides, strengthens or fades a layer. */
export function change(id: string, how: Partial<Shown>): void {
  changed.value = { ...changed.value, [id]: { ...changed.value[id], ...how } };
}

/** Asks the service for its layers, and for the background map if there is one. */
export async function loadLayers(stop: AbortSignal): Promise<void> {
  const background = json<Basemap>("basemap", {}, stop).then((found) => (basemap.value = found));
  await Promise.all([loadIndex(stop), background.catch(() => undefined)]);
}

async function loadIndex(stop: AbortSignal): Promise<void> {
  try {
    const list = await layers(stop);
    const due = list.layers.map(async ({ id }) => [id, (await tiles(id, stop)).attribution] as const);
    index.value = { ...list, attributions: Object.fromEntries(await Promise.all(due)) };
  } catch {
    // No layer is drawn without telling whom it is due to.
    if (!stop.aborted) index.value = { layers: [], version: "", attributions: {} };
  }
}

/** What the map shows at first: the newest perimeters with their band, and all that is the background. */
function byDefault({ kind, vintage }: Layer): boolean {
  if (kind === "perimeters" || kind === "band" || kind === "clusters") return vintage === newest();
  return kind === "communes" || kind === "departements" || kind === "regions" || kind === "streets" || kind === "addresses";
}

function newest(): string | undefined {
  return index.value?.layers
    .filter(({ kind }) => kind === "perimeters")
    .flatMap(({ vintage }) => vintage ?? [])
    .sort()
    .at(-1);
}
