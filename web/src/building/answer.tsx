/** The answer for a building: what the rule makes of it, the table of its parts, its distances, the texts; to copy or print. */

import { ReportForm } from "../answer/report-form";
import type { CheckAnswer, CheckBody, Eligibility, Footprint, Programme } from "../api/client";
import { formatDistance, formatList, text, typeset } from "../french/texts";
import { Copying } from "../parts/copying";
import { ToneIcon } from "../parts/icons";
import {
  asText,
  type Cell,
  lines,
  reasons,
  sayCell,
  sayDistance,
  toneOf,
  toneOfCell,
} from "./sentences";

interface Props {
  /** What was asked, which its report is asked with as well. */
  body: CheckBody;
  answer: CheckAnswer;
  /** The day asked, `YYYY-MM-DD`; empty for today. */
  day: string;
  /** Of the outline, in words. */
  area: string;
  programme: Programme | undefined;
}

export function FootprintAnswer({
  body,
  answer: { footprint, eligibility },
  day,
  area,
  programme,
}: Props) {
  if (!footprint) return null;
  const tone = toneOf(eligibility);
  const french = day.split("-").reverse().join("/");
  const words = () => asText(footprint, eligibility, area, french);
  const copied = { label: text("web.answer.copy"), words, done: "web.answer.copied" as const };
  return (
    <article class="card" data-tone={tone}>
      <h2>
        <ToneIcon tone={tone} />
        {eligibility ? typeset(eligibility.message) : text("web.footprint.title.plain")}
      </h2>
      {eligibility && <Reading eligibility={eligibility} />}
      <Parts footprint={footprint} />
      <Facts footprint={footprint} area={area} day={french} />
      {eligibility && <Texts eligibility={eligibility} programme={programme} />}
      <p class="hint">
        {text("answer.origin", {
          vintage: footprint.vintage,
          digest: footprint.dataset.digest.slice(0, 12),
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

function Parts({ footprint }: { footprint: Footprint }) {
  const table = lines(footprint);
  const isDoubtful = table.some(({ any, every }) => any.isDoubtful || every.isDoubtful);
  return (
    <>
      <table class="parts">
        <caption>{text("web.footprint.answer.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("web.footprint.answer.where")}</th>
            <th scope="col">{text("web.footprint.answer.any")}</th>
            <th scope="col">{text("web.footprint.answer.every")}</th>
          </tr>
        </thead>
        <tbody>
          {table.map(({ where, any, every }) => (
            <tr key={where}>
              <th scope="row">{text(`web.footprint.answer.${where}`)}</th>
              <Part cell={any} />
              <Part cell={every} />
            </tr>
          ))}
        </tbody>
      </table>
      {isDoubtful && (
        <p>
          {text("web.footprint.answer.doubt", { precision: formatDistance(footprint.precision_m) })}
        </p>
      )}
    </>
  );
}

function Part({ cell }: { cell: Cell }) {
  return (
    <td data-tone={toneOfCell(cell)}>
      <ToneIcon tone={toneOfCell(cell)} size={20} /> {sayCell(cell)}
    </td>
  );
}

function Facts({ footprint, area, day }: { footprint: Footprint; area: string; day: string }) {
  const names = footprint.perimeters.map(({ lib_qp, code_qp }) => `${lib_qp} (${code_qp})`);
  const facts = [
    [text("web.footprint.nearest"), sayDistance(footprint.nearest_m)],
    [text("web.footprint.farthest"), sayDistance(footprint.farthest_m)],
    [text("web.footprint.area"), area],
    ...(names.length > 0 ? [[text("web.footprint.perimeters"), formatList(names)]] : []),
    ...(day ? [[text("web.footprint.day"), day]] : []),
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

/** Where the rule is written, and what people have to judge besides. */
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
          <h3>{text("web.footprint.to_assess")}</h3>
          <ul>
            {to_assess.map((words) => (
              <li key={words}>{typeset(words)}</li>
            ))}
          </ul>
        </>
      )}
      {sources.length > 0 && (
        <>
          <h3>{text(rule ? "web.footprint.sources" : "web.footprint.sources.all")}</h3>
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
