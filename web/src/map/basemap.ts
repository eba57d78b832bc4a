/**
 * The background map that the operator chose, whose style is somebody else's. Promises that it lives beside our layers
 * without touching them, and that it is given up as soon as it turns out that it cannot be drawn.
 */
import type {
  ErrorEvent,
  Map as MapLibre,
  MapSourceDataEvent,
  StyleSpecification,
} from "maplibre-gl";

/** Prefix of its sources and layers, so that none has the name of one of ours. */
const PREFIX = "basemap:";

/** Tiles that may fail before any has come; and, once some have, in a row. */
const FIRST_FAILURES = 2;
const FAILURES = 12;

type StyleParts = Pick<StyleSpecification, "sources" | "layers"> &
  Partial<Pick<StyleSpecification, "sprite" | "glyphs" | "font-faces" | "state">>;

/** Checks that it has the form of a style at all; the map itself finds faults in its layers. */
export function isStyle(style: Partial<StyleSpecification>): style is StyleSpecification {
  return Array.isArray(style.layers) && typeof style.sources === "object" && style.sources !== null;
}

/**
 * Returns the parts of a style that are drawn: layers and what they need, without the settings of the whole map (view,
 * relief, sky).
 */
export function partsOf({
  sources,
  layers,
  sprite,
  glyphs,
  state,
  ...others
}: StyleSpecification): StyleParts {
  const faces = others["font-faces"];
  return {
    ...(sprite && { sprite }),
    ...(glyphs && { glyphs }),
    ...(state && { state }),
    ...(faces && { "font-faces": faces }),
    sources: Object.fromEntries(
      Object.entries(sources).map(([id, source]) => [PREFIX + id, source]),
    ),
    layers: layers.map(named),
  };
}

function named(layer: StyleSpecification["layers"][number]): typeof layer {
  const source =
    "source" in layer && typeof layer.source === "string" ? { source: PREFIX + layer.source } : {};
  return { ...layer, id: PREFIX + layer.id, ...source } as typeof layer;
}

/** Between two looks whether any tile came, milliseconds. */
const BARREN_MS = 1000;

/** Watches a map that was started with such a style; `lost` is called once, when it refuses the style or its tiles do not come. */
export function watch(map: MapLibre, lost: () => void): void {
  let [isStyled, isLost] = [false, false];
  let [asked, came, failed] = [0, 0, 0];
  const lose = () => {
    if (isLost) return;
    isLost = true;
    // Not while the map is still busy with what it refuses.
    setTimeout(lost);
  };
  const ofTile = (count: () => void) => (event: MapSourceDataEvent) => {
    if (event.tile && event.sourceId.startsWith(PREFIX)) count();
  };
  map.on("style.load", () => (isStyled = true));
  map.on(
    "sourcedataloading",
    ofTile(() => (asked += 1)),
  );
  map.on("sourcedata", (event) => {
    if (event.tile?.hasData()) ofTile(() => ([came, failed] = [came + 1, 0]))(event);
  });
  map.on("error", (event: ErrorEvent & { sourceId?: string }) => {
    if (!isStyled) return lose();
    if (!event.sourceId?.startsWith(PREFIX)) return;
    failed += 1;
    if (failed >= (came === 0 ? FIRST_FAILURES : FAILURES)) lose();
  });
  // Tiles that the server does not have are no error to the map, and do not even wake it; when there is none at all, there is
  // no background.
  const barren = setInterval(() => {
    if (came > 0 || isLost) clearInterval(barren);
    else if (asked > 0 && map.areTilesLoaded()) lose();
  }, BARREN_MS);
  map.on("remove", () => clearInterval(barren));
}
