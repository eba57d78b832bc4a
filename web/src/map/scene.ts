/**
 * The scene that a view puts on the map, independent of how the map draws it. A view sets it with `useScene`; leaving the
 * view clears it. Positions are WGS 84 degrees, longitude first.
 */
import { signal } from "@preact/signals";
import type { FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";
import { useEffect } from "preact/hooks";
import type { Movement } from "./symbols";

/** The look of a result: a colour and a shape, never a colour alone. */
export type Tone = "qpv" | "band_300m" | "outside" | "undetermined" | "plain";

export interface Position {
  lon: number;
  lat: number;
}

/** A position that a person placed on the map. */
export interface PlacedPosition extends Position {
  /** Metres it may be off. */
  uncertainty_m: number;
}

/** The place an answer is about. */
export interface Marker extends Position {
  tone: Tone;
  /** Read aloud. */
  label: string;
  /** Radius in metres of the circle within which the true place may be; none when 0. */
  doubtM: number;
  /** Called when a person drags it, or moves it with the arrow keys; without it, it stays where it is. */
  onMove?: (to: PlacedPosition) => void;
}

/** Points of a list, each with its result. */
export type ResultPoints = FeatureCollection<Point, { row: number; tone: Tone; label: string }>;

/** West, south, east, north. */
export type Box = [number, number, number, number];

/** The place or box to look at. A new object moves the map, the same does not. */
export type Focus = (Position & { zoom: number }) | { box: Box };

/** Areas kept, gained and lost, each with its pattern; a click on one selects the neighbourhood of that code. */
export type ChangeAreas = FeatureCollection<
  MultiPolygon,
  { part: "kept" | "gained" | "lost"; code_qp: string }
>;

/** Places and addresses, each with the symbol of its movement. */
export type SymbolPoints = FeatureCollection<Point, { movement: Movement; label: string }>;

/** Two vintages on one map (`over`), left and right of a handle (`swipe`), or on a map each (`beside`). */
export interface CompareMode {
  mode: "over" | "swipe" | "beside";
  from: string;
  to: string;
  /** True to draw outlines without filling, where areas of change are drawn below. */
  isBare: boolean;
}

export interface Scene {
  marker?: Marker;
  points?: ResultPoints;
  /** A building's outline. */
  outline?: Polygon | MultiPolygon;
  /** Neighbourhoods drawn as chosen. */
  selected?: readonly string[];
  /** Two vintages are compared: the map shows their perimeters, and no band. */
  compareMode?: CompareMode;
  /** May be large: sent to the map again only when it is another object. */
  changeAreas?: ChangeAreas;
  /** The areas of change that a line is drawn around. */
  chosen?: ChangeAreas;
  symbols?: SymbolPoints;
  /** True to show small maps of the territories overseas beside the country. */
  insets?: boolean;
  focus?: Focus;
  /** Called for the place clicked, tapped or long-pressed. */
  onPick?: (at: PlacedPosition) => void;
  /**
   * Called for the neighbourhood clicked; `onPick` is then called for clicks elsewhere, and for all long presses and right
   * clicks.
   */
  onPerimeter?: (code_qp: string) => void;
  /** Called for a point of `points` clicked, by its row. */
  onRow?: (row: number) => void;
  /** While present a polygon is being drawn; called when it is closed. */
  onDrawn?: (outline: Polygon) => void;
}

/** The scene on show. */
export const scene = signal<Scene>({});

/** Shows a scene while the view is open; `inputs` are what it depends on. */
export function useScene(make: () => Scene, inputs: readonly unknown[]): void {
  useEffect(() => {
    scene.value = make();
  }, inputs);
  useEffect(
    () => () => {
      scene.value = {};
    },
    [],
  );
}
