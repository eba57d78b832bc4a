/** How the map shows the two vintages, and what its lines, patterns and signs mean. */
import type { MovedPlace } from "../api/compare";
import { MODES, vintagesOf, type Asked } from "../compare/asked";
import { palette } from "../map/palette";
import { MovementSign } from "../parts/signs";
import { amend } from "../router";
import { movementOf, type Movement } from "../signs";
import { text } from "../texts";

interface Props {
  asked: Asked;
  /** Whether the ground of all changes is drawn, or else that of the one chosen. */
  hasGround: boolean;
  hasChosen: boolean;
  places: readonly MovedPlace[];
}

export function CompareMap({ asked, hasGround, hasChosen, places }: Props) {
  return (
    <fieldset class="map-modes unprinted">
      <legend>{text("web.compare.mode")}</legend>
      <div class="modes">
        {MODES.map((mode) => (
          <label key={mode} class="choice">
            <input type="radio" name="compare-mode" checked={asked.mode === mode} onChange={() => amend({ ...asked, mode })} />
            {text(`web.compare.mode.${mode}`)}
          </label>
        ))}
      </div>
      <Legend asked={asked} hasGround={hasGround || hasChosen} places={places} />
      {asked.mode === "over" && !hasGround && <p class="hint">{text("web.compare.ground.one")}</p>}
    </fieldset>
  );
}

const PLACES = ["entered", "left", "stayed", "band", "undetermined"] as const satisfies readonly Movement[];

function Legend({ asked, hasGround, places }: Omit<Props, "hasChosen">) {
  const { from, to } = vintagesOf(asked);
  const { qpv, qpv2015 } = palette.value;
  const line = (vintage: string) => (vintage === "2015" ? { stroke: qpv2015, dashes: "6 3" } : { stroke: qpv, dashes: "" });
  return (
    <ul class="legend" aria-label={text("web.compare.legend")}>
      {[from, to].map((vintage) => (
        <li key={vintage}>
          <Swatch {...line(vintage)} /> {text("compare.legend.from", { from: vintage })}
        </li>
      ))}
      {asked.mode === "over" && hasGround && <Patterns />}
      {PLACES.filter((movement) => places.some((place) => movementOf(place.movement) === movement)).map((movement) => (
        <li key={movement}>
          <MovementSign movement={movement} /> {text(`web.compare.place.${movement}`)}
        </li>
      ))}
    </ul>
  );
}

/** The patterns as the map draws them. */
function Patterns() {
  const { qpv, qpv2015 } = palette.value;
  return (
    <>
      <li>
        <Swatch fill={qpv} opacity="0.25" /> {text("compare.legend.kept")}
      </li>
      <li>
        <Swatch stroke={qpv} hatch="M-2 14L14 -2M2 20L24 -2M10 20L32 -2M18 20L36 2" /> {text("compare.legend.gained")}
      </li>
      <li>
        <Swatch stroke={qpv2015} hatch="M-2 14L14 -2M2 20L24 -2M10 20L32 -2M18 20L36 2M-4 4L12 20M-4 -4L20 20M4 -4L28 20M12 -4L36 20M20 -4L36 12" />{" "}
        {text("compare.legend.lost")}
      </li>
    </>
  );
}

interface Drawn {
  fill?: string;
  opacity?: string;
  stroke?: string;
  dashes?: string;
  hatch?: string;
}

function Swatch({ fill = "none", opacity = "1", stroke, dashes = "", hatch }: Drawn) {
  return (
    <svg class="swatch" viewBox="0 0 28 18" aria-hidden="true">
      <rect x="1.500" y="1.500" width="25" height="15" fill={fill} fill-opacity={opacity} stroke={hatch ? "none" : stroke} stroke-width="2" stroke-dasharray={dashes} />
      {hatch && <path d={hatch} fill="none" stroke={stroke} stroke-width="2" />}
    </svg>
  );
}
