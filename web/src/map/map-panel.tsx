/** The map's place in the page: starts the map once the page is there, and describes in words what it shows. */
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatList, text } from "../french/texts";
import { compareMode, first } from "./compare-mode";
import type { InSight } from "./engine";
import { basemap, isOnGround } from "./ground";
import { Insets } from "./insets";
import { drawnVintages, loadLayers } from "./layers";
import { mapView, open, openMap } from "./map-view";
import { areHousesSeen, hasPlan } from "./pin-doubt";
import { quiet, quietTime } from "./quiet";
import { scene } from "./scene";
import { CompareOverlay } from "./swipe";
import "./map.css";

/** The neighbourhoods that the map shows now. */
export const inSight = signal<InSight[]>([]);

const fault = signal(false);

/** Starts the maps, keeps them as the view wants them, and returns what ends them. */
async function start(
  panel: HTMLElement,
  container: HTMLElement,
  beside: HTMLElement,
  leaving: AbortSignal,
): Promise<() => void> {
  const [{ Engine, keepSecondMap }] = await Promise.all([
    // Reading the map's code takes the processor from the page, whose field comes first.
    quietTime().then(() => import("./both-maps")),
    loadLayers(leaving),
  ]);
  await quiet();
  if (leaving.aborted || !first.value) return () => undefined;
  const map = new Engine(container, first.value, (sight) => (inSight.value = sight));
  open(map);
  const watches = [
    effect(() => {
      if (first.value) map.restyle(first.value);
    }),
    effect(() => {
      // At once, so that the map looks with the room that it then has.
      panel.dataset.compare = scene.value.compareMode?.mode ?? "";
      map.show(scene.value);
    }),
    keepSecondMap(map, beside),
  ];
  return () => {
    for (const stop of watches) stop();
    openMap.value = mapView.value = null;
    map.remove();
  };
}

export function MapPanel() {
  const panel = useRef<HTMLElement>(null);
  const container = useRef<HTMLDivElement>(null);
  const beside = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    if (!panel.current || !container.current || !beside.current) return;
    const started = start(panel.current, container.current, beside.current, leaving.signal);
    started.catch(() => (fault.value = !leaving.signal.aborted));
    return () => {
      leaving.abort();
      void started.then(
        (end) => end(),
        () => undefined,
      );
    };
  }, []);
  return (
    <section class="map" ref={panel} aria-label={text("web.map.label")}>
      <div class="map-canvas" ref={container} />
      <div class="map-canvas second" ref={beside} />
      <CompareOverlay />
      <Insets />
      {fault.value && <p class="map-fault">{text("web.map.fault")}</p>}
      {basemap.value.configured && !basemap.value.style && (
        <p class="map-fault quiet">
          {text(basemap.value.isLost ? "web.map.lost_basemap" : "web.map.no_basemap")}
        </p>
      )}
      {scene.value.marker?.onMove &&
        !hasPlan(scene.value.marker) &&
        !isOnGround(scene.value.marker) &&
        !areHousesSeen.value &&
        !basemap.value.configured && <p class="map-fault quiet">{text("web.map.no_ground")}</p>}
      <p class="map-vintage" role="status">
        {!compareMode.value &&
          drawnVintages.value.length > 0 &&
          text("web.map.vintages", { vintages: formatList(drawnVintages.value) })}
      </p>
      <InWords />
    </section>
  );
}

/** The content of the map in words, for those who do not see it. */
function InWords() {
  const sight = inSight.value;
  return (
    <div class="unseen">
      <p>
        {sight.length === 0
          ? text("web.map.words.none")
          : text("web.map.words", { count: String(sight.length) })}
      </p>
      <ul>
        {sight.map(({ code_qp, lib_qp }) => (
          <li key={code_qp}>{`${lib_qp} (${code_qp})`}</li>
        ))}
      </ul>
    </div>
  );
}
