/** Small maps of the territories overseas over the map of the country, which lead there; and back. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../french/texts";
import { go, type MapRoom, mapRoom, mapView, NO_INSETS } from "./map-view";
import { type Box, scene } from "./scene";
import { HEXAGON, TERRITORIES, type Territory } from "./territories";
import { vintages } from "./vintages";
import "./insets.css";

/** Beyond this zoom a town is looked at, and nothing of it should be covered. */
const COUNTRY_ZOOM = 6.8;

/** Where the map is small, the territories are folded behind one button; the style sheet has the same limits. */
const SMALL_MAP = "(max-width: 75rem), (max-height: 45rem)";
/** Between the insets and what the map shows, pixels. */
const GAP_PX = 8;

export function Insets() {
  const view = mapView.value;
  const isSmall = useIsSmall();
  const [isOpen, setOpen] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const isOverseas = view !== null && !meets(view.box, HEXAGON);
  const loaded = TERRITORIES.filter(({ key }) =>
    vintages.value.some(({ perimeters }) => (perimeters[key] ?? 0) > 0),
  );
  // Until the map rests somewhere, the view tells whether it goes to a town.
  const isTown = view
    ? view.zoom > COUNTRY_ZOOM && !isOverseas
    : Boolean(scene.value.focus ?? scene.value.selected);
  const isShown = Boolean(scene.value.insets) && loaded.length > 0 && !isTown;
  const isFolded = isSmall && !isOpen;
  // Before the map starts, so that its first view is the one it keeps.
  useLayoutEffect(() => {
    if (!isShown) mapRoom.value = NO_INSETS;
    // Unfolded, they are looked at instead of what is below.
    else if (isFolded || !isSmall)
      mapRoom.value = nav.current ? roomBeside(nav.current) : NO_INSETS;
  }, [isShown, isSmall, isFolded, isOverseas, loaded.length]);
  if (!isShown) return null;
  const visit = (box: Box) => {
    setOpen(false);
    go({ box });
  };
  return (
    <nav
      ref={nav}
      class="insets unprinted"
      aria-label={text("web.map.insets")}
      onKeyDown={({ key }) => key === "Escape" && setOpen(false)}
    >
      {isSmall && (
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text("web.map.insets.fold")}
        </button>
      )}
      {!isFolded && isOverseas && (
        <button type="button" onClick={() => visit(HEXAGON)}>
          <span class="hexagon" aria-hidden="true">
            ⬡
          </span>
          {text("web.map.inset.metropole")}
        </button>
      )}
      {!isFolded &&
        loaded.map((territory) => (
          <button type="button" key={territory.code} onClick={() => visit(territory.box)}>
            <Outline territory={territory} />
            {text(`web.map.inset.${territory.code}`)}
          </button>
        ))}
    </nav>
  );
}

function useIsSmall(): boolean {
  const [isSmall, setSmall] = useState(() => matchMedia(SMALL_MAP).matches);
  useEffect(() => {
    const query = matchMedia(SMALL_MAP);
    const changed = () => setSmall(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return isSmall;
}

/** The room that the map leaves free at the edge where the insets stand, so that nothing it shows lies under them. */
function roomBeside(nav: HTMLElement): MapRoom {
  const map = nav.parentElement?.getBoundingClientRect();
  if (!map) return NO_INSETS;
  const { top, bottom } = nav.getBoundingClientRect();
  const isAbove = top + bottom < map.top + map.bottom;
  return isAbove
    ? { ...NO_INSETS, top: Math.max(NO_INSETS.top, bottom - map.top + GAP_PX) }
    : { ...NO_INSETS, bottom: Math.max(NO_INSETS.bottom, map.bottom - top + GAP_PX) };
}

function meets([west, south, east, north]: Box, [w, s, e, n]: Box): boolean {
  return west < e && east > w && south < n && north > s;
}

/** The outline of a territory, as wide as it is on the ground. */
function Outline({ territory: { box, outlines } }: { territory: Territory }) {
  const [west, south, east, north] = box;
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [width, height] = [(east - west) * narrow, north - south];
  const path = outlines.map(
    (outline) =>
      `M${outline
        .map(([lon, lat]) => `${((lon - west) * narrow).toFixed(3)} ${(north - lat).toFixed(3)}`)
        .join("L")}Z`,
  );
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={path.join("")} />
    </svg>
  );
}
