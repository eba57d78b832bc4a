/** Small maps of the territories overseas over the map of the country, which lead there; and back. */
import { text } from "../french/texts";
import { mapView, openMap } from "./map-view";
import { type Box, scene } from "./scene";
import { HEXAGON, TERRITORIES, type Territory } from "./territories";
import { vintages } from "./vintages";
import "./insets.css";

/** Beyond this zoom a town is looked at, and nothing of it should be covered. */
const COUNTRY_ZOOM = 6.8;

export function Insets() {
  const view = mapView.value;
  if (!scene.value.insets || !view) return null;
  const { zoom, box } = view;
  const isOverseas = !meets(box, HEXAGON);
  const loaded = TERRITORIES.filter(({ key }) =>
    vintages.value.some(({ perimeters }) => (perimeters[key] ?? 0) > 0),
  );
  if (loaded.length === 0 || (zoom > COUNTRY_ZOOM && !isOverseas)) return null;
  return (
    <nav class="insets unprinted" aria-label={text("web.map.insets")}>
      {isOverseas && (
        <button type="button" onClick={() => go(HEXAGON)}>
          <span class="hexagon" aria-hidden="true">
            ⬡
          </span>
          {text("web.map.inset.metropole")}
        </button>
      )}
      {loaded.map((territory) => (
        <button type="button" key={territory.code} onClick={() => go(territory.box)}>
          <Outline territory={territory} />
          {text(`web.map.inset.${territory.code}`)}
        </button>
      ))}
    </nav>
  );
}

function go(box: Box): void {
  openMap.value?.go({ box });
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
