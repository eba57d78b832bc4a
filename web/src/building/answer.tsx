/** The answer for a building: the results of the programmes, the table of its parts, its distances and sources; to copy or print. */

import { type Completing, countsInWords, eligibilitiesOf, toneOf } from "../answer/eligibility";
import { EligibilityReasons, EligibilityTexts } from "../answer/eligibility-card";
import { EligibilityList } from "../answer/eligibility-list";
import { ReportForm } from "../answer/report-form";
import type { BuildingAnswer, CheckAnswer, CheckBody, Programme } from "../api/client";
import { describeDistance } from "../french/messages";
import { formatDistance, formatList, text, typeset } from "../french/texts";
import { questionOf as elementOf, focusWithin } from "../parts/asked-facts";
import { Copying } from "../parts/copying";
import { ToneIcon } from "../parts/icons";
import { DECLARED } from "./question";
import { asText, describeCell, lines, type TableCell, toneOfCell } from "./sentences";

interface Props {
  /** The question as it was sent; the report is made from the same. */
  body: CheckBody;
  answer: CheckAnswer;
  /** The day asked, `YYYY-MM-DD`; empty for today. */
  day: string;
  /** The area of the outline, in words. */
  area: string;
  programmes: Programme[];
}

export function BuildingCard({ body, answer, day, area, programmes }: Props) {
  const { footprint: building } = answer;
  if (!building) return null;
  const eligibilities = eligibilitiesOf(answer);
  const [first, ...others] = eligibilities;
  const only = others.length === 0 ? first : undefined;
  const tone = only ? toneOf(only.result) : "plain";
  const french = day.split("-").reverse().join("/");
  const words = () => asText(building, eligibilities, area, french);
  const copied = { label: text("web.answer.copy"), words, done: "web.answer.copied" as const };
  return (
    <article class="card result" data-tone={tone}>
      <h2>
        {(only || !first) && <ToneIcon tone={tone} />}
        {only
          ? typeset(only.message)
          : first
            ? text("web.eligibility.title", { count: String(eligibilities.length) })
            : text("web.building.title.plain")}
      </h2>
      {only && (
        <>
          <p>
            <strong>{typeset(only.name)}</strong>
          </p>
          <EligibilityReasons eligibility={only} onComplete={complete} />
        </>
      )}
      {first && !only && (
        <>
          <p>{countsInWords(eligibilities)}</p>
          <EligibilityList
            eligibilities={eligibilities}
            programmes={programmes}
            onComplete={complete}
          />
        </>
      )}
      <Parts building={building} />
      <Facts building={building} area={area} day={french} />
      {only && <EligibilityTexts eligibility={only} programme={programmes[0]} />}
      <p class="hint">
        {text("answer.origin", {
          vintage: building.vintage,
          digest: building.dataset.digest.slice(0, 12),
        })}{" "}
        {text("web.footer.legal")}
      </p>
      <Copying things={[copied]}>
        <button type="button" onClick={() => print()}>
          {text("web.answer.print")}
        </button>
      </Copying>
      <ReportForm body={body} zone={answer.zone} />
    </article>
  );
}

/** Leads to the question that is wanting. */
function complete({ fact }: Completing, programme: string): void {
  const asked = fact ? elementOf(fact, programme) : null;
  focusWithin(asked ?? document.getElementById(DECLARED), "input");
}

function Parts({ building }: { building: BuildingAnswer }) {
  const table = lines(building);
  const isDoubtful = table.some(({ any, every }) => any.isDoubtful || every.isDoubtful);
  return (
    <>
      <table class="parts">
        <caption>{text("web.building.answer.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("web.building.answer.where")}</th>
            <th scope="col">{text("web.building.answer.any")}</th>
            <th scope="col">{text("web.building.answer.every")}</th>
          </tr>
        </thead>
        <tbody>
          {table.map(({ where, any, every }) => (
            <tr key={where}>
              <th scope="row">{text(`web.building.answer.${where}`)}</th>
              <Part cell={any} />
              <Part cell={every} />
            </tr>
          ))}
        </tbody>
      </table>
      {isDoubtful && (
        <p>
          {text("web.building.answer.doubt", { precision: formatDistance(building.precision_m) })}
        </p>
      )}
    </>
  );
}

function Part({ cell }: { cell: TableCell }) {
  return (
    <td data-tone={toneOfCell(cell)}>
      <ToneIcon tone={toneOfCell(cell)} size={20} /> {describeCell(cell)}
    </td>
  );
}

function Facts({ building, area, day }: { building: BuildingAnswer; area: string; day: string }) {
  const names = building.perimeters.map(({ lib_qp, code_qp }) => `${lib_qp} (${code_qp})`);
  const facts = [
    [text("web.building.nearest"), describeDistance(building.nearest_m)],
    [text("web.building.farthest"), describeDistance(building.farthest_m)],
    [text("web.building.area"), area],
    ...(names.length > 0 ? [[text("web.building.perimeters"), formatList(names)]] : []),
    ...(day ? [[text("web.building.day"), day]] : []),
  ];
  return (
    <dl>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
