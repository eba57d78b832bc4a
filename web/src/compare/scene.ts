/** The scene of a comparison: areas of change, places, listed addresses, and the focus of the map. */
import type { MultiPolygon } from "geojson";
import { useEffect, useMemo, useState } from "preact/hooks";
import { index, whole } from "../map/layers";
import {
  type ChangeAreas,
  type Focus,
  type Position,
  type SymbolPoints,
  useScene,
} from "../map/scene";
import { movementOf } from "../map/symbols";
import type { Change, Comparison, MovedAddress, MovedPlace } from "./api";
import { boxOf, codesOf, keyOf } from "./changes";
import { type CompareQuery, vintagesOf } from "./query";
import { listed } from "./state";

/** Near enough to see a place among its streets. */
const PLACE_ZOOM = 16;

/** A place or an address to look at. */
export type NamedPosition = Position & { label: string };

/** The comparison shown, and the open change with its outlines once they are loaded. */
export interface ShownComparison {
  query: CompareQuery;
  answer: Comparison | null;
  drawn: Change | null;
}

/** Checks that all changes came with outlines: those of the whole country do not. */
export function hasOutlines(answer: Comparison | null): boolean {
  return answer?.changes.some(({ outlines }) => outlines) ?? false;
}

/**
 * Shows a comparison on the map; `onPerimeter` receives the neighbourhood clicked. Returns the function that moves the map
 * to a place.
 */
export function useCompareScene(
  { query, answer, drawn }: ShownComparison,
  onPerimeter: (code: string) => void,
): (at: NamedPosition) => void {
  const { focus, spot, lookAt } = useFocus({ query, answer, drawn });
  const hasAll = hasOutlines(answer);
  // Large: made, and sent to the map, once for all changes.
  const changeAreas = useMemo(
    () => changeAreasOf(hasAll ? (answer?.changes ?? []) : drawn ? [drawn] : []),
    [answer, hasAll ? null : drawn],
  );
  const chosen = useMemo(() => changeAreasOf(drawn ? [drawn] : []), [drawn]);
  const addresses = listed.value;
  const symbols = useMemo(() => symbolsOf(answer?.places ?? [], addresses), [answer, addresses]);
  const isOver = query.mode === "over";
  useScene(
    () => ({
      compareMode: { mode: query.mode, ...vintagesOf(query), isBare: isOver && hasAll },
      onPerimeter,
      selected: drawn ? codesOf(drawn) : [],
      symbols,
      // The areas of change belong to both vintages together: on two maps they would hide each.
      ...(isOver && { changeAreas, chosen }),
      ...(focus && { focus }),
      ...(spot && { marker: { ...spot, tone: "plain", doubtM: 0 } }),
    }),
    [query, answer, drawn, focus, spot, symbols],
  );
  return lookAt;
}

/** Chooses the focus of the map: the last place asked for, else the open change, else the area. */
function useFocus({ query: { area }, answer, drawn }: ShownComparison) {
  const [spot, lookAt] = useState<NamedPosition | null>(null);
  const key = drawn ? keyOf(drawn) : "";
  // The map stays at a place until something else is chosen.
  useEffect(() => lookAt(null), [answer, key]);
  const all = useMemo((): Focus | undefined => {
    if (!answer) return undefined;
    // While the layers are not known the map has not opened; it will show the whole by itself.
    const box = area ? boxOf(answer.changes) : index.value && whole(index.value);
    return box ? { box } : undefined;
  }, [answer]);
  const one = useMemo((): Focus | undefined => {
    const box = drawn && boxOf([drawn]);
    return box ? { box } : undefined;
  }, [answer, key, drawn?.outlines]);
  const near = useMemo(
    (): Focus | undefined =>
      spot ? { lon: spot.lon, lat: spot.lat, zoom: PLACE_ZOOM } : undefined,
    [spot],
  );
  // Outlines that are still asked for are waited for where the map is.
  const rest = drawn && !hasOutlines(answer) ? undefined : all;
  return { focus: near ?? one ?? rest, spot, lookAt };
}

function changeAreasOf(changes: readonly Change[]): ChangeAreas {
  const features = changes.flatMap((change) => {
    const { outlines } = change;
    if (!outlines) return [];
    const parts = [
      ["kept", outlines.shared],
      ["gained", outlines.gained],
      ["lost", outlines.lost],
    ] as const;
    return parts.map(([part, geometry]) => ({
      type: "Feature" as const,
      geometry: geometry as unknown as MultiPolygon,
      properties: { part, code_qp: keyOf(change) },
    }));
  });
  return { type: "FeatureCollection", features };
}

/** Places over addresses, which are many. */
function symbolsOf(
  places: readonly MovedPlace[],
  addresses: readonly MovedAddress[],
): SymbolPoints {
  const symbols = [
    ...addresses.map(({ side, label, ...at }) => ({ ...at, movement: side, label })),
    ...places.map(({ name, movement, ...at }) => ({ ...at, movement, label: name })),
  ];
  const features = symbols.map(
    ({ lon, lat, movement, label }): SymbolPoints["features"][number] => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties: { movement: movementOf(movement), label },
    }),
  );
  return { type: "FeatureCollection", features };
}
