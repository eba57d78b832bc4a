/** The layers of each map: those chosen, or while a view compares two vintages, those of one or the other. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Layer } from "../api/client";
import { drawnGround } from "./drawn-ground";
import { choices, index, type LayerDisplay, shown } from "./layers";
import { palette } from "./palette";
import { type CompareMode, scene } from "./scene";
import type { Drawing } from "./style";

/** The way two vintages are shown while a view compares them; the same object until it changes. */
export const compareMode: ReadonlySignal<CompareMode | null> = (() => {
  let last: CompareMode | null = null;
  return computed(() => {
    const next = scene.value.compareMode ?? null;
    if (JSON.stringify(next) !== JSON.stringify(last)) last = next;
    return last;
  });
})();

/** The first map; of two, the one on the left. */
export const first = drawing(({ mode, from, to }) => (mode === "over" ? [from, to] : [from]));
/** The map on the right. */
export const second = drawing(({ to }) => [to]);

function drawing(
  vintagesOf: (compareMode: CompareMode) => string[],
): ReadonlySignal<Drawing | null> {
  const layers = computed(() =>
    compareMode.value ? only(vintagesOf(compareMode.value), compareMode.value.isBare) : shown.value,
  );
  return computed(() => {
    if (!index.value) return null;
    return {
      index: index.value,
      shown: layers.value,
      palette: palette.value,
      ground: drawnGround.value,
    };
  });
}

/** The perimeters of these vintages, and names and counts of the newest of them; no band; the background as it is. */
function only(vintages: readonly string[], isBare: boolean): Record<string, LayerDisplay> {
  const newest = [...vintages].sort().at(-1);
  const isVisible = ({ kind, vintage, id }: Layer) => {
    if (kind === "perimeters") return vintages.includes(vintage ?? "");
    if (kind === "clusters") return vintage === newest;
    return (
      kind !== "band" &&
      kind !== "official_band" &&
      !kind.endsWith("_counts") &&
      Boolean(shown.value[id]?.visible)
    );
  };
  const all = choices(index.value?.layers ?? []);
  return Object.fromEntries(
    all.map((layer) => [layer.id, { visible: isVisible(layer), opacity: 1, isBare }]),
  );
}
