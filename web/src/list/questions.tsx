/** The questions about facts of a programme that no column is chosen for: which column, or none in this list. */
import { text } from "../french/texts";
import type { Preview } from "./api";
import type { Fact } from "./facts";
import { answered, columnOf } from "./plan";
import type { Session } from "./session";

/** A question for every fact that a column may give; one that is required and has its column is no question. */
export function ListQuestions({ session, preview }: { session: Session; preview: Preview }) {
  const { facts = [], columns, absent = [] } = session.state.value.plan;
  const asked = facts.filter(
    ({ role, isRequired }) =>
      !isRequired || absent.includes(role) || columnOf(columns, role) === undefined,
  );
  return (
    <>
      {asked.map((fact) => (
        <Question key={fact.role} session={session} preview={preview} fact={fact} />
      ))}
    </>
  );
}

function Question({
  session,
  preview,
  fact: { role, label, isRequired },
}: {
  session: Session;
  preview: Preview;
  fact: Fact;
}) {
  const { plan, problem } = session.state.value;
  const column = columnOf(plan.columns, role);
  const isAbsent = plan.absent?.includes(role) ?? false;
  const isOpen = isRequired && column === undefined && !isAbsent;
  const none = isRequired ? "" : ABSENT;
  const value = column !== undefined ? String(column) : isAbsent ? ABSENT : none;
  const answer = (chosen: string) => {
    const meant = chosen === ABSENT ? "absent" : chosen === "" ? null : Number(chosen);
    session.plan(answered(plan, role, meant));
  };
  return (
    <label class="question" data-open={isOpen ? "yes" : "no"}>
      {text(isRequired ? "web.list.needed" : "web.list.optional", { fact: label })}
      <select
        value={value}
        aria-invalid={isOpen && problem?.code === "column_needed"}
        onChange={(event) => answer(event.currentTarget.value)}
      >
        {isRequired && <option value="">{text("web.list.needed.choose")}</option>}
        {preview.columns.map(({ name }, at) => (
          <option key={at} value={String(at)}>
            {name || text("web.list.columns.unnamed", { number: String(at + 1) })}
          </option>
        ))}
        <option value={ABSENT}>{text("web.list.needed.absent")}</option>
      </select>
      {isRequired && isAbsent && <span class="hint">{text("web.list.needed.hint")}</span>}
    </label>
  );
}

/** The value of "this list has no such column". */
const ABSENT = "absent";
