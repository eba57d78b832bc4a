/** The answer for a building: the result of the rule, the table of its parts, its distances and sources; to copy or print. */

import { ReportForm } from "../answer/report-form";
import type { BuildingAnswer, CheckAnswer, CheckBody, Eligibility, Programme } from "../api/client";
import { formatDistance, formatList, text, typeset } from "../french/texts";
import { Copying } from "../parts/copying";
import { ToneIcon } from "../parts/icons";
import {
  asText,
  describeCell,
  describeDistance,
  lines,
  reasons,
  type TableCell,
  toneOf,
  toneOfCell,
} from "./sentences";

interface Props {
  /** The question as it was sent; the report is made from the same. */
  body: CheckBody;
  answer: CheckAnswer;
  /** The day asked, `YYYY-MM-DD`; empty for today. */
  day: string;
  /** The area of the outline, in words. */
  area: string;
  programme: Programme | undefined;
}

export function BuildingCard({
  body,
  answer: { footprint: building, eligibility },
  day,
  area,
  programme,
}: Props) {
  if (!building) return null;
  const tone = toneOf(eligibility);
  const french = day.split("-").reverse().join("/");
  const words = () => asText(building, eligibility, area, french);
  const copied = { label: text("web.answer.copy"), words, done: "web.answer.copied" as const };
  return (
    <article class="card" data-tone={tone}>
      <h2>
        <ToneIcon tone={tone} />
        {eligibility ? typeset(eligibility.message) : text("web.building.title.plain")}
      </h2>
      {eligibility && <Reading eligibility={eligibility} />}
      <Parts building={building} />
      <Facts building={building} area={area} day={french} />
      {eligibility && <Texts eligibility={eligibility} programme={programme} />}
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
      <ReportForm body={body} />
    </article>
  );
}

function Reading({ eligibility }: { eligibility: Eligibility }) {
  return (
    <>
      <p>
        <strong>{eligibility.name}</strong>
      </p>
      <ul>
        {reasons(eligibility).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
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

/** The sources of the rule, and the points that people have to judge themselves. */
function Texts({
  eligibility: { rule, to_assess },
  programme,
}: {
  eligibility: Eligibility;
  programme: Programme | undefined;
}) {
  const sources = rule ? [rule.source] : (programme?.sources ?? []);
  return (
    <>
      {to_assess.length > 0 && (
        <>
          <h3>{text("web.building.to_assess")}</h3>
          <ul>
            {to_assess.map((words) => (
              <li key={words}>{typeset(words)}</li>
            ))}
          </ul>
        </>
      )}
      {sources.length > 0 && (
        <>
          <h3>{text(rule ? "web.building.sources" : "web.building.sources.all")}</h3>
          <ul>
            {sources.map(({ text: words, article, url, remark }) => (
              <li key={words + article}>
                {url ? <a href={url}>{typeset(words)}</a> : typeset(words)}, {typeset(article)}{" "}
                {remark && <small>{typeset(remark)}</small>}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
