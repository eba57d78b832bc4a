/** The layers that the service has, and which of them are shown and how strongly. Kept while the page is open. */
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { json, type Layer, type LayerList, layers, tiles } from "../api/client";
import { isStyle } from "./basemap";
import { type Basemap, basemap, grounds, importedGround, loseBasemap } from "./ground";
import { showsHouses } from "./ground-style";
import type { Box } from "./scene";
import { current } from "./vintages";

/** The layers of the service, and their attributions by id. */
export interface TileIndex extends LayerList {
  attributions: Record<string, string>;
}

/** The way a layer is shown. */
export interface LayerDisplay {
  visible: boolean;
  /** From 0 to 1, of the strength it is drawn with by default. */
  opacity: number;
  /** True to draw perimeters as lines alone. */
  isBare?: boolean;
}

/** The layers of the service; null until they are known, an empty list when the request failed. */
export const index = signal<TileIndex | null>(null);

/** Metropolitan France. */
const FRANCE: Box = [-5.3, 41.2, 9.7, 51.2];

/** Returns the box on which the map opens: all that is loaded if no more than a region, else metropolitan France. */
export function whole({ opening }: TileIndex): Box {
  const box = opening as Box | null | undefined;
  return box && box[2] - box[0] < 12 ? box : FRANCE;
}

/** Checks that addresses are loaded; assumed while it is not known. */
export function hasAddresses(): boolean {
  if (!index.value?.version) return true;
  return index.value.layers.some(({ kind }) => kind === "addresses");
}

const changed = signal<Record<string, Partial<LayerDisplay>>>({});

/** The way each layer is shown, by id. Where departments or regions are counted, clusters are not, unless they are chosen. */
export const shown = computed<Record<string, LayerDisplay>>(() => {
  const all = choices(index.value?.layers ?? []);
  const isCounted = all.some(
    ({ id, kind }) => kind.endsWith("_counts") && changed.value[id]?.visible,
  );
  const isShown = (choice: LayerChoice) =>
    byDefault(choice) && !(isCounted && choice.kind === "clusters");
  return Object.fromEntries(
    all.map((choice) => [
      choice.id,
      { visible: isShown(choice), opacity: 1, ...changed.value[choice.id] },
    ]),
  );
});

/** What helps to recognise a place, and can be hidden. */
export const MARKS: readonly Layer["kind"][] = [
  "commune_names",
  "streets",
  "street_lines",
  "addresses",
  "buildings",
  "parcels",
];
/** Those that a plan has itself. */
const DRAWN_BY_PLANS: readonly Layer["kind"][] = ["commune_names", "street_lines", "buildings"];

/** The limits of administrations are there when they were imported, and no choice. */
function isChoice(kind: Layer["kind"]): boolean {
  return kind !== "communes" && kind !== "departements" && kind !== "regions";
}

/** A layer as one chooses it: `id` is its own, `tiles` the layer of tiles that it is drawn from. */
export interface LayerChoice extends Layer {
  tiles: string;
}

/** Lists the layers to choose from. Counts are one layer of tiles with a number for each vintage, and each vintage is a choice. */
export function choices(layers: readonly Layer[]): LayerChoice[] {
  const vintages = layers.flatMap(({ kind, vintage }) =>
    kind === "perimeters" && vintage ? [vintage] : [],
  );
  return layers.flatMap((layer): LayerChoice[] => {
    if (!layer.kind.endsWith("_counts")) return [{ ...layer, tiles: layer.id }];
    return vintages.map((vintage) => ({
      ...layer,
      id: `${layer.id}-${vintage}`,
      vintage,
      tiles: layer.id,
    }));
  });
}

/** The vintages that the answer of the view rests on; none while there is no answer, and then the one in force is shown. */
const answered = signal<readonly string[]>([]);

/** Draws the vintages that an answer rests on, even where they had been hidden before it came. */
export function showVintages(vintages: readonly string[]): void {
  if (vintages.join() === answered.value.join()) return;
  answered.value = vintages;
  const needed = new Set(
    index.value?.layers
      .filter(({ vintage }) => vintage && vintages.includes(vintage))
      .map(({ id }) => id),
  );
  const kept = Object.entries(changed.value).filter(
    ([id, { visible }]) => visible !== false || !needed.has(id),
  );
  changed.value = Object.fromEntries(kept);
}

/** While the view is open, the map shows these vintages; undefined while it is not known which, and nothing changes. */
export function useVintages(vintages: readonly string[] | undefined): void {
  useEffect(() => {
    if (vintages) showVintages(vintages);
  }, [vintages?.join()]);
  useEffect(() => () => showVintages([]), []);
}

/** The vintages whose perimeters or bands are drawn now, the newest first. */
export const drawnVintages = computed<string[]>(() => {
  const isDrawn = ({ id, kind }: Layer) =>
    (kind === "perimeters" || kind === "band") && shown.value[id]?.visible;
  const vintages =
    index.value?.layers.filter(isDrawn).flatMap(({ vintage }) => vintage ?? []) ?? [];
  return [...new Set(vintages)].sort().reverse();
});

/** Shows, hides, strengthens or fades a layer. */
export function change(id: string, how: Partial<LayerDisplay>): void {
  changed.value = { ...changed.value, [id]: { ...changed.value[id], ...how } };
}

/** True once a person has chosen layers, here or by a link. */
export const areChosen = computed(() => Object.keys(changed.value).length > 0);

/** Shows these layers and no other, by their names as one chooses them. */
export function showOnly(ids: readonly string[]): void {
  changed.value = Object.fromEntries(
    choices(index.value?.layers ?? [])
      .filter(({ kind }) => isChoice(kind))
      .map(({ id }) => [id, { ...changed.value[id], visible: ids.includes(id) }]),
  );
}

/** Asks the service for its layers, and for the background map if there is one. */
export async function loadLayers(stop: AbortSignal): Promise<void> {
  const background = json<Basemap>("basemap", {}, stop).then((found) => {
    basemap.value = found;
    if (found.style && !isStyle(found.style)) loseBasemap();
  });
  await Promise.all([loadIndex(stop), background.catch(() => undefined)]);
}

async function loadIndex(stop: AbortSignal): Promise<void> {
  try {
    const list = await layers(stop);
    const due = list.layers.map(
      async ({ id }) => [id, (await tiles(id, stop)).attribution] as const,
    );
    const attributions = Object.fromEntries(await Promise.all(due));
    grounds.value = list.grounds ?? [];
    index.value = { ...list, attributions };
  } catch {
    // No layer is drawn without its attribution.
    if (!stop.aborted)
      index.value = { layers: [], version: "", grounds: [], opening: null, attributions: {} };
  }
}

/** Shows the default layers: the perimeters that answered, else those in force, with their band, and the background. */
function byDefault({ kind, vintage }: Layer): boolean {
  if (kind === "perimeters" || kind === "band" || kind === "clusters") {
    return answered.value.length > 0
      ? answered.value.includes(vintage ?? "")
      : vintage === inForce();
  }
  const ground = importedGround.value;
  if (MARKS.includes(kind)) {
    // A picture has its names and numbers already, or is a photograph that one wants to see.
    if (!ground || ground.kind === "raster") return !ground;
    return !(showsHouses(ground) && DRAWN_BY_PLANS.includes(kind));
  }
  return kind === "communes" || kind === "departements" || kind === "regions";
}

/** The vintage in force; the newest drawn until it is known. */
function inForce(): string | undefined {
  const drawn = index.value?.layers
    .filter(({ kind }) => kind === "perimeters")
    .flatMap(({ vintage }) => vintage ?? [])
    .sort();
  const known = current.value;
  return known && drawn?.includes(known) ? known : drawn?.at(-1);
}
