/**
 * The map as an image for a slide: a title, the map, its scale, the legend of the layers shown, and the credits. One drawing in SVG
 * frames both: the map as pixels (PNG), or drawn anew from the features themselves (SVG), which stay sharp and can be edited.
 */
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { json } from "../api/client";
import { formatCount, text } from "../french/texts";
import { choices, drawnVintages, index, type LayerChoice } from "../map/layers";
import { type CountedDisc, type MapView, mapView, type OpenMap, openMap } from "../map/map-view";
import { inLight, LIGHT_PALETTE } from "../map/palette";
import type { Box } from "../map/scene";
import {
  countOf,
  DISC_SIZES,
  discColour,
  discNameOf,
  discNamesFrom,
  OUTLINES_FROM,
} from "../map/style";
import { inkOf, stateOf } from "../map/vintages";

/** The kinds that the map draws near only. */
const OUTLINES = ["perimeters", "band", "official_band"];
/** Features of a layer in an image: those of a large town. */
const MOST_FEATURES = 500;
const MARGIN = 16;
const LINE = 20;
/** Around the map it is paper, whatever the screen. */
const { ink: INK, halo: WHITE, commune: RULE } = LIGHT_PALETTE;
const FONT = "'Atkinson Hyperlegible Next', 'Segoe UI', sans-serif";

/** An entry of the legend: a small drawing of 28 by 18, and its words. */
export interface LegendEntry {
  swatch: string;
  words: string;
}

/** What stands around the map. */
export interface Frame {
  title: string;
  legend: readonly LegendEntry[];
  layers: readonly LayerChoice[];
}

/** The image as a PNG file, twice as many pixels as on the screen. */
export async function pngImage(frame: Frame): Promise<Blob> {
  const map = opened();
  const { width, height } = sizeOf(map.canvas());
  const pixels = inLight(() => map.canvas().toDataURL("image/png"));
  const picture = `<image width="${width}" height="${height}" href="${pixels}"/>`;
  const drawing = framed(frame, picture, width, height);
  const image = new Image();
  const address = URL.createObjectURL(new Blob([drawing.svg], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const paper = document.createElement("canvas");
    [paper.width, paper.height] = [drawing.width * 2, drawing.height * 2];
    paper.getContext("2d")?.drawImage(image, 0, 0, paper.width, paper.height);
    const made = await new Promise<Blob | null>((done) => paper.toBlob(done, "image/png"));
    if (!made) throw new Error("no picture");
    return made;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The image as an SVG file. */
export async function svgImage(frame: Frame, stop: AbortSignal): Promise<Blob> {
  const map = opened();
  const { width, height } = sizeOf(map.canvas());
  const view = mapView.value;
  const content = view ? await features(frame, map, view, stop) : "";
  const { land, paper } = LIGHT_PALETTE;
  const hasLand = index.value?.layers.some(({ kind }) => kind === "regions");
  const ground = `<rect width="${width}" height="${height}" fill="${hasLand ? paper : land}"/>`;
  return new Blob([framed(frame, ground + content, width, height).svg], { type: "image/svg+xml" });
}

function opened(): OpenMap {
  if (!openMap.value) throw new Error("no map is open");
  return openMap.value;
}

function sizeOf(canvas: HTMLCanvasElement) {
  const { width, height } = canvas.getBoundingClientRect();
  return { width: Math.round(width), height: Math.round(height) };
}

/** The features that the map shows, drawn anew: outlines near, discs far. */
async function features(
  { layers }: Frame,
  map: OpenMap,
  { zoom, box }: MapView,
  stop: AbortSignal,
): Promise<string> {
  const regions = index.value?.layers.filter(({ kind }) => kind === "regions") ?? [];
  const land = await areas(
    regions.map((layer) => ({ ...layer, tiles: layer.id })),
    map,
    box,
    stop,
  );
  const discs = map.discs().map((disc) => drawnDisc(disc, map));
  if (zoom < OUTLINES_FROM) return land + discs.join("");
  const drawn = layers.filter(({ kind }) => AREAS.includes(kind));
  // The band lies under the neighbourhoods, as on the map.
  drawn.sort((one, other) => AREAS.indexOf(one.kind) - AREAS.indexOf(other.kind));
  return land + (await areas(drawn, map, box, stop)) + discs.join("");
}

/** A disc with its number, and the name below it. A number that is not known is « ? », as on the map. */
function drawnDisc({ lon, lat, layer: id, properties }: CountedDisc, map: OpenMap): string {
  const layer = choices(index.value?.layers ?? []).find((layer) => layer.id === id);
  if (!layer) return "";
  const { halo, on_disc, ink } = LIGHT_PALETTE;
  const [x = 0, y = 0] = map.pixel(lon, lat).map(tenth);
  const count = properties[countOf(layer)];
  const isNamed = (mapView.value?.zoom ?? 0) >= discNamesFrom(layer);
  const name = isNamed ? properties[discNameOf(layer) ?? ""] : undefined;
  const isSingle = layer.kind === "clusters" && count === undefined;
  const radius = tenth(discRadius(Number(count ?? 0)));
  return [
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${discColour(layer, LIGHT_PALETTE)}" stroke="${halo}" stroke-width="1.5"/>`,
    isSingle
      ? ""
      : words(count === undefined ? "?" : String(count), x, y + 4, 13, on_disc, "middle"),
    name === undefined ? "" : words(String(name), x, y + 34, 13, ink, "middle", halo),
  ].join("");
}

function discRadius(count: number): number {
  const root = Math.sqrt(count);
  const [first = [0, 0], ...others] = DISC_SIZES;
  let [from, least] = first;
  for (const [to, radius] of others) {
    if (root <= to) return least + (Math.max(0, root - from) / (to - from)) * (radius - least);
    [from, least] = [to, radius];
  }
  return least;
}

/** The features of some layers, the first below. */
async function areas(
  layers: readonly LayerChoice[],
  map: OpenMap,
  box: Box,
  stop: AbortSignal,
): Promise<string> {
  const parts = layers.map(async (layer) => {
    const found = await itemsOf(layer.id, box, stop);
    return found.features.map((feature) => area(layer, feature, map)).join("");
  });
  return (await Promise.all(parts)).join("");
}

const AREAS = ["band", "official_band", "own", "zoning", "perimeters"];

/** The features of a layer around what is seen. The box is as coarse as the address of a tile. */
function itemsOf(id: string, [west, south, east, north]: Box, stop: AbortSignal) {
  const coarse = [
    Math.floor(west * 100) / 100,
    Math.floor(south * 100) / 100,
    Math.ceil(east * 100) / 100,
    Math.ceil(north * 100) / 100,
  ];
  const query = `bbox=${coarse.join(",")}&limit=${MOST_FEATURES}`;
  return json<FeatureCollection<Polygon | MultiPolygon | null>>(
    `ogc/collections/${encodeURIComponent(id)}/items?${query}`,
    {},
    stop,
  );
}

function area(
  { kind, vintage }: LayerChoice,
  { geometry, properties }: FeatureCollection<Polygon | MultiPolygon | null>["features"][number],
  map: OpenMap,
): string {
  if (!geometry) return "";
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons
    .flat()
    .map((ring) => ring.map(([lon = 0, lat = 0]) => map.pixel(lon, lat)));
  const path = rings.map((ring) => `M${thinned(ring).join("L")}Z`).join("");
  const { band_300m, own, halo, land, border } = LIGHT_PALETTE;
  if (kind === "regions") {
    return `<path d="${path}" fill="${land}" fill-rule="evenodd" stroke="${border}"/>`;
  }
  const ink = inkOf(vintage, LIGHT_PALETTE);
  const state = stateOf(vintage);
  const [colour, fill, dashes] = {
    perimeters: [ink, 0.28, state === "past" ? "5 3" : ""],
    band: [band_300m, 0.16, "6 3"],
    official_band: [band_300m, 0, ""],
  }[kind as "perimeters"] ?? [own, 0.2, "2 3"];
  const shape = `<path d="${path}" fill="${colour}" fill-opacity="${fill}" fill-rule="evenodd" stroke="${colour}" stroke-width="2"${
    dashes ? ` stroke-dasharray="${dashes}"` : ""
  }/>`;
  const name = kind === "perimeters" ? String(properties?.lib_qp ?? "") : "";
  if (!name) return shape;
  const [x, y] = middle(rings[0] ?? []);
  return shape + words(name, x, y, 13, ink, "middle", halo);
}

/** The corners of a ring that are a pixel apart. */
function thinned(ring: readonly [number, number][]): string[] {
  let last: [number, number] | undefined;
  return ring.flatMap(([x, y]) => {
    if (last && Math.hypot(x - last[0], y - last[1]) < 0.5) return [];
    last = [x, y];
    return [`${tenth(x)} ${tenth(y)}`];
  });
}

function middle(ring: readonly [number, number][]): [number, number] {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return [
    tenth((Math.min(...xs) + Math.max(...xs)) / 2),
    tenth((Math.min(...ys) + Math.max(...ys)) / 2),
  ];
}

/** The map with its title above, its scale on it, its legend and credits below. */
function framed(
  { title, legend }: Frame,
  map: string,
  mapWidth: number,
  mapHeight: number,
): { svg: string; width: number; height: number } {
  const width = mapWidth + 2 * MARGIN;
  const [inner, top] = [mapWidth, 56];
  const columns = Math.max(1, Math.floor(inner / 300));
  const rows = Math.ceil(legend.length / columns);
  const legendTop = top + mapHeight + 30;
  const entries = legend.map(({ swatch, words: name }, at) => {
    const [x, y] = [
      MARGIN + (at % columns) * (inner / columns),
      legendTop + 12 + Math.floor(at / columns) * (LINE + 4),
    ];
    return `<g transform="translate(${x} ${y})"><svg width="28" height="18" viewBox="0 0 28 18">${swatch}</svg>${words(name, 36, 14, 13, INK)}</g>`;
  });
  const creditsTop = legendTop + 12 + rows * (LINE + 4) + 16;
  // About so many letters of eleven pixels fit on a line.
  const credits = lines(credited(), Math.floor(inner / 5.6));
  const height = creditsTop + credits.length * 15 + MARGIN;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="${WHITE}"/>
${words(title, MARGIN, 36, 24, INK, "start", undefined, "bold")}
<svg x="${MARGIN}" y="${top}" width="${mapWidth}" height="${mapHeight}">${map}${scaleBar(mapHeight)}</svg>
<rect x="${MARGIN}" y="${top}" width="${mapWidth}" height="${mapHeight}" fill="none" stroke="${RULE}"/>
${words(text("web.image.legend"), MARGIN, legendTop, 14, INK, "start", undefined, "bold")}
${entries.join("\n")}
${credits.map((line, at) => words(line, MARGIN, creditsTop + at * 15, 11, INK)).join("\n")}
</svg>`;
  return { svg, width, height };
}

/** A bar of a round length, in the lower left corner of the map. */
function scaleBar(mapHeight: number): string {
  const view = mapView.value;
  if (!view) return "";
  const lat = (view.box[1] + view.box[3]) / 2;
  const metres = (40_075_016.7 / 512 / 2 ** view.zoom) * Math.cos((lat * Math.PI) / 180);
  const most = metres * 120;
  const unit = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((times) => times * unit).find((round) => round <= most) ?? unit;
  const [width, y] = [tenth(length / metres), mapHeight - 14];
  const label = length >= 1000 ? `${formatCount(length / 1000)} km` : `${formatCount(length)} m`;
  return `<rect x="6" y="${y - 22}" width="${width + 16}" height="32" fill="${WHITE}" fill-opacity="0.85"/><path d="M14 ${y - 5}v5h${width}v-5" fill="none" stroke="${INK}" stroke-width="2"/>${words(label, 14, y - 9, 12, INK)}`;
}

/** The credits of what is drawn, as the map itself says them. */
function credited(): string {
  const due = [...document.querySelectorAll(".map .maplibregl-ctrl-attrib-inner")].flatMap((each) =>
    each.textContent.split(" | "),
  );
  return [...new Set(due)].filter(Boolean).join(" · ");
}

/** Breaks a text into lines of so many letters, between words. */
function lines(sentence: string, letters: number): string[] {
  const broken: string[] = [];
  for (const word of sentence.split(" ")) {
    const last = broken.at(-1);
    if (last === undefined || last.length + word.length >= letters) broken.push(word);
    else broken[broken.length - 1] = `${last} ${word}`;
  }
  return broken;
}

function words(
  sentence: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  anchor = "start",
  halo?: string,
  weight = "normal",
): string {
  const around = halo
    ? ` stroke="${halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`
    : "";
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}"${around}>${escaped(sentence)}</text>`;
}

function escaped(sentence: string): string {
  return sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Tells whether a layer is drawn at the zoom of the map: neighbourhoods near, discs far. */
export function isDrawn({ kind }: LayerChoice): boolean {
  const isNear = (mapView.value?.zoom ?? 0) >= OUTLINES_FROM;
  return kind === "clusters" ? !isNear : isNear || !OUTLINES.includes(kind);
}

/** The title of an image: a neighbourhood, else the vintages that are drawn. */
export function imageTitle(name: string | undefined): string {
  return name ?? [text("web.layers.group.qpv"), ...drawnVintages.value].join(" ");
}
