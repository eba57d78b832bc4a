/** The layers of the map in groups: shown or not, how strongly, and how each is drawn. In the order of the official map. */
import type { Layer } from "../api/client";
import { isKey, type Key, text } from "../french/texts";
import { chosenGround, groundName, groundNames, grounds, ONLINE, PLAIN } from "../map/ground";
import { change, choices, index, type LayerChoice, MARKS, shown } from "../map/layers";
import { palette } from "../map/palette";
import { inkOf, stateOf } from "../map/vintages";

/** The limits of administrations are not a choice: they are there when they were imported. */
const GROUPS: readonly [Key, readonly Layer["kind"][]][] = [
  ["web.layers.group.qpv", ["perimeters", "band", "official_band", "clusters"]],
  ["web.layers.group.counts", ["region_counts", "departement_counts"]],
  ["web.layers.group.own", ["own", "zoning"]],
  ["web.layers.group.marks", MARKS],
];

export function LayerPanel() {
  const layers = choices(index.value?.layers ?? []);
  if (layers.length === 0) return index.value && <p class="hint">{text("web.layers.none")}</p>;
  return (
    <section class="block layers unprinted" aria-labelledby="layers-title">
      <h2 id="layers-title">{text("web.layers.title")}</h2>
      {GROUPS.map(([title, kinds]) => (
        <LayerGroup key={title} title={title} layers={listed(layers, kinds)} />
      ))}
      <GroundGroup />
    </section>
  );
}

/** The layers of some kinds, the newest vintage of each first. */
function listed(layers: readonly LayerChoice[], kinds: readonly Layer["kind"][]): LayerChoice[] {
  return kinds.flatMap((kind) =>
    layers
      .filter((layer) => layer.kind === kind)
      .sort((a, b) => (b.vintage ?? "").localeCompare(a.vintage ?? "")),
  );
}

function LayerGroup({ title, layers }: { title: Key; layers: readonly LayerChoice[] }) {
  if (layers.length === 0) return null;
  return (
    <fieldset>
      <legend>{text(title)}</legend>
      {layers.map((layer) => (
        <LayerControls key={layer.id} layer={layer} />
      ))}
      {layers.some(({ kind, id }) => kind.endsWith("_counts") && shown.value[id]?.visible) && (
        <p class="hint">{text("web.layers.unknown_count")}</p>
      )}
    </fieldset>
  );
}

/** The ground under the layers, where there is another one than the plain. */
function GroundGroup() {
  const names = groundNames.value;
  if (names.length < 2) return null;
  return (
    <fieldset>
      <legend>{text("web.layers.group.ground")}</legend>
      {names.map((name) => (
        <div class="layer" key={name}>
          <label class="choice">
            <input
              type="radio"
              name="ground"
              checked={groundName.value === name}
              onChange={() => {
                chosenGround.value = name;
              }}
            />
            <span>{groundLabel(name)}</span>
          </label>
        </div>
      ))}
    </fieldset>
  );
}

function groundLabel(name: string): string {
  if (name === PLAIN) return text("web.layers.ground.plain");
  if (name === ONLINE) return text("web.layers.ground.basemap");
  return grounds.value.find((ground) => ground.name === name)?.label ?? name;
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

/** The name of a layer for people. */
export function nameOf({ kind, vintage, name, label }: LayerChoice): string {
  const key = `layers.${kind}`;
  // A kind of layer without words of ours has its own name.
  return isKey(key)
    ? text(key, { name: label ?? name ?? "", vintage: vintage ?? "" })
    : (name ?? kind);
}

/** A small sample of how the layer is drawn. */
export function Swatch({ layer: { kind, vintage } }: { layer: LayerChoice }) {
  const { qpv_past, band_300m, own, count, road, building, border, faint } = palette.value;
  const ink = inkOf(vintage, palette.value);
  const state = stateOf(vintage);
  if (kind === "commune_names" || kind === "streets" || kind === "addresses") {
    return (
      <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
        <text x="14" y="14" text-anchor="middle" font-size="14" fill={faint}>
          {kind === "addresses" ? "12" : "Aa"}
        </text>
      </svg>
    );
  }
  if (kind === "street_lines") {
    return (
      <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
        <path d="M2 13 26 5" stroke={border} stroke-width="7" />
        <path d="M2 13 26 5" stroke={road} stroke-width="5" />
      </svg>
    );
  }
  if (kind === "buildings" || kind === "parcels") {
    return (
      <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
        <rect
          x="4"
          y="3"
          width="20"
          height="12"
          fill={kind === "buildings" ? building : "none"}
          stroke={border}
        />
      </svg>
    );
  }
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
