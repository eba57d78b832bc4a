/** The pin of the place an answer is about: dragged with the pointer or moved with the arrow keys when it may be moved. */
import * as maplibre from "maplibre-gl";
import { text } from "../french/texts";
import { placedAt } from "./pin-doubt";
import type { Marker, Position } from "./scene";

/** Step of the pin for an arrow key, metres; ten times as much with the shift key. */
const STEP_M = 1;
const DEGREE_M = 111_195;

export class MarkerPin {
  private readonly element = document.createElement("button");
  private readonly marker: maplibre.Marker;
  private shown: Marker | null = null;

  /** A pin on the map; `zoomAtRest` is what its reader sees once the map has come to where it is heading. */
  constructor(
    private readonly map: maplibre.Map,
    private readonly zoomAtRest: () => number,
    /** Tells whether houses are drawn around a place. */
    private readonly seesHouses: (at: Position) => boolean,
  ) {
    this.element.type = "button";
    this.element.className = "pin";
    this.marker = new maplibre.Marker({ element: this.element, anchor: "bottom" });
    this.marker.on("dragend", () => this.moved(this.map.getZoom()));
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.element.addEventListener("click", (event) => event.stopPropagation());
  }

  /** Shows the pin there, or nowhere. */
  show(marker: Marker | undefined): void {
    this.shown = marker ?? null;
    if (!marker) {
      this.marker.remove();
      return;
    }
    this.element.dataset.tone = marker.tone;
    const hint = marker.onMove ? ` ${text("web.map.pin.move")}` : "";
    this.marker.setLngLat([marker.lon, marker.lat]).setDraggable(Boolean(marker.onMove));
    // Added again, it would lose the focus of the keyboard that moves it.
    if (!this.element.isConnected) this.marker.addTo(this.map);
    this.element.setAttribute("aria-label", marker.label + hint);
  }

  private moved(zoom: number): void {
    const { lng, lat } = this.marker.getLngLat();
    this.shown?.onMove?.(placedAt(lng, lat, zoom, this.seesHouses({ lon: lng, lat })));
  }

  private pressed(event: KeyboardEvent): void {
    const marker = this.shown;
    const steps: Record<string, [number, number]> = {
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
    };
    const step = steps[event.key];
    if (!marker?.onMove || !step) return;
    event.preventDefault();
    event.stopPropagation();
    const metres = STEP_M * (event.shiftKey ? 10 : 1);
    const to: Position = {
      lon: marker.lon + (step[0] * metres) / (DEGREE_M * Math.cos((marker.lat * Math.PI) / 180)),
      lat: marker.lat + (step[1] * metres) / DEGREE_M,
    };
    this.marker.setLngLat([to.lon, to.lat]);
    // A key may come before the flight to the answer ends: no eye points at a door from there.
    this.moved(this.zoomAtRest());
  }
}
