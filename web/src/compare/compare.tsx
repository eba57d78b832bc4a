/**
 * The view of a comparison: the neighbourhoods of an area in two vintages, on the map, in a table and in files. Its query
 * stands in the address of the page, for it is public. A figure that is not known is never shown as zero.
 */

import { useMemo } from "preact/hooks";
import type { CommuneSheet } from "../api/client";
import { absenceKnown } from "../french/communes";
import { refusal } from "../french/messages";
import { formatCount, formatHectares, text } from "../french/texts";
import { usualPair } from "../map/vintages";
import { Failed } from "../parts/retry";
import { useSubject } from "../parts/subject";
import { route } from "../router";
import { shareOfArea } from "../share/api";
import { ShareSection } from "../share/share-section";
import type { Change, Comparison } from "./api";
import { AreaBox, describeArea } from "./area-box";
import { codesOf, hasUnknownOutcome, keyOf } from "./changes";
import { CompareFiles } from "./files";
import { amend, compareHref } from "./links";
import { CompareMap } from "./map";
import { CompareNotes } from "./notes";
import { ComparePlaces } from "./places";
import { type Area, type CompareQuery, readQuery, vintagesOf } from "./query";
import { hasOutlines, type NamedPosition, useCompareScene } from "./scene";
import { type LoadState, useAreas, useComparison, useDetail, useEmptyCommune } from "./state";
import { CompareTable } from "./table";
import { CompareTotals } from "./totals";
// First the table as it always is, then what the room there is makes of it.
import "./table.css";
import "./compare.css";

export function Compare() {
  const written = route.value.query;
  // The same object while the address is the same: the map looks elsewhere for a new one.
  const query = useMemo(() => readQuery(new URLSearchParams(written)), [written, usualPair.value]);
  const areas = useAreas();
  const found = useComparison(query);
  const { answer, problem } = found;
  // What comes below an answer comes with it: else it would be pushed out of sight.
  const isWaiting = !answer && !problem;
  const empty = useEmptyCommune(query, answer);
  const name = describeArea(query, areas.answer ?? [], answer, empty.answer);
  useSubject(query.area ? name : "");
  return (
    <div class="compare">
      <AreaBox areas={areas} query={query} />
      <h2 class="compare-area">
        {text("web.compare.title", { area: name, ...vintagesOf(query) })}
      </h2>
      <Outcome found={found} empty={empty} name={name} />
      <Changes query={query} answer={answer} name={name} />
      {isWaiting && <div class="compare-waiting" />}
      {query.area && !isWaiting && <AreaShare area={query.area} />}
      {answer && <CompareNotes answer={answer} area={query.area} />}
      {!isWaiting && <CompareFiles query={query} answer={answer} link={compareHref(query)} />}
    </div>
  );
}

/** How much of the area lies in neighbourhoods; the whole country is no area to share. */
function AreaShare({ area: { kind, code } }: { area: Area }) {
  const params = new URLSearchParams({ [kind]: code }).toString();
  return (
    <ShareSection title="web.share.title" area={params} ask={(stop) => shareOfArea(params, stop)} />
  );
}

/** The changes of an answer, on the map and beside it; without an answer, the map of both vintages. */
function Changes({
  query,
  answer,
  name,
}: {
  query: CompareQuery;
  answer: Comparison | null;
  name: string;
}) {
  const holding = (code: string) =>
    answer?.changes.find((change) => codesOf(change).includes(code)) ?? null;
  const change = query.chosen ? holding(query.chosen) : null;
  const hasChangeAreas = hasOutlines(answer);
  const outline = useDetail(query, change, hasChangeAreas ? null : "geometry");
  const drawn: Change | null = outline.answer ?? change;
  const choose = (code: string | null) => amend({ ...query, chosen: code });
  // A neighbourhood clicked on the map opens its row; one of another area does nothing.
  const pick = (code: string) => {
    const picked = holding(code);
    if (picked) choose(keyOf(picked));
  };
  const lookAt = useCompareScene({ query, answer, drawn }, pick);
  const look = (at: NamedPosition) => {
    lookAt(at);
    // On a small screen the map may stand above, out of sight.
    const map = document.querySelector(".map");
    if (map && map.getBoundingClientRect().top < 0) map.scrollIntoView();
  };
  if (!answer?.known) return null;
  if (hasUnknownOutcome(answer)) return <ComparePlaces answer={answer} onLook={look} />;
  return (
    <>
      <CompareMap
        query={query}
        name={name}
        hasChangeAreas={hasChangeAreas}
        hasChosen={Boolean(drawn?.outlines)}
        places={answer.places ?? []}
      />
      <CompareTotals answer={answer} />
      <CompareTable
        {...{ query, answer, outline }}
        chosen={change}
        onChoose={choose}
        onLook={look}
      />
      <ComparePlaces answer={answer} onLook={look} />
    </>
  );
}

/** The outcome of the request: read aloud, and shown when there is no comparison. */
function Outcome({
  found: { isAsking, answer, problem, retry },
  empty,
  name,
}: {
  found: LoadState<Comparison>;
  empty: LoadState<CommuneSheet>;
  name: string;
}) {
  const isTold = answer?.known && !hasUnknownOutcome(answer);
  return (
    <>
      <p class={isAsking ? "asking" : "unseen"} role="status">
        {isAsking && text("web.compare.asking")}
        {isTold && inWords(answer, name)}
      </p>
      <Failed problem={problem} retry={retry} />
      <div role="status">
        {answer && !isTold && !empty.isAsking && (
          <p class="notice">{explainEmpty(answer, empty)}</p>
        )}
      </div>
    </>
  );
}

/** Explains why no change is shown: there is none, or none can be determined. */
function explainEmpty(answer: Comparison, { answer: sheet, problem }: LoadState<CommuneSheet>) {
  if (hasUnknownOutcome(answer)) return text("web.compare.untold");
  if (sheet) return absenceKnown(sheet);
  if (problem?.code === "unknown_commune") return refusal(problem);
  return `${text("compare.none")} ${text("web.compare.none.hint")}`;
}

function inWords({ changes, totals }: Comparison, area: string): string {
  const count = formatCount(changes.length);
  return text("web.compare.said", {
    area,
    count,
    gained: formatHectares(totals.gained_ha),
    lost: formatHectares(totals.lost_ha),
  });
}
