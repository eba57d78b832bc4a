/** What can be taken along: files of the same area, a link to what is shown, the service's address for QGIS, paper. */
import type { Comparison } from "../api/compare";
import { queryOf, type Asked } from "../compare/asked";
import { Copying } from "../parts/copying";
import { linkTo } from "../router";
import { formatCount, text } from "../texts";

/** As many sheets as the service makes in one file. */
const MOST_SHEETS = 200;

export function CompareFiles({ asked, answer, link }: { asked: Asked; answer: Comparison | null; link: string }) {
  const ogc = linkTo("ogc");
  return (
    <section class="compare-files unprinted">
      <h3>{text("web.compare.take")}</h3>
      {answer?.known && <Files asked={asked} answer={answer} />}
      <Copying things={[{ label: text("web.link.copy"), words: () => linkTo(link), done: "web.link.copied" }]}>
        <button type="button" onClick={() => window.print()}>
          {text("web.answer.print")}
        </button>
      </Copying>
      <p>
        {text("web.compare.qgis")} <code>{ogc}</code>
      </p>
      <Copying things={[{ label: text("web.compare.qgis.copy"), words: () => ogc, done: "web.compare.qgis.copied" }]} />
    </section>
  );
}

function Files({ asked, answer: { totals, places, moved } }: { asked: Asked; answer: Comparison }) {
  const communes = Math.max(totals.from.communes, totals.to.communes);
  const tables = ["changes", ...(places?.length ? ["places"] : []), ...(moved?.changes_with_addresses ? ["addresses"] : [])] as const;
  const address = (besides: Record<string, string>) => `api/v1/compare?${queryOf(asked, besides)}`;
  return (
    <>
      <ul class="files">
        {(["xlsx", "gpkg", "geojson"] as const).map((format) => (
          <li key={format}>
            <a class="button" href={address({ format })} download>
              {text(`web.compare.file.${format}`)}
            </a>
          </li>
        ))}
        {tables.map((table) => (
          <li key={table}>
            <a class="button" href={address({ format: "csv", table })} download>
              {text(`web.compare.file.csv.${table as "changes" | "places" | "addresses"}`)}
            </a>
          </li>
        ))}
        {communes <= MOST_SHEETS && (
          <li>
            <a class="button" href={address({ format: "pdf" })} download>
              {text("web.compare.file.pdf")}
            </a>
          </li>
        )}
      </ul>
      <p class="hint">
        {communes <= MOST_SHEETS
          ? text("web.compare.file.pdf.hint")
          : text("web.compare.file.pdf.too_many", { count: formatCount(communes), most: String(MOST_SHEETS) })}
      </p>
    </>
  );
}
