/** The shares of an area in one vintage, a row for each zone. What is not loaded or not published says so, and is never 0. */
import { formatArea, formatCount, isKey, text, typeset } from "../french/texts";
import type { CountFigures, HectareFigures, InhabitantFigures, VintageShare } from "./api";

const ZONES = ["qpv", "band_300m", "outside", "total"] as const;
type Zone = (typeof ZONES)[number];

/** A column: its heading, and a cell of each zone in words. */
interface Column {
  name: string;
  cell: (zone: Zone | "undetermined") => string;
  /** The share of the total, where both are known. */
  percent: (zone: Zone) => string | null;
}

const PERCENT = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
/** The smallest share that is written as a number. */
const LEAST_PERCENT = 0.1;

export function ShareTable({ figures }: { figures: VintageShare }) {
  const { vintage, complete, hectares, addresses, inhabitants, places } = figures;
  const columns = [
    column(text("share.row.hectares"), hectares, formatArea),
    column(text("share.row.addresses"), addresses, formatCount),
    column(text("share.row.inhabitants"), inhabitants, formatCount),
    // A list that is not imported is absent: schools are expected all the same.
    ...kindsOf(places).map((kind) => column(nameOf(kind), places[kind], formatCount)),
  ];
  const hasUnplaced = [addresses, ...Object.values(places)].some(
    (it) => (it.undetermined ?? 0) > 0,
  );
  return (
    <div class="share-figures">
      <table>
        <caption>{text("share.title", { vintage })}</caption>
        <thead>
          <tr>
            <th scope="col">{text("web.share.zone")}</th>
            {columns.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ZONES.map((zone) => (
            <Row key={zone} zone={zone} columns={columns} />
          ))}
          {hasUnplaced && (
            <tr>
              <th scope="row">{text("web.share.undetermined")}</th>
              {columns.map(({ name, cell }) => (
                <td key={name}>{cell("undetermined")}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
      {remarks(figures).map((remark) => (
        <p class="hint" key={remark}>
          {typeset(remark)}
        </p>
      ))}
      {!complete && hectares.reason !== "vintage_not_loaded" && (
        <p class="notice">{text("share.incomplete", { vintage })}</p>
      )}
    </div>
  );
}

function Row({ zone, columns }: { zone: Zone; columns: Column[] }) {
  return (
    <tr class={zone}>
      <th scope="row">{text(`share.column.${zone}`)}</th>
      {columns.map(({ name, cell, percent }) => (
        <td key={name}>
          {cell(zone)}
          {percent(zone) && <small>{percent(zone)}</small>}
        </td>
      ))}
    </tr>
  );
}

type AnyFigures = Partial<HectareFigures & CountFigures & InhabitantFigures>;

function column(
  name: string,
  figures: AnyFigures | undefined,
  format: (value: number) => string,
): Column {
  return {
    name,
    cell: (zone) => {
      const value = figures?.[zone];
      if (typeof value === "number") return format(value);
      // Hectares and inhabitants have no position that could be unknown.
      const isCount = !figures || "undetermined" in figures;
      return zone === "undetermined" && !isCount ? "" : missing(figures, zone);
    },
    percent: (zone) => percentOf(zone === "total" ? null : figures?.[zone], figures?.total),
  };
}

/** Why a figure is missing, in a word. */
function missing(figures: AnyFigures | undefined, zone: Zone | "undetermined"): string {
  const reason = figures?.reason ?? "list_not_loaded";
  if (reason.endsWith("_not_loaded")) return text("web.share.not_loaded");
  const isOutside = zone !== "qpv";
  // Outside neighbourhoods nothing is published, whatever is missing inside.
  if (reason === "not_published" || (reason === "population_unknown" && isOutside))
    return text("web.share.not_published");
  return text("share.unknown");
}

function percentOf(value: number | null | undefined, total: number | null | undefined) {
  if (typeof value !== "number" || typeof total !== "number" || total <= 0) return null;
  const percent = (100 * value) / total;
  // A small share is no zero.
  const isTiny = value > 0 && percent < LEAST_PERCENT;
  const written = isTiny ? `<\u00a0${PERCENT.format(LEAST_PERCENT)}` : PERCENT.format(percent);
  return text("web.share.percent", { percent: written });
}

/** The reasons of what is missing, and the addresses whose zone is not sure; each once. */
function remarks({ hectares, addresses, inhabitants, places }: VintageShare): string[] {
  const all = [hectares, addresses, inhabitants, ...Object.values(places)];
  const reasons = all.flatMap(({ message }) => (message ? [message] : []));
  const unsure = addresses.unsure ?? 0;
  if (unsure > 0) reasons.push(text("web.share.unsure", { count: formatCount(unsure) }));
  return [...new Set(reasons)];
}

function kindsOf(places: VintageShare["places"]): string[] {
  return [...new Set(["schools", ...Object.keys(places)])];
}

/** The name of a kind of places; one that has no words has its own name. */
function nameOf(kind: string): string {
  const key = `web.compare.kind.${kind}`;
  return isKey(key) ? text(key) : kind;
}
