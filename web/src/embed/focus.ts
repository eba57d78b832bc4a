/** Where the map of a frame looks. */
import { boxAround } from "../map/box";
import type { Focus } from "../map/scene";

interface Outlined {
  geometry?: Record<string, unknown> | null;
}

/** The box around outlines; undefined where none has any. */
export function focusOn(outlined: readonly Outlined[]): Focus | undefined {
  const outlines = outlined.flatMap(
    ({ geometry }) => (geometry?.coordinates as unknown[] | undefined) ?? [],
  );
  const box = boxAround((outlines as number[][][][]).flat(2));
  return box ? { box } : undefined;
}
