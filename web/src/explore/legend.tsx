/** The legend of the map: the layers that it shows now, as an image of it and paper explain them. */
import { text } from "../french/texts";
import { choices, index, type LayerChoice, shown } from "../map/layers";
import { nameOf, Swatch } from "./layer-panel";
import { isDrawn } from "./map-image";

/** The kinds that a legend explains; names and numbers explain themselves. */
const EXPLAINED = [
  "perimeters",
  "band",
  "official_band",
  "own",
  "zoning",
  "clusters",
  "region_counts",
  "departement_counts",
];

/** The layers that are drawn at this zoom and need words. */
export function explainedLayers(): LayerChoice[] {
  return choices(index.value?.layers ?? []).filter(
    (layer) => EXPLAINED.includes(layer.kind) && shown.value[layer.id]?.visible && isDrawn(layer),
  );
}

/** The legend on paper; on the screen the list of layers is one. */
export function PrintedLegend() {
  const layers = explainedLayers();
  if (layers.length === 0) return null;
  return (
    <ul class="map-legend printed" aria-label={text("web.image.legend")}>
      {layers.map((layer) => (
        <li key={layer.id}>
          <Swatch layer={layer} /> {nameOf(layer)}
        </li>
      ))}
    </ul>
  );
}
