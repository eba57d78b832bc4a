/** What a comparison wants on the map: its ground, its places and addresses, and where to look. */
import type { MultiPolygon } from "geojson";
import { useMemo, useState } from "preact/hooks";
import type { Change, Comparison, MovedPlace } from "../api/compare";
import { vintagesOf, type Asked } from "../compare/asked";
import { boxOf, codesOf, keyOf } from "../compare/changes";
import { index, whole } from "../map/layers";
import type { Focus, Ground, Position, Scene, SignPoints } from "../map/scene";
import { movementOf } from "../signs";

/** Near enough to see a place among its streets. */
const PLACE_ZOOM = 16;

/** A place or an address to look at. */
export type Spot = Position & { label: string };

/** Where the map looks, and the place it was led to. */
interface Look {
  focus: Focus | undefined;
  spot: Spot | undefined;
}

export function sceneOf(asked: Asked, answer: Comparison | null, drawn: Change | null, { focus, spot }: Look, onPerimeter: (code: string) => void): Scene {
  const ground = answer ? groundOf(answer, drawn) : [];
  const isBare = asked.mode === "over" && (answer?.changes.some(({ outlines }) => outlines) ?? false);
  return {
    sides: { mode: asked.mode, ...vintagesOf(asked), isBare },
    onPerimeter,
    selected: drawn ? codesOf(drawn) : [],
    signs: { type: "FeatureCollection", features: (answer?.places ?? []).map(signOf) },
    // The ground is what is told of both together: on two maps it would hide what each was.
    ...(asked.mode === "over" && { ground: { type: "FeatureCollection", features: ground } }),
    ...(focus && { focus }),
    ...(spot && { marker: { ...spot, tone: "plain", doubtM: 0 } }),
  };
}

/** Where to look: at the change that is open, else at the area; `at` looks at a place. */
export function useFocus({ area }: Asked, answer: Comparison | null, drawn: Change | null) {
  const [place, look] = useState<{ at: Spot; in: Comparison | null; key: string }>();
  const key = drawn ? keyOf(drawn) : "";
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
  const near = useMemo((): Focus | undefined => place && { lon: place.at.lon, lat: place.at.lat, zoom: PLACE_ZOOM }, [place]);
  // A place was looked at as long as nothing else was chosen since.
  const isNewest = place?.in === answer && place?.key === key;
  return { focus: isNewest ? near : (one ?? all), spot: isNewest ? place?.at : undefined, at: (at: Spot) => look({ at, in: answer, key }) };
}

/** Where outlines are not there for all changes, the ground of the one that is open. */
function groundOf({ changes }: Comparison, drawn: Change | null): Ground["features"] {
  const all = changes.filter(({ outlines }) => outlines);
  const shown = all.length > 0 || !drawn ? all : [drawn];
  return shown.flatMap((change) => {
    const { outlines } = change;
    if (!outlines) return [];
    const isChosen = drawn !== null && keyOf(change) === keyOf(drawn);
    const parts = [["kept", outlines.shared], ["gained", outlines.gained], ["lost", outlines.lost]] as const;
    return parts.map(([part, geometry]) => ({
      type: "Feature" as const,
      geometry: geometry as unknown as MultiPolygon,
      properties: { part, code_qp: keyOf(change), isChosen },
    }));
  });
}

function signOf({ lon, lat, movement, name }: MovedPlace): SignPoints["features"][number] {
  return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { movement: movementOf(movement), label: name } };
}
