/** The choice of how the map shows two vintages, its legend, and the map as printed. */

import { text } from "../french/texts";
import { palette } from "../map/palette";
import { HATCHES, KEPT_OPACITY, STROKE, TILE } from "../map/patterns";
import { PrintedMap } from "../map/print";
import { type Movement, movementOf } from "../map/symbols";
import { inkOf, stateOf } from "../map/vintages";
import type { MovedPlace } from "./api";
import { amend } from "./links";
import { type CompareQuery, MODES, vintagesOf } from "./query";
import { listed } from "./state";
import { MovementSymbol } from "./symbols";

interface Props {
  query: CompareQuery;
  /** The name of the area. */
  name: string;
  /** True when the areas of all changes are drawn, not only those of the chosen one. */
  hasChangeAreas: boolean;
  hasChosen: boolean;
  places: readonly MovedPlace[];
}

export function CompareMap({ query, name, hasChangeAreas, hasChosen, places }: Props) {
  return (
    <fieldset class="map-modes">
      <legend class="unprinted">{text("web.compare.mode")}</legend>
      <div class="modes unprinted">
        {MODES.map((mode) => (
          <label key={mode} class="choice">
            <input
              type="radio"
              name="compare-mode"
              checked={query.mode === mode}
              onChange={() => amend({ ...query, mode })}
            />
            {text(`web.compare.mode.${mode}`)}
          </label>
        ))}
      </div>
      <PrintedMap label={text("web.compare.map.printed", { name })} />
      <Legend query={query} hasChangeAreas={hasChangeAreas || hasChosen} places={places} />
      {query.mode === "over" && !hasChangeAreas && (
        <p class="hint unprinted">{text("web.compare.ground.one")}</p>
      )}
    </fieldset>
  );
}

const SIGNS = [
  "entered",
  "left",
  "stayed",
  "band",
  "undetermined",
  "gained",
  "lost",
] as const satisfies readonly Movement[];

function Legend({
  query,
  hasChangeAreas,
  places,
}: Pick<Props, "query" | "hasChangeAreas" | "places">) {
  const { from, to } = vintagesOf(query);
  const line = (vintage: string) => ({
    stroke: inkOf(vintage, palette.value),
    dashes: { past: "6 3", current: "", coming: "9 3 2 3" }[stateOf(vintage)],
  });
  const movements = new Set([
    ...places.map(({ movement }) => movementOf(movement)),
    ...listed.value.map(({ side }) => movementOf(side)),
  ]);
  return (
    <ul class="legend" aria-label={text("web.compare.legend")}>
      {[from, to].map((vintage) => (
        <li key={vintage}>
          <Swatch {...line(vintage)} /> {text("compare.legend.from", { from: vintage })}
        </li>
      ))}
      {query.mode === "over" && hasChangeAreas && <Patterns />}
      {SIGNS.filter((movement) => movements.has(movement)).map((movement) => (
        <li key={movement}>
          <MovementSymbol movement={movement} /> {text(`web.compare.place.${movement}`)}
        </li>
      ))}
    </ul>
  );
}

/** The patterns as the map draws them. */
function Patterns() {
  const { qpv, qpv_past } = palette.value;
  return (
    <>
      <li>
        <Swatch fill={qpv} opacity={KEPT_OPACITY} /> {text("compare.legend.kept")}
      </li>
      <li>
        <Hatched part="gained" stroke={qpv} /> {text("compare.legend.gained")}
      </li>
      <li>
        <Hatched part="lost" stroke={qpv_past} /> {text("compare.legend.lost")}
      </li>
    </>
  );
}

interface Drawn {
  fill?: string;
  opacity?: number;
  stroke?: string;
  dashes?: string;
}

function Swatch({ fill = "none", opacity = 1, stroke, dashes = "" }: Drawn) {
  return (
    <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
      <rect
        x="1.500"
        y="1.500"
        width="25"
        height="15"
        fill={fill}
        fill-opacity={opacity}
        stroke={stroke}
        stroke-width="2"
        stroke-dasharray={dashes}
      />
    </svg>
  );
}

function Hatched({ part, stroke }: { part: "gained" | "lost"; stroke: string }) {
  const id = `hatch-${part}`;
  return (
    <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
      <pattern
        id={id}
        width={TILE}
        height={TILE}
        patternUnits="userSpaceOnUse"
        patternTransform="scale(0.5)"
      >
        <path d={HATCHES[part]} stroke={stroke} stroke-width={STROKE} />
      </pattern>
      <rect width="28" height="18" fill={`url(#${id})`} />
    </svg>
  );
}
