/** Explore: the layers of the map with their legend, the neighbourhoods in sight, and the sheet of one of them. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { failure, type Perimeter, perimeter, ServiceError } from "../api/client";
import { refusal } from "../french/messages";
import { boxAround } from "../map/box";
import { index, useVintages } from "../map/layers";
import { inSight } from "../map/map-panel";
import { PrintedMap } from "../map/print";
import { type Focus, type PlacedPosition, type Position, useScene } from "../map/scene";
import type { Choice } from "../parts/choice";
import { useLatestCall } from "../parts/latest-call";
import { readPerimeterCode } from "../parts/perimeter-code";
import { positionOf } from "../parts/place";
import { SearchBox } from "../parts/search-box";
import { openSheet } from "../parts/sheets";
import { mayTakeFocus } from "../parts/sight";
import { useSubject } from "../parts/subject";
import { href, open, replace, route, sheetHref } from "../router";
import { ImagePanel } from "./image-panel";
import { LayerPanel } from "./layer-panel";
import { PrintedLegend } from "./legend";
import { applyLink, linkWith } from "./map-link";
import { QpvSheet } from "./qpv-sheet";
import "./explore.css";
import { checkPoint } from "../check/state";
import { formatCount, formatDegrees, text } from "../french/texts";

/** Neighbourhoods named in the list below the map; the map has them all. */
const MOST_LISTED = 40;

/** Near enough to see a house among its neighbours. */
const PLACE_ZOOM = 16;

/** So much of a code that is none is said back, characters. */
const LONGEST_CODE = 30;

export function Explore() {
  const written = new URLSearchParams(route.value.query).get("qpv");
  const code = readPerimeterCode(written);
  const [sheet, setSheet] = useState<Perimeter | ServiceError | null>(null);
  useEffect(() => {
    setSheet(null);
    if (!code) return;
    const leaving = new AbortController();
    perimeter(code, leaving.signal).then(setSheet, (fault: unknown) => {
      if (!leaving.signal.aborted) setSheet(failure(fault));
    });
    return () => leaving.abort();
  }, [code]);
  const shown = sheet && !(sheet instanceof ServiceError) ? sheet : null;
  const [sought, seek] = useState<Focus | null>(null);
  const focus = useMemo(() => sought ?? (shown && around(shown)), [shown, sought]);
  // Later, whoever opens another sheet may have the keyboard in what is below.
  const isOpening = useRef(Boolean(code));
  if (sheet || !code) isOpening.current = false;
  useMapLink();
  const [picked, pick] = useState<PlacedPosition | null>(null);
  useEffect(() => {
    pick(null);
    seek(null);
  }, [code]);
  const goTo = (at: PlacedPosition) => {
    pick(at);
    seek({ lon: at.lon, lat: at.lat, zoom: PLACE_ZOOM });
  };
  useVintages(code && !sheet ? undefined : shown ? [shown.properties.vintage] : []);
  useSubject(shown ? `${shown.properties.lib_qp} (${shown.properties.code_qp})` : "");
  useScene(
    () => ({
      insets: true,
      onPerimeter: (code) => {
        pick(null);
        open(sheetHref(code));
      },
      onPick: pick,
      ...(picked && {
        marker: { ...picked, tone: "plain", label: describePoint(picked), doubtM: 0 },
      }),
      ...(code && { selected: [code] }),
      ...(focus && { focus }),
    }),
    [code, focus, picked],
  );
  return (
    <>
      {/* Where every view has it: below a sheet, the next question would have to be scrolled to. */}
      <Search onFound={goTo} isFirst={mayTakeFocus(code !== null)} />
      <div role="status">{picked && <Picked at={picked} />}</div>
      <div role="status">
        {written && !code && (
          <p class="problem">
            {text("web.explore.unknown_code", { code: written.slice(0, LONGEST_CODE) })}
          </p>
        )}
        {sheet instanceof ServiceError && <p class="problem">{refusal(sheet)}</p>}
        {shown && <QpvSheet perimeter={shown} />}
      </div>
      <PrintedMap label={text("web.map.label")} />
      <PrintedLegend />
      {/* What comes below something is there with it or after it: else it would be pushed away. */}
      {isOpening.current && <div class="waiting" />}
      <div hidden={isOpening.current}>
        <p class="hint pick-hint unprinted">{text("web.explore.hint")}</p>
        <LayerPanel />
        <ImagePanel name={shown?.properties.lib_qp} />
        {index.value && <InSight />}
      </div>
    </>
  );
}

/** Reads the layers of a link once they are known, and keeps the address as what is shown. */
function useMapLink(): void {
  const drawn = route.value;
  const { query } = drawn;
  const isKnown = index.value !== null;
  const isRead = useRef(false);
  useEffect(() => {
    // Another address was opened since this was drawn: it is not to be put back.
    if (!isKnown || drawn !== route.peek()) return;
    if (!isRead.current) applyLink(query);
    isRead.current = true;
    const link = linkWith(query);
    if (link !== href("carte", query)) replace(link);
  }, [isKnown, drawn, linkWith(query)]);
}

/** A point picked on the map, and the way to check it. */
function Picked({ at }: { at: PlacedPosition }) {
  const card = useRef<HTMLDivElement>(null);
  // On a narrow screen the map stands above.
  useEffect(() => card.current?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <div class="card picked unprinted" ref={card}>
      <p>{describePoint(at)}</p>
      <button type="button" class="main" onClick={() => checkPoint(at)}>
        {text("web.explore.picked.check")}
      </button>
    </div>
  );
}

function describePoint({ lon, lat }: Position): string {
  return text("web.explore.picked", { lon: formatDegrees(lon), lat: formatDegrees(lat) });
}

/** Finds anything by the box of all views: a sheet is opened, a place is shown on the map and can be checked. */
function Search({ onFound, isFirst }: { onFound: (at: PlacedPosition) => void; isFirst: boolean }) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const latest = useLatestCall();
  const choose = async (choice: Choice) => {
    setFault("");
    if (openSheet(choice)) return setTyped("");
    if (choice.kind !== "place") return;
    const stop = latest.start();
    try {
      const found = await positionOf(choice.place, stop);
      if (stop.aborted) return;
      if (found) onFound({ ...found, uncertainty_m: 0 });
      else setFault(text("web.building.go.nowhere"));
    } catch (error) {
      if (!stop.aborted) setFault(refusal(failure(error)));
    }
  };
  return (
    <search class="block unprinted">
      <SearchBox
        label={text("web.search.box")}
        hint={text("web.search.hint")}
        value={typed}
        onInput={(words) => {
          setTyped(words);
          setFault("");
        }}
        onChoose={(choice) => void choose(choice)}
        submit={text("web.search.submit")}
        isFirst={isFirst}
        fault={fault}
      />
    </search>
  );
}

/** The neighbourhoods that the map shows, as links: the keyboard's way to what a pointer clicks. */
function InSight() {
  const sight = inSight.value;
  return (
    <section class="block sight" aria-labelledby="in-sight">
      <h2 id="in-sight">{text("web.explore.sight")}</h2>
      {sight.length === 0 && <p class="hint">{text("web.map.words.none")}</p>}
      <ul class="links">
        {sight.slice(0, MOST_LISTED).map(({ code_qp, lib_qp }) => (
          <li key={code_qp}>
            <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>
          </li>
        ))}
      </ul>
      {sight.length > MOST_LISTED && (
        <p class="hint">
          {text("web.explore.sight.more", { count: formatCount(sight.length - MOST_LISTED) })}
        </p>
      )}
    </section>
  );
}

/** Returns the focus on a whole outline. */
function around({ geometry }: Perimeter): Focus | undefined {
  const box = geometry && boxAround((geometry.coordinates as number[][][][]).flat(2));
  return box ? { box } : undefined;
}
