/**
 * The drawing of the map, as a MapLibre style made from the layers that the service has. The default background needs no
 * network: outlines, names of streets and house numbers from the dataset itself. Nothing is shown by colour alone:
 * vintages differ by their lines, results by their shapes.
 */
import type {
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { Layer } from "../api/client";
import { typeset } from "../french/typeset";
import { partsOf } from "./basemap";
import type { DrawnGround } from "./drawn-ground";
import { FONT } from "./font";
import { choices, type LayerChoice, type LayerDisplay, MARKS, type TileIndex } from "./layers";
import type { Palette } from "./palette";
import type { Box } from "./scene";
import { inkOf, stateOf } from "./vintages";

const TEXT_FONT = [FONT];

/** Below this zoom neighbourhoods are shown as counted clusters, from it on as outlines. */
export const OUTLINES_FROM = 9;

type StyledLayer = { layer: LayerChoice; opacity: number; palette: Palette; isBare?: boolean };
type Draw = (named: StyledLayer) => LayerSpecification[];

/** From this zoom on numbers are written, in place of dots. */
const NUMBERS_FROM = 16.5;

/** The layers of a kind are drawn in this order, the first at the bottom. */
const DRAWINGS: readonly [Layer["kind"], Draw][] = [
  ["communes", ({ layer, palette }) => [outline(layer, palette.commune, 0.7, 9)]],
  [
    "departements",
    ({ layer, palette }) => [land(layer, palette), outline(layer, palette.border, 1)],
  ],
  ["regions", ({ layer, palette }) => [outline(layer, palette.border, 2)]],
  ["street_lines", streetLines],
  ["parcels", parcels],
  ["buildings", buildings],
  ["band", band],
  ["official_band", officialBand],
  ["own", own],
  ["zoning", zoning],
  ["perimeters", perimeters],
  [
    "addresses",
    (styled) => [
      dots(styled),
      label(styled, "housenumber", styled.palette.faint, 11, NUMBERS_FROM),
    ],
  ],
  ["streets", (styled) => [label(styled, "name", styled.palette.street, 13, 14)]],
  ["commune_names", communeNames],
  ["region_counts", counted],
  ["departement_counts", counted],
  ["clusters", clusters],
];

/** The layers to draw, and how. */
export interface Drawing {
  index: TileIndex;
  shown: Record<string, LayerDisplay>;
  palette: Palette;
  /** The ground chosen; where it has nothing, as without one, the outlines of the service make the background. */
  ground: DrawnGround | null;
}

/** The kinds that make the background when nothing else does. */
const BACKGROUND: readonly Layer["kind"][] = ["communes", "departements", "regions"];

/** The style for a drawing, at the root address `base` of the service, with the font at the address `font`. */
export function style(
  { index, shown, palette, ground }: Drawing,
  base: string,
  font: string,
): StyleSpecification {
  const paper: LayerSpecification = {
    id: "paper",
    type: "background",
    paint: { "background-color": palette.paper },
  };
  const isLeftOut = (kind: Layer["kind"]) =>
    ground?.isOnline && (BACKGROUND.includes(kind) || MARKS.includes(kind));
  const offered = choices(index.layers).filter(({ kind }) => !isLeftOut(kind));
  const drawnOf = (isWanted: (kind: Layer["kind"]) => boolean) =>
    DRAWINGS.filter(([kind]) => isWanted(kind)).flatMap(([kind, draw]) =>
      offered
        .filter((layer) => layer.kind === kind)
        .flatMap((layer) => {
          const {
            visible,
            opacity,
            isBare = false,
          } = shown[layer.id] ?? { visible: false, opacity: 1 };
          return draw({ layer, opacity, palette, isBare }).map((spec) =>
            withVisibility(spec, visible),
          );
        }),
    );
  const outlines = drawnOf((kind) => BACKGROUND.includes(kind));
  const drawn = drawnOf((kind) => !BACKGROUND.includes(kind));
  const under = ground && partsOf(ground.style);
  // A map imported may have a part of the country only: the outlines go on around it.
  const [papers, grounds] = parted(under?.layers ?? []);
  const hasLand = outlines.some(({ type }) => type === "fill");
  const bottom = papers.length > 0 && !hasLand ? papers : [paper];
  const background = ground?.isOnline
    ? (under?.layers ?? [])
    : [...bottom, ...outlines, ...grounds];
  const sources = index.layers.map((layer) => [layer.id, source(layer, index, base)] as const);
  return {
    ...under,
    version: 8,
    // Each frame of a change of colours would be drawn anew, and paper takes them at once.
    transition: { duration: 0, delay: 0 },
    // Before the glyphs of a background map, which do not have it.
    "font-faces": { ...under?.["font-faces"], [FONT]: font },
    sources: { ...under?.sources, ...Object.fromEntries(sources) },
    layers: [...background, ...drawn],
  };
}

/** The layers that cover all of the map, and the others. */
function parted(
  layers: readonly LayerSpecification[],
): [LayerSpecification[], LayerSpecification[]] {
  const isPaper = ({ type }: LayerSpecification) => type === "background";
  return [layers.filter(isPaper), layers.filter((layer) => !isPaper(layer))];
}

/** The style layers whose features are perimeters of a vintage, to ask which one was clicked. */
export function perimeterLayers(index: TileIndex): string[] {
  return index.layers.filter(({ kind }) => kind === "perimeters").map(({ id }) => `${id}-fill`);
}

function source(
  { id, minzoom, maxzoom, bounds }: Layer,
  { version, attributions }: TileIndex,
  base: string,
): SourceSpecification {
  const tiles = [`${base}tiles/${id}/{z}/{x}/{y}?v=${version}`];
  // Plain words, which the map takes for HTML.
  const attribution = typeset(attributions[id] ?? "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
  return {
    type: "vector",
    tiles,
    minzoom,
    maxzoom,
    bounds: bounds as Box,
    attribution,
    promoteId: "code_qp",
  };
}

function withVisibility(spec: LayerSpecification, visible: boolean): LayerSpecification {
  return {
    ...spec,
    layout: { ...spec.layout, visibility: visible ? "visible" : "none" },
  } as LayerSpecification;
}

function tileSource(layer: LayerChoice, suffix: string) {
  return { id: `${layer.id}-${suffix}`, source: layer.tiles, "source-layer": layer.tiles };
}

function land(layer: LayerChoice, palette: Palette): LayerSpecification {
  return {
    ...tileSource(layer, "land"),
    type: "fill",
    // Its edge lies under the line of the department, and is not drawn once more.
    paint: { "fill-color": palette.land, "fill-antialias": false },
  };
}

function outline(
  layer: LayerChoice,
  colour: string,
  width: number,
  minzoom = 0,
): LayerSpecification {
  return {
    ...tileSource(layer, "line"),
    type: "line",
    minzoom,
    paint: { "line-color": colour, "line-width": width },
  };
}

/** A street, as wide as one; drawn under all that is asked about. */
function streetLines({ layer, palette, opacity }: StyledLayer): LayerSpecification[] {
  return [
    {
      ...tileSource(layer, "line"),
      type: "line",
      minzoom: 13.5,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": palette.road,
        "line-opacity": opacity,
        "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 14, 2, 18, 14],
      },
    },
  ];
}

function parcels({ layer, palette, opacity }: StyledLayer): LayerSpecification[] {
  return [
    {
      ...tileSource(layer, "line"),
      type: "line",
      minzoom: 15.5,
      paint: { "line-color": palette.border, "line-width": 0.6, "line-opacity": 0.8 * opacity },
    },
  ];
}

function buildings({ layer, palette, opacity }: StyledLayer): LayerSpecification[] {
  return [
    {
      ...tileSource(layer, "fill"),
      type: "fill",
      minzoom: 15,
      paint: {
        "fill-color": palette.building,
        "fill-outline-color": palette.border,
        "fill-opacity": opacity,
      },
    },
  ];
}

/** An address before its number is written. */
function dots({ layer, palette, opacity }: StyledLayer): LayerSpecification {
  return {
    ...tileSource(layer, "dots"),
    type: "circle",
    minzoom: 15,
    maxzoom: NUMBERS_FROM,
    paint: {
      "circle-radius": 2,
      "circle-color": palette.faint,
      "circle-opacity": 0.45 * opacity,
    },
  };
}

/** The largest communes come first, and the others where there is room. */
function communeNames(styled: StyledLayer): LayerSpecification[] {
  const { layer, palette } = styled;
  const names = label(styled, "lib_com", palette.faint, 13, 1);
  return [
    {
      ...names,
      ...tileSource(layer, "names"),
      // Nearer, the names of streets need the room.
      maxzoom: 14.5,
      layout: {
        ...names.layout,
        "text-size": ["match", ["get", "size_class"], 1, 16, 2, 14, 3, 13, 12],
        "symbol-sort-key": ["get", "rank"],
        // Beside its middle, where a disc may count the neighbourhoods.
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 1.2,
        "text-max-width": 8,
      },
    } as LayerSpecification,
  ];
}

/** Perimeters in force are filled with a solid line; those of other vintages have a dashed one. Bare ones are lines only, and can be clicked all the same. */
function perimeters({ layer, opacity, palette, isBare }: StyledLayer): LayerSpecification[] {
  const state = stateOf(layer.vintage);
  const colour = inkOf(layer.vintage, palette);
  const isInForce = state === "current";
  const dashes = { past: [2.5, 1.5], current: null, coming: [5, 1.5, 1, 1.5] }[state];
  const chosen = ["boolean", ["feature-state", "chosen"], false];
  // Among bare ones a thicker line would hide that of the other vintage.
  const width = ["case", chosen, isBare ? 2 : 4, 2];
  return [
    {
      ...tileSource(layer, "fill"),
      type: "fill",
      minzoom: OUTLINES_FROM,
      paint: {
        "fill-color": colour,
        "fill-opacity": isBare ? 0 : (isInForce ? 0.28 : 0.12) * opacity,
      },
    },
    {
      ...tileSource(layer, "line"),
      type: "line",
      minzoom: OUTLINES_FROM,
      layout: { "line-join": "round" },
      paint: {
        "line-color": colour,
        "line-width": width as never,
        "line-opacity": opacity,
        ...(dashes && { "line-dasharray": dashes }),
      },
    },
  ];
}

function band({ layer, opacity, palette }: StyledLayer): LayerSpecification[] {
  const dashes = { past: [1, 2], current: [4, 2], coming: [4, 2, 1, 2] }[stateOf(layer.vintage)];
  return [
    {
      ...tileSource(layer, "fill"),
      type: "fill",
      minzoom: OUTLINES_FROM,
      paint: { "fill-color": palette.band_300m, "fill-opacity": 0.16 * opacity },
    },
    {
      ...tileSource(layer, "line"),
      type: "line",
      minzoom: OUTLINES_FROM,
      paint: {
        "line-color": palette.band_300m,
        "line-width": 1.5,
        "line-opacity": opacity,
        "line-dasharray": dashes,
      },
    },
  ];
}

function officialBand({ layer, opacity, palette }: StyledLayer): LayerSpecification[] {
  const paint = { "line-color": palette.band_300m, "line-width": 2.5, "line-opacity": opacity };
  return [{ ...tileSource(layer, "line"), type: "line", minzoom: OUTLINES_FROM, paint }];
}

function own({ layer, opacity, palette }: StyledLayer): LayerSpecification[] {
  return [
    {
      ...tileSource(layer, "fill"),
      type: "fill",
      paint: { "fill-color": palette.own, "fill-opacity": 0.2 * opacity },
    },
    {
      ...tileSource(layer, "line"),
      type: "line",
      paint: {
        "line-color": palette.own,
        "line-width": 2,
        "line-opacity": opacity,
        "line-dasharray": [1, 1.5],
      },
    },
  ];
}

/** The areas of a zoning that are in force today. */
function zoning(styled: StyledLayer): LayerSpecification[] {
  const today = new Date().toISOString().slice(0, 10);
  const isInForce = [
    "all",
    ["<=", ["coalesce", ["get", "valid_from"], today], today],
    [">=", ["coalesce", ["get", "valid_until"], today], today],
  ] as FilterSpecification;
  return own(styled).map((drawn) =>
    drawn.type === "line"
      ? { ...drawn, filter: isInForce, paint: { ...drawn.paint, "line-dasharray": [4, 1.5] } }
      : ({ ...drawn, filter: isInForce } as LayerSpecification),
  );
}

function clusters({ layer, opacity, palette }: StyledLayer): LayerSpecification[] {
  const names: LayerSpecification = {
    ...tileSource(layer, "names"),
    type: "symbol",
    minzoom: 11.5,
    filter: ["has", "lib_qp"],
    layout: {
      "text-field": ["get", "lib_qp"],
      "text-font": TEXT_FONT,
      "text-size": 14,
      "text-max-width": 8,
    },
    paint: {
      "text-color": inkOf(layer.vintage, palette),
      "text-halo-color": palette.halo,
      "text-halo-width": 2,
      "text-opacity": opacity,
    },
  };
  const counts = discs(layer, countOf(layer), discColour(layer, palette), opacity, palette);
  return [
    ...counts.map((spec) => ({ ...spec, maxzoom: OUTLINES_FROM }) as LayerSpecification),
    names,
  ];
}

/** Departments or regions with their numbers of neighbourhoods of a vintage. */
function counted({ layer, opacity, palette }: StyledLayer): LayerSpecification[] {
  const [disc, count] = discs(layer, countOf(layer), discColour(layer, palette), opacity, palette);
  const caption: LayerSpecification = {
    ...tileSource(layer, "names"),
    type: "symbol",
    minzoom: discNamesFrom(layer),
    layout: {
      "text-field": ["get", discNameOf(layer) ?? ""],
      "text-font": TEXT_FONT,
      "text-size": 13,
      "text-offset": [0, 1.6],
      "text-anchor": "top",
    },
    paint: {
      "text-color": palette.ink,
      "text-halo-color": palette.halo,
      "text-halo-width": 1.5,
      "text-opacity": opacity,
    },
  };
  return [disc, count, caption].flatMap((spec) => spec ?? []);
}

/** Roots of counts, and the radius of their discs. */
export const DISC_SIZES: readonly [root: number, radius: number][] = [
  [1, 9],
  [5, 17],
  [20, 34],
];

/** The property with the number of a disc. */
export function countOf({ kind, vintage }: LayerChoice): string {
  return kind.endsWith("_counts") ? `qpv_${vintage}` : "point_count";
}

/** The property with the name below a disc; null for discs without one. */
export function discNameOf({ kind }: LayerChoice): string | null {
  if (!kind.endsWith("_counts")) return null;
  return kind === "region_counts" ? "lib_reg" : "lib_dep";
}

/** The zoom from which the names stand below the discs. */
export function discNamesFrom({ kind }: LayerChoice): number {
  return kind === "region_counts" ? 4 : 6;
}

export function discColour({ kind, vintage }: LayerChoice, palette: Palette): string {
  if (!kind.endsWith("_counts")) return inkOf(vintage, palette);
  return stateOf(vintage) === "past" ? palette.qpv_past : palette.count;
}

/** A number that is absent is not known, shown as « ? »; it is not zero. */
function discs(
  layer: LayerChoice,
  count: string,
  colour: string,
  opacity: number,
  palette: Palette,
): LayerSpecification[] {
  const size = [
    "interpolate",
    ["linear"],
    ["sqrt", ["coalesce", ["get", count], 0]],
    ...DISC_SIZES.flat(),
  ];
  return [
    {
      ...tileSource(layer, "discs"),
      type: "circle",
      paint: {
        "circle-radius": size as never,
        "circle-color": colour,
        "circle-opacity": 0.88 * opacity,
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": 1.5,
        "circle-stroke-opacity": opacity,
      },
    },
    {
      ...tileSource(layer, "counts"),
      type: "symbol",
      layout: {
        "text-field": ["case", ["has", count], ["to-string", ["get", count]], "?"],
        "text-font": TEXT_FONT,
        "text-size": 13,
        "text-allow-overlap": true,
        // Names of communes keep off the disc.
        "text-padding": 14,
      },
      paint: { "text-color": palette.on_disc, "text-opacity": opacity },
    },
  ];
}

/** A name or a number, with a halo: whatever is filled below it, and by how many layers. */
function label(
  { layer, palette }: StyledLayer,
  field: string,
  colour: string,
  size: number,
  minzoom: number,
): LayerSpecification {
  return {
    ...tileSource(layer, "names"),
    type: "symbol",
    minzoom,
    layout: {
      "text-field": ["get", field],
      "text-font": TEXT_FONT,
      "text-size": size,
      "text-padding": 6,
    },
    paint: {
      "text-color": colour,
      "text-halo-color": palette.halo,
      "text-halo-width": 1.5,
    },
  };
}
