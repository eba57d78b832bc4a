/** The sheet of a neighbourhood: its official attributes, what is known of it, what it was or became, its outline to take away. */

import type { Perimeter } from "../api/client";
import { formatPerimeterArea } from "../french/messages";
import { formatCount, formatHectares, formatList, text } from "../french/texts";
import { Copying } from "../parts/copying";
import { linkTo, sheetHref } from "../router";

export function QpvSheet({ perimeter }: { perimeter: Perimeter }) {
  const { code_qp, lib_qp, vintage, area_ha } = perimeter.properties;
  const link = {
    label: text("web.link.copy"),
    words: () => linkTo(sheetHref(code_qp)),
    done: "web.link.copied" as const,
  };
  return (
    <article class="card sheet" data-tone="qpv">
      <h2>{lib_qp}</h2>
      <dl>
        <div>
          <dt>{text("web.sheet.code")}</dt>
          <dd>{code_qp}</dd>
        </div>
        <div>
          <dt>{text("web.answer.vintage")}</dt>
          <dd>
            {text(vintage === "2015" ? "web.answer.vintage.2015" : "web.answer.vintage.2024")}
          </dd>
        </div>
        <div>
          <dt>{text("web.answer.communes")}</dt>
          <dd>{communes(perimeter)}</dd>
        </div>
        <div>
          <dt>{text("web.sheet.epci")}</dt>
          <dd>{epci(perimeter)}</dd>
        </div>
        <div>
          <dt>{text("web.sheet.area")}</dt>
          <dd>{formatPerimeterArea(area_ha)}</dd>
        </div>
        <div>
          <dt>{text("web.sheet.population")}</dt>
          <dd>{population(perimeter)}</dd>
        </div>
        <div>
          <dt>{text(vintage === "2015" ? "web.sheet.successors" : "web.sheet.predecessors")}</dt>
          <dd>
            <Overlaps perimeter={perimeter} />
          </dd>
        </div>
      </dl>
      <Copying things={[link]}>
        <a class="button" href={`api/v1/perimeters/${code_qp}`} download={`${code_qp}.geojson`}>
          {text("web.sheet.download")}
        </a>
      </Copying>
    </article>
  );
}

/** The neighbourhoods of the other vintage that share ground with it. Not knowing them is not having none. */
function Overlaps({ perimeter }: { perimeter: Perimeter }) {
  const kin = "successors" in perimeter ? perimeter.successors : perimeter.predecessors;
  if (!kin) return <>{text("web.sheet.overlaps.unknown")}</>;
  if (kin.length === 0)
    return (
      <>
        {text(
          "successors" in perimeter ? "web.sheet.successors.none" : "web.sheet.predecessors.none",
        )}
      </>
    );
  return (
    <ul class="links">
      {kin.map(({ code_qp, lib_qp, shared_ha }) => (
        <li key={code_qp}>
          <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>{" "}
          <small>{text("web.sheet.shared", { area: formatHectares(shared_ha) })}</small>
        </li>
      ))}
    </ul>
  );
}

function communes({ properties: { lib_com, insee_com } }: Perimeter): string {
  // Lists of different lengths are not aligned: some names of 2015 match no code.
  const aligned = lib_com.length === insee_com.length;
  return formatList(lib_com.map((name, i) => (aligned ? `${name} (${insee_com[i]})` : name)));
}

function epci({ properties: { lib_epci, siren_epci } }: Perimeter): string {
  if (siren_epci.length === 0) return lib_epci ?? text("web.sheet.unknown");
  return [lib_epci, `SIREN ${siren_epci.join(", ")}`].filter(Boolean).join(" · ");
}

function population({ properties: { population, population_year } }: Perimeter): string {
  if (typeof population !== "number") return text("web.sheet.population.unknown");
  const count = formatCount(population);
  if (!population_year) return text("web.sheet.population.count", { count });
  return text("web.sheet.population.of", { count, year: String(population_year) });
}
