/**
 * The drawing of a map that the operator imported. Pictures are drawn as they are; vector tiles plainly, by the layers that the
 * usual makers give them (OpenMapTiles, Protomaps, the State's plan), and those of others as grey lines and surfaces. Nothing
 * but tiles of this service is asked for: no font, no symbols.
 */
import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Ground } from "../api/client";
import { typeset } from "../french/typeset";
import type { Palette } from "./palette";
import type { Box } from "./scene";

const SOURCE = "ground";

/** The part that a layer of an archive plays. */
type Role = "green" | "water" | "stream" | "buildings" | "roads" | "rails" | "borders" | "places";

/** Layers by their part, and the attribute that names a place. */
interface Schema {
  name: string;
  roles: readonly (readonly [Role, RegExp, FilterSpecification?])[];
}

const oneOf = (attribute: string, values: readonly string[]): FilterSpecification =>
  ["in", ["get", attribute], ["literal", values]] as unknown as FilterSpecification;
const TOWNS = ["city", "town", "village", "locality", "suburb", "neighbourhood"];
const GREEN = ["wood", "grass", "forest", "park", "cemetery", "pitch", "nature_reserve", "garden"];

const OPEN_MAP_TILES: Schema = {
  name: "name",
  roles: [
    ["green", /^landcover$|^park$/],
    ["green", /^landuse$/, oneOf("class", GREEN)],
    ["water", /^water$/],
    ["stream", /^waterway$/],
    ["buildings", /^building$/],
    ["rails", /^transportation$/, oneOf("class", ["rail", "transit"])],
    ["roads", /^transportation$/, ["!", oneOf("class", ["rail", "transit", "ferry"])] as never],
    ["borders", /^boundary$/],
    ["places", /^place$/, oneOf("class", TOWNS)],
  ],
};
const PROTOMAPS: Schema = {
  name: "name",
  roles: [
    ["green", /^landcover$/],
    ["green", /^landuse$/, oneOf("kind", GREEN)],
    ["water", /^water$/],
    ["stream", /^water$/],
    ["buildings", /^buildings$/],
    ["rails", /^roads$|^transit$/, oneOf("kind", ["rail"])],
    ["roads", /^roads$/, ["!", oneOf("kind", ["rail", "ferry"])] as never],
    ["borders", /^boundaries$/],
    ["places", /^places$/, oneOf("kind", TOWNS)],
  ],
};
const PLAN_IGN: Schema = {
  name: "texte",
  roles: [
    ["green", /vegetation/],
    ["water", /^hydro.*surf/],
    ["stream", /^hydro_(reseau|lin)/],
    ["buildings", /^(ocs_)?bati/],
    ["rails", /^ferre/],
    ["roads", /^routier_(route|chemin)/],
    ["borders", /^limite_admin/],
    ["places", /^toponyme_(localite|bati_)/],
  ],
};

/** The schema of an archive; none for one of another maker. */
function schemaOf(layers: readonly string[]): Schema | null {
  const has = (id: string) => layers.includes(id);
  if (has("transportation") && has("water")) return OPEN_MAP_TILES;
  if (has("roads") && (has("earth") || has("buildings"))) return PROTOMAPS;
  if (layers.some((id) => id.startsWith("routier_"))) return PLAN_IGN;
  return null;
}

/** True if single houses can be told apart on it: then a person points at a door. */
export function showsHouses({ kind, maxzoom, vector_layers }: Ground): boolean {
  if (kind === "raster") return maxzoom >= 16;
  const schema = schemaOf(vector_layers);
  const buildings = schema?.roles.find(([role]) => role === "buildings")?.[1];
  return maxzoom >= 13 && vector_layers.some((id) => buildings?.test(id));
}

/** The style of an archive, at the root address `base` of the service. */
export function groundStyle(
  ground: Ground,
  palette: Palette,
  font: string,
  base: string,
): StyleSpecification {
  const { name, kind, attribution, minzoom, maxzoom, bounds, version } = ground;
  const source = {
    tiles: [`${base}tiles/ground/${name}/{z}/{x}/{y}?v=${version}`],
    minzoom,
    maxzoom,
    bounds: bounds as Box,
    // Plain words, which the map takes for HTML.
    attribution: typeset(attribution).replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  };
  const paper: LayerSpecification = {
    id: "paper",
    type: "background",
    paint: { "background-color": kind === "vector" ? palette.land : palette.paper },
  };
  if (kind === "raster") {
    return {
      version: 8,
      sources: { [SOURCE]: { type: "raster", tileSize: 256, ...source } },
      layers: [paper, { id: "pictures", type: "raster", source: SOURCE }],
    };
  }
  return {
    version: 8,
    sources: { [SOURCE]: { type: "vector", ...source } },
    layers: [paper, ...vectorLayers(ground.vector_layers, palette, font)],
  };
}

function vectorLayers(
  layers: readonly string[],
  palette: Palette,
  font: string,
): LayerSpecification[] {
  const schema = schemaOf(layers);
  if (!schema) return layers.flatMap((layer) => unknown(layer, palette));
  return schema.roles.flatMap(([role, pattern, filter], at) =>
    layers
      .filter((layer) => pattern.test(layer))
      .flatMap((layer) => {
        const drawn = ROLES[role](palette, { field: schema.name, font });
        return {
          ...drawn,
          id: `${layer}-${role}-${at}`,
          source: SOURCE,
          "source-layer": layer,
          filter: both(filter, drawn.filter),
        } as LayerSpecification;
      }),
  );
}

const IS_AREA = ["==", ["geometry-type"], "Polygon"] as const;
const IS_LINE = ["==", ["geometry-type"], "LineString"] as const;

function both(one: FilterSpecification | undefined, other: unknown): FilterSpecification {
  if (!one) return (other ?? true) as FilterSpecification;
  return (other ? ["all", one, other] : one) as FilterSpecification;
}

/** Layers of another maker: surfaces in a light grey, their edges and all lines in a darker one. */
function unknown(layer: string, palette: Palette): LayerSpecification[] {
  const of = { source: SOURCE, "source-layer": layer };
  return [
    {
      ...of,
      id: `${layer}-surfaces`,
      type: "fill",
      filter: IS_AREA as never,
      paint: { "fill-color": palette.building, "fill-opacity": 0.4 },
    },
    {
      ...of,
      id: `${layer}-lines`,
      type: "line",
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": palette.border, "line-width": 0.7, "line-opacity": 0.6 },
    },
  ];
}

type Drawn = Record<string, unknown> & { filter?: unknown };

/** How each part is drawn: so faintly that perimeters and names stay on top. */
const ROLES: Record<Role, (palette: Palette, names: { field: string; font: string }) => Drawn> = {
  green: ({ green }) => ({ type: "fill", filter: IS_AREA, paint: { "fill-color": green } }),
  water: ({ water }) => ({ type: "fill", filter: IS_AREA, paint: { "fill-color": water } }),
  stream: ({ water }) => ({
    type: "line",
    filter: IS_LINE,
    paint: { "line-color": water, "line-width": width(10, 0.6, 16, 4) },
  }),
  buildings: ({ building, border }) => ({
    type: "fill",
    minzoom: 13,
    paint: { "fill-color": building, "fill-outline-color": border },
  }),
  roads: ({ road }) => ({
    type: "line",
    filter: IS_LINE,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": road, "line-width": width(8, 0.6, 17, 8) },
  }),
  rails: ({ border }) => ({
    type: "line",
    filter: IS_LINE,
    paint: { "line-color": border, "line-width": 1, "line-dasharray": [4, 2] },
  }),
  borders: ({ border }) => ({
    type: "line",
    filter: IS_LINE,
    paint: { "line-color": border, "line-width": 0.8, "line-dasharray": [3, 2] },
  }),
  places: ({ faint, halo }, { field, font }) => ({
    type: "symbol",
    layout: {
      "text-field": ["get", field],
      "text-font": [font],
      "text-size": 13,
      "text-max-width": 8,
    },
    paint: { "text-color": faint, "text-halo-color": halo, "text-halo-width": 1.5 },
  }),
};

function width(from: number, thin: number, to: number, thick: number) {
  return ["interpolate", ["exponential", 1.5], ["zoom"], from, thin, to, thick];
}
