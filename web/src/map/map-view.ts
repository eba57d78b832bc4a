/** What of the map other parts of the page may ask for: where it stands, and where it should go. */
import { signal } from "@preact/signals";
import type { Box, Focus } from "./scene";

/** The part of the Earth that the map shows at rest. */
export interface MapView {
  zoom: number;
  box: Box;
}

/** Where the map came to rest; null until it has. */
export const mapView = signal<MapView | null>(null);

/** Pixels at each edge of the map that stay free around what it is asked to show. */
export interface MapRoom {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The room where nothing stands over the map. */
export const NO_INSETS: MapRoom = { top: 24, bottom: 24, left: 24, right: 24 };

/** The room now; where the insets stand, more. */
export const mapRoom = signal<MapRoom>(NO_INSETS);

/** A disc that counts neighbourhoods, or a single one. */
export interface CountedDisc {
  lon: number;
  lat: number;
  /** The layer that it is of, by its identifier. */
  layer: string;
  properties: Record<string, unknown>;
}

/** The first map, while there is one. */
export interface OpenMap {
  /** The canvas that it has just drawn anew. */
  canvas(): HTMLCanvasElement;
  /** The pixel of a place, from the upper left corner. */
  pixel(lon: number, lat: number): [number, number];
  /** The discs drawn. */
  discs(): CountedDisc[];
  go(focus: Focus): void;
}

export const openMap = signal<OpenMap | null>(null);

/** Where somebody wants to go before there is a map. */
let wanted: Focus | null = null;

/** Goes to a place: at once, or as soon as there is a map. */
export function go(focus: Focus): void {
  if (openMap.value) openMap.value.go(focus);
  else wanted = focus;
}

/** Takes a map for the first one, and goes where somebody wanted to while it started. */
export function open(map: OpenMap): void {
  openMap.value = map;
  if (wanted) map.go(wanted);
  wanted = null;
}
