/** The sheet of a neighbourhood: its official attributes, what is known of it, what it was or became, its outline to take away. */

import { Fragment } from "preact";
import type { Perimeter } from "../api/client";
import { formatPerimeterArea, vintageDays } from "../french/messages";
import { formatCount, formatHectares, formatList, text } from "../french/texts";
import { predecessor, successor } from "../map/vintages";
import { Copying } from "../parts/copying";
import { IndicatorTable } from "../parts/indicator-table";
import { communeHref, href, linkTo, sheetHref } from "../router";

export function QpvSheet({ perimeter }: { perimeter: Perimeter }) {
  const { code_qp, lib_qp, vintage, area_ha, insee_com } = perimeter.properties;
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
          <dd>{vintageDays(perimeter.properties)}</dd>
        </div>
        <div>
          <dt>
            {text(
              perimeter.properties.lib_com.length > 1
                ? "web.sheet.communes"
                : "web.answer.communes",
            )}
          </dt>
          <dd>
            <Communes perimeter={perimeter} />
          </dd>
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
        <PlaceNames names={perimeter.properties.place_names} />
        {"predecessors" in perimeter && (
          <Overlaps perimeter={perimeter} other={predecessor(vintage)} kind="predecessors" />
        )}
        {"successors" in perimeter && (
          <Overlaps perimeter={perimeter} other={successor(vintage)} kind="successors" />
        )}
      </dl>
      <IndicatorTable figures={perimeter.properties.figures} />
      <Copying things={[link]}>
        {insee_com.length > 0 && (
          <a class="button" href={href("comparer", `insee=${insee_com[0]}&quartier=${code_qp}`)}>
            {text("web.commune.compare")}
          </a>
        )}{" "}
        <a class="button" href={`api/v1/perimeters/${code_qp}`} download={`${code_qp}.geojson`}>
          {text("web.sheet.download")}
        </a>
      </Copying>
    </article>
  );
}

type PlaceName = NonNullable<Perimeter["properties"]["place_names"]>[number];

/** The places inside that addresses name, and those of lists. Not knowing them is not having none. */
function PlaceNames({ names }: { names: Perimeter["properties"]["place_names"] }) {
  // An answer of a service from before has none.
  if (names === undefined) return null;
  const named = names?.filter(({ source }) => source === "addresses") ?? [];
  const listed = names?.filter(({ source }) => source !== "addresses") ?? [];
  return (
    <>
      <div>
        <dt>{text("web.sheet.place_names")}</dt>
        <dd>
          {named.length > 0
            ? named.map(describePlace).join(", ")
            : text(names ? "web.sheet.place_names.none" : "web.sheet.place_names.unknown")}
        </dd>
      </div>
      {listed.length > 0 && (
        <div>
          <dt>{text("web.sheet.places")}</dt>
          <dd>{listed.map(describePlace).join(", ")}</dd>
        </div>
      )}
    </>
  );
}

function describePlace({ name, extent }: PlaceName): string {
  return extent === "partial" ? text("web.sheet.place_names.partial", { name }) : name;
}

interface OverlapsProps {
  perimeter: Perimeter;
  other: string | undefined;
  kind: "predecessors" | "successors";
}

/** The neighbourhoods of another vintage that share ground with it. Not knowing them is not having none. */
function Overlaps({ perimeter, other = "", kind }: OverlapsProps) {
  const kin = perimeter[kind];
  const hasArea = perimeter.properties.area_ha !== null;
  return (
    <div>
      <dt>{text(`web.sheet.${kind}`, { vintage: other })}</dt>
      <dd>
        {!kin && text(hasArea ? "web.sheet.overlaps.unknown" : "web.sheet.overlaps.no_area")}
        {kin?.length === 0 && text(`web.sheet.${kind}.none`, { vintage: other })}
        {kin && kin.length > 0 && (
          <ul class="links">
            {kin.map(({ code_qp, lib_qp, shared_ha }) => (
              <li key={code_qp}>
                <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>{" "}
                <small>{text("web.sheet.shared", { area: formatHectares(shared_ha) })}</small>
              </li>
            ))}
          </ul>
        )}
      </dd>
    </div>
  );
}

/** The communes of a neighbourhood, each a link to its sheet where its code is known. */
function Communes({ perimeter }: { perimeter: Perimeter }) {
  const { lib_com, insee_com } = perimeter.properties;
  // Lists of different lengths are not aligned: some names of 2015 match no code.
  if (lib_com.length !== insee_com.length) return <>{formatList(lib_com)}</>;
  return (
    <>
      {lib_com.map((name, at) => (
        <Fragment key={name}>
          {at > 0 && ", "}
          <a href={communeHref(insee_com[at] ?? "")}>{`${name} (${insee_com[at]})`}</a>
        </Fragment>
      ))}
    </>
  );
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
