/** Explore: the layers of the map with their legend, the neighbourhoods in sight, and the sheet of one of them. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  failure,
  findPerimeters,
  type Perimeter,
  type PerimeterProperties,
  perimeter,
  ServiceError,
} from "../api/client";
import { refusal } from "../french/messages";
import { boxAround } from "../map/box";
import { useVintages } from "../map/layers";
import { inSight } from "../map/map-panel";
import { type Focus, type Position, useScene } from "../map/scene";
import { readPerimeterCode } from "../parts/perimeter-code";
import { open, route, sheetHref } from "../router";
import { LayerPanel } from "./layer-panel";
import { QpvSheet } from "./qpv-sheet";
import "./explore.css";
import { checkPoint } from "../check/state";
import { formatCount, formatDegrees, text } from "../french/texts";

/** Neighbourhoods named in the list below the map; the map has them all. */
const MOST_LISTED = 40;

export function Explore() {
  const code = readPerimeterCode(new URLSearchParams(route.value.query).get("qpv"));
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
  const focus = useMemo(() => shown && around(shown), [shown]);
  const [picked, pick] = useState<Position | null>(null);
  useEffect(() => pick(null), [code]);
  useVintages(code && !sheet ? undefined : shown ? [shown.properties.vintage] : []);
  useScene(
    () => ({
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
      <div role="status">{picked && <Picked at={picked} />}</div>
      <div role="status">
        {sheet instanceof ServiceError && <p class="problem">{refusal(sheet)}</p>}
        {shown && <QpvSheet perimeter={shown} />}
      </div>
      <p class="hint pick-hint unprinted">{text("web.explore.hint")}</p>
      <Search />
      <LayerPanel />
      <InSight />
    </>
  );
}

/** A point picked on the map, and the way to check it. */
function Picked({ at }: { at: Position }) {
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

/** Finds a neighbourhood by its name, its code, its commune or a place inside. */
function Search() {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<PerimeterProperties[] | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    setFound(null);
    setFault("");
    if (typed.trim().length < 3) return;
    const leaving = new AbortController();
    const pause = setTimeout(() => {
      findPerimeters(typed.trim(), leaving.signal).then(
        setFound,
        (error: unknown) => leaving.signal.aborted || setFault(refusal(failure(error))),
      );
    }, 150);
    return () => {
      clearTimeout(pause);
      leaving.abort();
    };
  }, [typed]);
  return (
    <search class="block unprinted">
      <label>
        {text("web.explore.search")}
        <input
          type="text"
          value={typed}
          maxLength={80}
          spellcheck={false}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <p class={fault ? "problem" : "hint"} role="status">
        {fault}
        {found &&
          (found.length === 0
            ? text("web.explore.search.none")
            : text("web.explore.search.count", { count: formatCount(found.length) }))}
      </p>
      {found && found.length > 0 && (
        <ul class="links">
          {found.slice(0, MOST_LISTED).map((properties) => (
            <li key={properties.code_qp}>
              <a href={sheetHref(properties.code_qp)}>
                {`${properties.lib_qp} (${properties.code_qp})`}
              </a>{" "}
              <small>{describeFound(properties)}</small>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}

/** Where a neighbourhood is, and the place inside by whose name it was found. */
function describeFound({ lib_com, vintage, matched }: PerimeterProperties): string {
  const words = [lib_com.join(", "), vintage];
  if (matched?.attribute === "place_names") {
    const key =
      matched.extent === "partial"
        ? "web.explore.search.place.partial"
        : "web.explore.search.place";
    words.push(text(key, { name: matched.name }));
  }
  return words.join(" · ");
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
