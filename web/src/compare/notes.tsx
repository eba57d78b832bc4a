/** The limits of a comparison, to know before it is quoted: never hidden, never folded away. */

import { formatCount, text } from "../french/texts";
import { sheetHref } from "../router";
import type { ComparedQpv, Comparison } from "./api";
import { isBeyond } from "./changes";
import type { Area } from "./query";

export function CompareNotes({ answer, area }: { answer: Comparison; area: Area | null }) {
  const { complete, known, undetermined, unmatched, totals, moved, changes, dataset } = answer;
  const beyond = changes.filter((change) => isBeyond(change, area)).length;
  const without = moved ? changes.length - moved.changes_with_addresses : 0;
  return (
    <section class="compare-notes">
      <h3>{text("compare.notes")}</h3>
      <ul>
        {!complete && <li class="notice">{text("compare.note.incomplete")}</li>}
        {undetermined.length > 0 && <Undetermined groups={undetermined} />}
        {unmatched.length > 0 && (
          <li>
            {text("compare.note.unmatched", { count: formatCount(unmatched.length) })}{" "}
            <Named perimeters={unmatched} />
          </li>
        )}
        {beyond > 0 && <li>{text("compare.note.beyond", { count: formatCount(beyond) })}</li>}
        {totals.disagreements > 0 && (
          <li>
            {text("compare.note.disagreements", { count: formatCount(totals.disagreements) })}
          </li>
        )}
        {without > 0 && (
          <li>{text("compare.note.no_addresses", { count: formatCount(without) })}</li>
        )}
        {known && moved && <li>{text("compare.note.estimates")}</li>}
        {dataset.fictional && <li>{text("compare.note.fictional")}</li>}
        <li>{text("compare.note.indicative")}</li>
        <li>{text("compare.note.dataset", { digest: dataset.digest.slice(0, 12) })}</li>
      </ul>
    </section>
  );
}

function Undetermined({ groups }: { groups: Comparison["undetermined"] }) {
  return (
    <li>
      {text("compare.note.undetermined", { count: formatCount(groups.length) })}
      <ul>
        {groups.map(({ reason, from, to }) => (
          <li key={[...from, ...to].map(({ code_qp }) => code_qp).join()}>
            <Named perimeters={[...from, ...to]} />
            {"\u00a0: "}
            {text(
              reason === "without_area"
                ? "compare.undetermined.without_area"
                : "compare.undetermined.vintage_in_part",
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}

function Named({ perimeters }: { perimeters: readonly Pick<ComparedQpv, "code_qp" | "lib_qp">[] }) {
  return (
    <>
      {perimeters.map(({ code_qp, lib_qp }, at) => (
        <span key={code_qp}>
          {at > 0 && ", "}
          <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>
        </span>
      ))}
    </>
  );
}
