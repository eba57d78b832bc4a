/** The layers of the map: shown or not, how strongly, and how each is drawn. In the order of the official map. */
import type { Layer } from "../api/client";
import { isKey, text } from "../french/texts";
import { change, choices, index, type LayerChoice, shown } from "../map/layers";
import { palette } from "../map/palette";
import { inkOf, stateOf } from "../map/vintages";

/** The background is not a choice: it is there when it was imported. */
const CHOICES: readonly Layer["kind"][] = [
  "clusters",
  "region_counts",
  "departement_counts",
  "perimeters",
  "band",
  "official_band",
  "own",
  "zoning",
];

export function LayerPanel() {
  const layers = choices(index.value?.layers ?? []);
  const listed = CHOICES.flatMap((kind) =>
    layers
      .filter((layer) => layer.kind === kind)
      .sort((a, b) => (b.vintage ?? "").localeCompare(a.vintage ?? "")),
  );
  if (listed.length === 0) return index.value && <p class="hint">{text("web.layers.none")}</p>;
  return (
    <fieldset class="block layers unprinted">
      <legend>{text("web.layers.title")}</legend>
      {listed.map((layer) => (
        <LayerControls key={layer.id} layer={layer} />
      ))}
      {listed.some(({ kind, id }) => kind.endsWith("_counts") && shown.value[id]?.visible) && (
        <p class="hint">{text("web.layers.unknown_count")}</p>
      )}
    </fieldset>
  );
}

function LayerControls({ layer }: { layer: LayerChoice }) {
  const { visible, opacity } = shown.value[layer.id] ?? { visible: false, opacity: 1 };
  const name = nameOf(layer);
  return (
    <div class="layer">
      <label class="choice">
        <input
          type="checkbox"
          checked={visible}
          onChange={(event) => change(layer.id, { visible: event.currentTarget.checked })}
        />
        <Swatch layer={layer} />
        <span>{name}</span>
      </label>
      {visible && (
        <input
          type="range"
          min="10"
          max="100"
          step="10"
          value={opacity * 100}
          aria-label={text("web.layers.opacity", { name })}
          onInput={(event) =>
            change(layer.id, { opacity: event.currentTarget.valueAsNumber / 100 })
          }
        />
      )}
    </div>
  );
}

function nameOf({ kind, vintage, name, label }: LayerChoice): string {
  const key = `layers.${kind}`;
  // A kind of layer without words of ours has its own name.
  return isKey(key)
    ? text(key, { name: label ?? name ?? "", vintage: vintage ?? "" })
    : (name ?? kind);
}

/** A small sample of how the layer is drawn. */
function Swatch({ layer: { kind, vintage } }: { layer: LayerChoice }) {
  const { qpv_past, band_300m, own, count } = palette.value;
  const ink = inkOf(vintage, palette.value);
  const state = stateOf(vintage);
  if (kind === "clusters" || kind === "departement_counts" || kind === "region_counts") {
    return (
      <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
        <circle
          cx="14"
          cy="9"
          r="7"
          fill={kind === "clusters" ? ink : state === "past" ? qpv_past : count}
        />
      </svg>
    );
  }
  const colour =
    kind === "own" || kind === "zoning" ? own : kind === "perimeters" ? ink : band_300m;
  const dashes = {
    perimeters: { past: "5 3", current: "", coming: "8 3 2 3" }[state],
    band: { past: "2 3", current: "6 3", coming: "6 3 2 3" }[state],
    official_band: "",
    own: "2 3",
    zoning: "7 3",
  }[kind];
  return (
    <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
      <rect
        x="2"
        y="2"
        width="24"
        height="14"
        fill={kind === "official_band" ? "none" : colour}
        fill-opacity="0.25"
        stroke={colour}
        stroke-width="2"
        stroke-dasharray={dashes}
      />
    </svg>
  );
}
