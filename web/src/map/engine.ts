/**
 * The map itself: MapLibre drawing the service's tiles and the scene of the view. Only this folder knows MapLibre, and
 * only this file starts it; it is loaded after the page. Promises to work without any network but the service.
 */

import { effect } from "@preact/signals";
import type { GeoJSONSource, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import * as maplibre from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import font from "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2?url";
import { text } from "../french/texts";
import { watch } from "./basemap";
import { calmFrames } from "./calm-frames";
import { CHANGE_AREA_LAYERS, changeAreaLayers } from "./change-areas";
import { circle } from "./circle";
import { loseBasemap } from "./ground";
import { whole } from "./layers";
import { type CountedDisc, type MapRoom, mapRoom, mapView, type OpenMap } from "./map-view";
import { MarkerPin } from "./marker";
import { addShapes, EMPTY, overlays, pointLayer, pointParts, pointSource } from "./overlays";
import type { Palette } from "./palette";
import { areHousesSeen, placedAt } from "./pin-doubt";
import { addPrintableMap } from "./print";
import type { Box, Focus, Position, Scene } from "./scene";
import { type Drawing, OUTLINES_FROM, perimeterLayers, style } from "./style";
import { vintageOf } from "./vintages";

maplibre.setWorkerUrl(worker);

/** A neighbourhood in sight. */
export interface InSight {
  code_qp: string;
  lib_qp: string;
}

const LONG_PRESS_MS = 550;
/**
 * Pause before a scene is drawn, milliseconds: the end of an answer is soon followed by the next one, and drawing takes
 * the processor from the page, which should show the answer first.
 */
const SETTLE_MS = 80;
/** Pixels around a pin in which houses help to place it. */
const HOUSES_PX = 60;
/** Pixels free around a box that is shown, at least. */
const AROUND_BOX_PX = 48;
/** Pixels between a box that is shown and the credits below it. */
const CREDITS_GAP_PX = 8;
/** The nearest that a box is shown from. */
const MAX_BOX_ZOOM = 16;

export class Engine implements OpenMap {
  private readonly map: maplibre.Map;
  private readonly pin: MarkerPin;
  private scene: Scene = {};
  private chosen: { source: string; id: string }[] = [];
  /** The features that each source of the scene holds. */
  private readonly held = new Map<string, unknown>();
  /** True once somebody has moved the map since a view last set its focus. */
  private isMoved = false;
  private stopDrawing: (() => void) | null = null;
  /** The focus and mode of the last scene drawn. */
  private looked: { focus?: Focus | undefined; mode?: string | undefined } = {};
  private settling: ReturnType<typeof setTimeout> | undefined;
  private readonly stopPrinting: () => void;
  private readonly stopMakingRoom: () => void;
  /** True until a place has been shown. */
  private isWhole = true;
  /** The room of the first view. */
  private room = mapRoom.peek();
  /** The style layers of each source of the scene. */
  private sceneLayers = new Map<string, string[]>();
  /** The colours of the images of the scene; null while the map has none. */
  private inked: Palette | null = null;
  /** True once all of the first view was drawn. */
  private hasRested = false;

  /** Starts a map in `container`; `sighted` receives the neighbourhoods in sight whenever the map comes to rest. */
  constructor(
    container: HTMLElement,
    private drawing: Drawing,
    sighted: (sight: InSight[]) => void,
    /** False for the second map of two, which follows the first. */
    private readonly isFirst = true,
  ) {
    this.map = new maplibre.Map({
      container,
      style: this.style(),
      bounds: whole(drawing.index),
      fitBoundsOptions: { padding: mapRoom.value },
      attributionControl: false,
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      locale: controls(),
      // Each frame of a fade is drawn anew, which takes long without a graphics card.
      fadeDuration: 0,
      validateStyle: isForeign(drawing),
    });
    calmFrames(this.map, () => this.hasRested);
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl(), "top-left");
    // Those of the sources that are drawn, each once; on a narrow map they fold away when it is dragged.
    this.map.addControl(new maplibre.AttributionControl({}));
    for (const change of ["movestart", "sourcedataloading", "styledata"] as const) {
      this.map.on(change, () => delete container.dataset.rest);
    }
    this.pin = new MarkerPin(
      this.map,
      () => this.zoomAtRest(),
      (at) => this.seesHouses(at),
    );
    // The canvas can only be copied before the browser has shown it, so it is drawn anew.
    this.stopPrinting = addPrintableMap(() => this.map.redraw().getCanvas());
    this.stopMakingRoom = effect(() => this.makeRoom(mapRoom.value));
    this.listen();
    if (drawing.ground?.isOnline) watch(this.map, loseBasemap);
    this.map.on("style.load", () => {
      this.held.clear();
      this.inked = null;
      this.draw();
    });
    this.map.on("idle", () => {
      if (this.settling) return;
      this.hasRested = true;
      const edges = this.map.getBounds();
      container.dataset.edges = edges.toArray().flat().join(",");
      container.dataset.rest = "true";
      areHousesSeen.value = Boolean(this.scene.marker && this.seesHouses(this.scene.marker));
      if (this.isFirst)
        mapView.value = { zoom: this.map.getZoom(), box: edges.toArray().flat() as Box };
      sighted(this.sight());
    });
  }

  /** Draws anew when the layers, or the way they are shown, have changed. */
  restyle(drawing: Drawing): void {
    const { index, shown, palette, ground } = this.drawing;
    if (
      drawing.index === index &&
      drawing.shown === shown &&
      drawing.palette === palette &&
      drawing.ground === ground
    )
      return;
    this.drawing = drawing;
    this.chosen = [];
    this.held.clear();
    // A style that was refused cannot be compared with.
    const diff = drawing.ground === ground;
    this.map.setStyle(this.style(), { diff, validate: isForeign(drawing) });
    // Applied at once, the new style has emptied the scene; else it is drawn once the style is there.
    if (this.map.getSource("scene-doubt")) this.draw();
  }

  /** Shows what a view wants. */
  show(scene: Scene): void {
    this.scene = scene;
    // Nothing of the map is drawn for the pin.
    this.pin.show(scene.marker);
    delete this.map.getContainer().dataset.rest;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE_MS);
    void this.letDraw();
  }

  private settle(): void {
    this.settling = undefined;
    const { focus, compareMode } = this.scene;
    if (this.map.getSource("scene-doubt")) this.draw();
    // Another way to show two vintages changes the room there is.
    const isOther =
      focus !== this.looked.focus || (compareMode?.mode !== this.looked.mode && !this.isMoved);
    if (isOther && focus) this.look(focus);
    this.looked = { focus, mode: compareMode?.mode };
    // Comes to rest again, also when nothing has changed.
    this.map.triggerRepaint();
  }

  canvas(): HTMLCanvasElement {
    // It can only be copied before the browser has shown it.
    return this.map.redraw().getCanvas();
  }

  pixel(lon: number, lat: number): [number, number] {
    const { x, y } = this.map.project([lon, lat]);
    return [x, y];
  }

  discs(): CountedDisc[] {
    const layers = this.discLayers();
    const found = this.map.queryRenderedFeatures({ layers }).flatMap((feature) => {
      const { geometry, properties } = feature;
      if (geometry.type !== "Point") return [];
      const [lon = 0, lat = 0] = geometry.coordinates;
      return [{ lon, lat, layer: feature.layer.id.replace(/-discs$/, ""), properties }];
    });
    // A disc on the edge of two tiles is found in both. The one drawn last comes first.
    const discs = new Map(found.map((disc) => [`${disc.layer} ${disc.lon} ${disc.lat}`, disc]));
    return [...discs.values()].reverse();
  }

  go(focus: Focus): void {
    this.look(focus);
    // Somebody has chosen this place: a later view leaves it.
    this.isMoved = true;
  }

  /** The style layers of discs that are shown. */
  private discLayers(): string[] {
    const { layers } = this.map.getStyle();
    const discs = layers.filter(({ id }) => id.endsWith("-discs"));
    return discs.filter(({ layout }) => layout?.visibility !== "none").map(({ id }) => id);
  }

  /** Sets the name of the map that screen readers say. */
  call(name: string): void {
    this.map.getCanvas().setAttribute("aria-label", name);
  }

  /** Moves another map with this one, and this one with it, until the function returned is called. */
  join(other: Engine): () => void {
    let isFollowing = false;
    const follow = (leader: Engine, follower: Engine) => () => {
      if (isFollowing) return;
      isFollowing = true;
      follower.map.jumpTo({ center: leader.map.getCenter(), zoom: leader.map.getZoom() });
      follower.isMoved = leader.isMoved;
      isFollowing = false;
    };
    const [lead, back] = [follow(this, other), follow(other, this)];
    lead();
    this.map.on("move", lead);
    other.map.on("move", back);
    return () => {
      this.map.off("move", lead);
      other.map.off("move", back);
    };
  }

  remove(): void {
    clearTimeout(this.settling);
    this.stopDrawing?.();
    this.stopPrinting();
    this.stopMakingRoom();
    this.map.remove();
  }

  /** The layers that are shown and their sources: the others would cost the start of the map time for nothing. */
  private style(): maplibre.StyleSpecification {
    const base = new URL(".", document.baseURI).href;
    const drawn = style(this.drawing, base, new URL(font, base).href);
    const extra = overlays(this.drawing.palette);
    const areas = changeAreaLayers(this.drawing.palette).map(hidden);
    const scene = extra.layers.map(hidden);
    const perimeters = new Set(perimeterLayers(this.drawing.index));
    const first = drawn.layers.findIndex(({ id }) => perimeters.has(id));
    const below = first < 0 ? drawn.layers.length : first;
    const layers = [
      ...drawn.layers.slice(0, below).filter(isShown),
      ...areas,
      ...drawn.layers.slice(below).filter(isShown),
      ...scene,
    ];
    this.sceneLayers = bySource([...areas, ...scene]);
    const used = new Set(layers.flatMap((layer) => ("source" in layer ? layer.source : [])));
    const ours = new Set(this.drawing.index.layers.map(({ id }) => id));
    const sources = Object.entries(drawn.sources).filter(([id]) => used.has(id) || !ours.has(id));
    return { ...drawn, sources: { ...Object.fromEntries(sources), ...extra.sources }, layers };
  }

  /** Puts the scene into the sources of `overlays`. */
  private draw(): void {
    const { marker, points, outline, selected, changeAreas, chosen, symbols } = this.scene;
    if ((points ?? changeAreas ?? symbols) && this.inked !== this.drawing.palette) {
      addShapes(this.map, this.drawing.palette);
      this.inked = this.drawing.palette;
    }
    this.fill("scene-change-areas", changeAreas?.features);
    this.fill("scene-chosen", chosen?.features);
    this.fill("scene-symbols", symbols?.features);
    this.fill(
      "scene-doubt",
      marker && marker.doubtM > 0 ? [circle(marker, marker.doubtM)] : undefined,
    );
    this.fill(
      "scene-outline",
      outline ? [{ type: "Feature", properties: {}, geometry: outline }] : undefined,
    );
    this.fillPoints(points?.features);
    this.choose(selected ?? []);
  }

  /** Fills as many sources as the points need; those of more points before are emptied. */
  private fillPoints(features: GeoJSON.Feature[] | undefined): void {
    const parts = features ? pointParts(features) : [undefined];
    for (const [at, part] of parts.entries()) {
      const id = pointSource(at);
      if (!this.map.getSource(id)) {
        this.map.addSource(id, EMPTY);
        this.map.addLayer(pointLayer(id), pointSource(0));
        this.sceneLayers.set(id, [id]);
      }
      this.fill(id, part);
    }
    for (let at = parts.length; this.map.getSource(pointSource(at)); at += 1)
      this.fill(pointSource(at), undefined);
  }

  /** The layers of points that there are. */
  private pointLayers(): string[] {
    const layers: string[] = [];
    while (this.map.getLayer(pointSource(layers.length))) layers.push(pointSource(layers.length));
    return layers;
  }

  /** The same object again is not sent again. */
  private fill(id: string, features: GeoJSON.Feature[] | undefined): void {
    const source = this.map.getSource<GeoJSONSource>(id);
    if (!source || this.held.get(id) === features) return;
    this.held.set(id, features);
    source.setData({ type: "FeatureCollection", features: features ?? [] });
    // Drawn, an empty source has tiles too, each of them made and asked for as any other.
    const visibility = features && features.length > 0 ? "visible" : "none";
    const layers = this.sceneLayers.get(id) ?? [];
    for (const layer of layers.filter((id) => this.map.getLayer(id)))
      this.map.setLayoutProperty(layer, "visibility", visibility);
  }

  private choose(codes: readonly string[]): void {
    for (const former of this.chosen) this.map.setFeatureState(feature(former), { chosen: false });
    const { layers } = this.drawing.index;
    this.chosen = codes.flatMap((id) => {
      const layer = layers.find(
        ({ kind, vintage }) => kind === "perimeters" && vintage === vintageOf(id),
      );
      return layer ? [{ source: layer.id, id }] : [];
    });
    for (const chosen of this.chosen) this.map.setFeatureState(feature(chosen), { chosen: true });
  }

  /** Shows the whole again when insets come over it, unless somebody or a view has chosen another place. */
  private makeRoom(room: MapRoom): void {
    const isLess = room.top > this.room.top || room.bottom > this.room.bottom;
    this.room = room;
    if (!isLess || this.isMoved || !this.isWhole) return;
    this.map.fitBounds(whole(this.drawing.index), { padding: room, animate: false });
  }

  private look(focus: Focus): void {
    const animate = !reduced();
    this.isMoved = false;
    this.isWhole = false;
    // The room may have changed in the same moment.
    this.map.resize();
    if ("box" in focus) this.map.fitBounds(focus.box, { ...this.boxRoom(), animate });
    else
      this.map[animate ? "easeTo" : "jumpTo"]({ center: [focus.lon, focus.lat], zoom: focus.zoom });
  }

  /** The way to show a box: free of the insets and of the credits, and not from too near. */
  private boxRoom() {
    const { top, bottom, left, right } = mapRoom.peek();
    const container = this.map.getContainer();
    const credits = container.querySelector(".maplibregl-ctrl-attrib")?.clientHeight ?? 0;
    const aboveCredits = Math.min(credits + CREDITS_GAP_PX, container.clientHeight / 3);
    const padding = {
      top: Math.max(top, AROUND_BOX_PX),
      bottom: Math.max(bottom, AROUND_BOX_PX, aboveCredits),
      left: Math.max(left, AROUND_BOX_PX),
      right: Math.max(right, AROUND_BOX_PX),
    };
    return { padding, maxZoom: MAX_BOX_ZOOM };
  }

  /** The zoom of the focus that the map is about to show or is flying to, else the zoom it has. */
  private zoomAtRest(): number {
    const { focus } = this.scene;
    const isHeading = focus !== this.looked.focus || (this.map.isMoving() && !this.isMoved);
    if (!focus || !isHeading) return this.map.getZoom();
    if (!("box" in focus)) return focus.zoom;
    return this.map.cameraForBounds(focus.box, this.boxRoom())?.zoom ?? this.map.getZoom();
  }

  private listen(): void {
    this.map.on("click", (event) => this.clicked(event));
    this.map.on(
      "movestart",
      (event) => (this.isMoved ||= "originalEvent" in event && Boolean(event.originalEvent)),
    );
    this.map.on("contextmenu", (event) => this.pick(event));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => clearTimeout(timer);
    this.map.on("touchstart", (event: MapTouchEvent) => {
      cancel();
      if (event.points.length === 1) timer = setTimeout(() => this.pick(event), LONG_PRESS_MS);
    });
    for (const end of ["touchend", "touchcancel", "touchmove", "movestart"] as const)
      this.map.on(end, cancel);
    // The map is drawn without a tile that fails to load, and asks for it again when it moves.
    this.map.on("error", () => undefined);
  }

  private clicked(event: MapMouseEvent): void {
    if (this.scene.onDrawn) return;
    const [row] = this.scene.onRow
      ? this.map.queryRenderedFeatures(event.point, { layers: this.pointLayers() })
      : [];
    if (row) {
      this.scene.onRow?.(Number(row.properties.row));
      return;
    }
    if (!this.scene.onPerimeter) {
      this.pick(event);
      return;
    }
    const layers = [...CHANGE_AREA_LAYERS, ...perimeterLayers(this.drawing.index)].filter((id) =>
      this.map.getLayer(id),
    );
    const [perimeter] = this.map.queryRenderedFeatures(event.point, { layers });
    if (perimeter) this.scene.onPerimeter(String(perimeter.properties.code_qp));
    else if (!this.zoomInto(event)) this.pick(event);
  }

  /** Shows all that a counted disc counts, when one was clicked; returns false when there was none. */
  private zoomInto(event: MapMouseEvent): boolean {
    const [disc] = this.map.queryRenderedFeatures(event.point, { layers: this.discLayers() });
    if (disc?.geometry.type !== "Point") return false;
    const { code_qp, extent } = disc.properties;
    const [west = 0, south = 0, east = 0, north = 0] = String(extent ?? "")
      .split(",")
      .map(Number);
    const [lon = 0, lat = 0] = disc.geometry.coordinates;
    // One alone is the neighbourhood itself.
    if (code_qp && this.scene.onPerimeter) this.scene.onPerimeter(String(code_qp));
    else if (extent) this.look({ box: [west, south, east, north] });
    else this.look({ lon, lat, zoom: this.map.getZoom() + 2 });
    return true;
  }

  private pick(event: MapMouseEvent | MapTouchEvent): void {
    if (this.scene.onDrawn) return;
    const { lng, lat } = event.lngLat.wrap();
    const seesHouses = this.seesHouses({ lon: lng, lat });
    this.scene.onPick?.(placedAt(lng, lat, this.map.getZoom(), seesHouses));
  }

  /** Tells whether buildings or parcels are drawn around a place. */
  private seesHouses({ lon, lat }: Position): boolean {
    const layers = ["buildings-fill", "parcels-line"].filter((id) => this.map.getLayer(id));
    const { x, y } = this.map.project([lon, lat]);
    const around: [maplibre.PointLike, maplibre.PointLike] = [
      [x - HOUSES_PX, y - HOUSES_PX],
      [x + HOUSES_PX, y + HOUSES_PX],
    ];
    return layers.length > 0 && this.map.queryRenderedFeatures(around, { layers }).length > 0;
  }

  private async letDraw(): Promise<void> {
    const wanted = this.scene.onDrawn;
    if (!wanted) {
      this.stopDrawing?.();
      this.stopDrawing = null;
    } else if (!this.stopDrawing) {
      this.stopDrawing = () => undefined;
      const { startDrawing } = await import("./draw");
      if (this.scene.onDrawn)
        this.stopDrawing = startDrawing(this.map, (outline) => this.scene.onDrawn?.(outline));
    }
  }

  private sight(): InSight[] {
    const layers = perimeterLayers(this.drawing.index).filter((id) => this.map.getLayer(id));
    // From farther away there are discs in their place.
    if (layers.length === 0 || this.map.getZoom() < OUTLINES_FROM) return [];
    const found = this.map.queryRenderedFeatures({ layers });
    const named = found.map(
      ({ properties: { code_qp, lib_qp } }) => [String(code_qp), String(lib_qp)] as const,
    );
    return [...new Map(named)].map(([code_qp, lib_qp]) => ({ code_qp, lib_qp }));
  }
}

function feature({ source, id }: { source: string; id: string }): maplibre.FeatureIdentifier {
  return { source, sourceLayer: source, id };
}

/** Tells whether somebody else's style is drawn, whose faults the map must find; ours are found by a test. */
function isForeign({ ground }: Drawing): boolean {
  return ground !== null;
}

function isShown({ layout }: maplibre.LayerSpecification): boolean {
  return layout?.visibility !== "none";
}

/** A layer of the scene before there is anything in its source. */
function hidden(layer: maplibre.LayerSpecification): maplibre.LayerSpecification {
  return {
    ...layer,
    layout: { ...layer.layout, visibility: "none" },
  } as maplibre.LayerSpecification;
}

/** The names of style layers by their sources. */
function bySource(layers: readonly maplibre.LayerSpecification[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const layer of layers) {
    const source = "source" in layer ? layer.source : undefined;
    if (typeof source === "string") names.set(source, [...(names.get(source) ?? []), layer.id]);
  }
  return names;
}

function reduced(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function controls(): Record<string, string> {
  return {
    "AttributionControl.ToggleAttribution": text("web.map.attribution"),
    "NavigationControl.ZoomIn": text("web.map.zoom_in"),
    "NavigationControl.ZoomOut": text("web.map.zoom_out"),
    "Map.Title": text("web.map.canvas"),
  };
}
