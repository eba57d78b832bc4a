/** The map's place in the page: starts the map once the page is there, and tells in words what it shows. */
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatList, text } from "../texts";
import type { Engine, InSight } from "./engine";
import { basemap, drawnVintages, index, loadLayers, shown, type TileIndex } from "./layers";
import { palette } from "./palette";
import { scene } from "./scene";
import type { Drawing } from "./style";
import "../style/map.css";

/** The neighbourhoods that the map shows now. */
export const inSight = signal<InSight[]>([]);

const fault = signal(false);

export function MapPanel() {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let engine: Engine | undefined;
    let unwatch = () => {};
    void (async () => {
      const [{ Engine }] = await Promise.all([import("./engine"), loadLayers(leaving.signal)]);
      if (leaving.signal.aborted || !container.current || !index.value) return;
      engine = new Engine(container.current, drawing(index.value), (sight) => (inSight.value = sight));
      const map = engine;
      const watches = [
        effect(() => {
          if (index.value) map.restyle(drawing(index.value));
        }),
        effect(() => {
          map.show(scene.value);
        }),
      ];
      unwatch = () => watches.forEach((stop) => stop());
    })().catch(() => (fault.value = !leaving.signal.aborted));
    return () => {
      leaving.abort();
      unwatch();
      engine?.remove();
    };
  }, []);
  return (
    <section class="map" aria-label={text("web.map.label")}>
      <div class="map-canvas" ref={container} />
      {fault.value && <p class="map-fault">{text("web.map.fault")}</p>}
      {basemap.value.configured && !basemap.value.style && <p class="map-fault quiet">{text(basemap.value.isLost ? "web.map.lost_basemap" : "web.map.no_basemap")}</p>}
      <p class="map-vintage" role="status">
        {drawnVintages.value.length > 0 && text("web.map.vintages", { vintages: formatList(drawnVintages.value) })}
      </p>
      <InWords />
    </section>
  );
}

function drawing(index: TileIndex): Drawing {
  return { index, shown: shown.value, palette: palette.value, basemap: basemap.value.style };
}

/** What the map shows, for those who do not see it. */
function InWords() {
  const sight = inSight.value;
  return (
    <div class="unseen">
      <p>{sight.length === 0 ? text("web.map.words.none") : text("web.map.words", { count: String(sight.length) })}</p>
      <ul>
        {sight.map(({ code_qp, lib_qp }) => (
          <li key={code_qp}>{`${lib_qp} (${code_qp})`}</li>
        ))}
      </ul>
    </div>
  );
}
