/**
 * Compare: what became of the neighbourhoods of an area from one vintage to the other, on the map, in a table and in files.
 * What is asked stands in the address of the page, for it is public. Refuses to show as zero what is not known.
 */
import { useMemo } from "preact/hooks";
import type { Comparison } from "../api/compare";
import { nameOf, type NamedArea } from "../compare/areas";
import { vintagesOf, type Asked } from "../compare/asked";
import { codesOf, keyOf } from "../compare/changes";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { amend, hrefOf, route } from "../router";
import { refusal } from "../sentences";
import { formatCount, formatHectares, text } from "../texts";
import { AreaBox } from "./compare-area";
import { CompareFiles } from "./compare-files";
import { CompareMap } from "./compare-map";
import { CompareNotes } from "./compare-notes";
import { ComparePlaces } from "./compare-places";
import { sceneOf, useFocus, type Spot } from "./compare-scene";
import { useAreas, useComparison, useDetail, type Found } from "./compare-state";
import { CompareTable } from "./compare-table";
import { CompareTotals } from "./compare-totals";
// First the table as it always is, then what the room there is makes of it.
import "../style/compare-table.css";
import "../style/compare.css";

export function Compare() {
  const asked = route.value.compared;
  const areas = useAreas();
  const found = useComparison(asked);
  const { answer } = found;
  const name = sayArea(asked, areas, answer);
  const { from, to } = vintagesOf(asked);
  const change = answer?.changes.find((change) => asked.chosen && codesOf(change).includes(asked.chosen)) ?? null;
  const hasGround = answer?.changes.some(({ outlines }) => outlines) ?? false;
  const drawn = useDetail(asked, change, hasGround ? null : "geometry").answer ?? change;
  const look = useFocus(asked, answer, drawn);
  useVintages(useMemo(() => [from, to].sort(), [from]));
  const lookAt = (at: Spot) => {
    look.at(at);
    // On a narrow screen the map stands above, out of sight.
    document.querySelector(".map")?.scrollIntoView({ block: "nearest" });
  };
  const choose = (code: string | null) => amend({ ...asked, chosen: code });
  // A neighbourhood clicked on the map opens its row; one of another area does nothing.
  const pick = (code: string) => {
    const picked = answer?.changes.find((change) => codesOf(change).includes(code));
    if (picked) choose(keyOf(picked));
  };
  useScene(() => sceneOf(asked, answer, drawn, look, pick), [asked, answer, drawn, look.focus, look.spot]);
  return (
    <div class="compare">
      <AreaBox areas={areas} asked={asked} />
      <h2 class="compare-area">{text("web.compare.title", { area: name, from, to })}</h2>
      <Outcome found={found} name={name} />
      {answer?.known && (
        <>
          <CompareMap asked={asked} hasGround={hasGround} hasChosen={Boolean(drawn?.outlines)} places={answer.places ?? []} />
          <CompareTotals answer={answer} />
          <CompareTable asked={asked} answer={answer} chosen={change} onChoose={choose} onLook={lookAt} />
          <ComparePlaces answer={answer} onLook={lookAt} />
        </>
      )}
      {answer && <CompareNotes answer={answer} />}
      <CompareFiles asked={asked} answer={answer} link={hrefOf(asked)} />
    </div>
  );
}

/** What came of the question: read aloud, and shown when it is no comparison. */
function Outcome({ found: { isAsking, answer, problem }, name }: { found: Found<Comparison>; name: string }) {
  return (
    <>
      <p class={isAsking ? "asking" : "unseen"} role="status">
        {isAsking && text("web.compare.asking")}
        {answer?.known && inWords(answer, name)}
      </p>
      <div role="alert">{problem && <p class="problem">{refusal(problem)}</p>}</div>
      <div role="status">
        {answer && !answer.known && (
          <p class="notice">
            {text("compare.none")} {text("web.compare.none.hint")}
          </p>
        )}
      </div>
    </>
  );
}

function inWords({ changes, totals }: Comparison, area: string): string {
  const count = formatCount(changes.length);
  return text("web.compare.said", { area, count, gained: formatHectares(totals.gained_ha), lost: formatHectares(totals.lost_ha) });
}

/** The area by its name and code, or its code alone while no name is known. */
function sayArea({ area }: Asked, areas: readonly NamedArea[], answer: Comparison | null): string {
  if (!area) return text("web.compare.france");
  const inAnswer = answer?.changes.flatMap(({ from, to }) => [...to, ...from]).find(({ insee_com }) => insee_com.includes(area.code));
  const aligned = inAnswer?.insee_com.length === inAnswer?.lib_com.length;
  const own = area.kind === "insee" && aligned ? inAnswer?.lib_com[inAnswer.insee_com.indexOf(area.code)] : undefined;
  const name = nameOf(areas, area) ?? own;
  return name ? `${name} (${area.code})` : text(`web.compare.area.${area.kind}`, { code: area.code });
}
