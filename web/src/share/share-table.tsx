/** The shares of an area in one vintage, a column for each zone. What is not loaded or not published says so, and is never 0. */
import { formatArea, formatCount, isKey, text, typeset } from "../french/texts";
import type { CountFigures, HectareFigures, InhabitantFigures, VintageShare } from "./api";

const ZONES = ["qpv", "band_300m", "outside", "total"] as const;
type Zone = (typeof ZONES)[number] | "undetermined";

type AnyFigures = Partial<HectareFigures & CountFigures & InhabitantFigures>;

/** What is shared, in words, and its figures; none for a list that is not imported. */
interface Quantity {
  name: string;
  figures: AnyFigures | undefined;
  format: (value: number) => string;
}

const PERCENT = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
/** The smallest share that is written as a number. */
const LEAST_PERCENT = 0.1;

export function ShareTable({ figures }: { figures: VintageShare }) {
  const { vintage, complete, hectares, addresses, inhabitants, places } = figures;
  const quantities: Quantity[] = [
    { name: text("share.row.hectares"), figures: hectares, format: formatArea },
    { name: text("share.row.addresses"), figures: addresses, format: formatCount },
    { name: text("share.row.inhabitants"), figures: inhabitants, format: formatCount },
    ...kindsOf(places).map((kind) => ({
      name: nameOf(kind),
      figures: places[kind],
      format: formatCount,
    })),
  ];
  const hasUnplaced = quantities.some(({ figures }) => (figures?.undetermined ?? 0) > 0);
  const zones: Zone[] = hasUnplaced ? [...ZONES, "undetermined"] : [...ZONES];
  const title = text("share.title", { vintage });
  return (
    // The table may be wider than its box: it scrolls within, by keyboard too.
    <section class="share-figures" aria-label={title} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {zones.map((zone) => (
              <th scope="col" key={zone} class={zone}>
                {zone === "undetermined"
                  ? text("web.share.undetermined")
                  : text(`share.column.${zone}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {quantities.map((quantity) => (
            <tr key={quantity.name}>
              <th scope="row">{quantity.name}</th>
              {zones.map((zone) => (
                <td key={zone} class={zone}>
                  {describeCell(quantity, zone)}
                  <Percent figures={quantity.figures} zone={zone} />
                </td>
              ))}
            </tr>
          ))}
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
    </section>
  );
}

function describeCell({ figures, format }: Quantity, zone: Zone): string {
  const value = figures?.[zone];
  if (typeof value === "number") return format(value);
  // Hectares and inhabitants have no position that could be unknown.
  if (zone === "undetermined" && figures && !("undetermined" in figures)) return "";
  return missing(figures, zone);
}

/** The share of the total, where both are known. */
function Percent({ figures, zone }: { figures: AnyFigures | undefined; zone: Zone }) {
  const [value, total] = [figures?.[zone], figures?.total];
  if (zone === "total" || typeof value !== "number" || !total) return null;
  const percent = (100 * value) / total;
  // A small share is no zero.
  const isTiny = value > 0 && percent < LEAST_PERCENT;
  const written = isTiny ? `<\u00a0${PERCENT.format(LEAST_PERCENT)}` : PERCENT.format(percent);
  return <small>{text("web.share.percent", { percent: written })}</small>;
}

/** Why a figure is missing, in a word. */
function missing(figures: AnyFigures | undefined, zone: Zone): string {
  const reason = figures?.reason ?? "list_not_loaded";
  if (reason.endsWith("_not_loaded")) return text("web.share.not_loaded");
  const isOutside = zone !== "qpv";
  // Outside neighbourhoods nothing is published, whatever is missing inside.
  if (reason === "not_published" || (reason === "population_unknown" && isOutside))
    return text("web.share.not_published");
  return text("share.unknown");
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

/** The name of a kind of places, of which there are several; one that has no words has its own name. */
function nameOf(kind: string): string {
  const key = `web.share.${kind}`;
  return isKey(key) ? text(key) : kind;
}
