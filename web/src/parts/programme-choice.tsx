/** The choice of the programmes to ask: one, several, or all. Shared by the forms about a person and about a building. */
import { useId } from "preact/hooks";
import type { Programme } from "../api/client";
import { text } from "../french/texts";
import { department } from "./department";
import { describeProgramme, groupProgrammes } from "./programme-groups";

interface Props {
  id?: string;
  legend: string;
  hint: string;
  /** The programmes on offer. */
  programmes: readonly Programme[];
  chosen: readonly Programme[];
  /** The day asked, `YYYY-MM-DD`: programmes that ended before stand apart. */
  on: string;
  /** Why the choice cannot be asked; empty when it can. */
  fault?: string;
  onInput: (ids: string[]) => void;
}

export function ProgrammeChoice({
  id: given,
  legend,
  hint,
  programmes,
  chosen,
  on,
  fault = "",
  onInput,
}: Props) {
  const own = useId();
  const id = given ?? own;
  const ids = chosen.map(({ id }) => id);
  const groups = groupProgrammes(programmes, department.value, on);
  const areAll = chosen.length === programmes.length;
  const choose = (programme: Programme, isChosen: boolean) =>
    // In the order of the offer, whichever was ticked first.
    onInput(
      programmes
        .map(({ id }) => id)
        .filter((id) => (id === programme.id ? isChosen : ids.includes(id))),
    );
  return (
    <fieldset
      id={id}
      class="programmes"
      tabIndex={-1}
      aria-describedby={`${id}-fault ${id}-hint`}
      aria-invalid={fault !== ""}
    >
      <legend>{legend}</legend>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      {programmes.length > 1 && (
        <label class="choice all">
          <input
            type="checkbox"
            checked={areAll}
            indeterminate={!areAll && chosen.length > 0}
            onChange={() => onInput(areAll ? [] : programmes.map(({ id }) => id))}
          />
          {text("web.programmes.all", { count: String(programmes.length) })}
        </label>
      )}
      {groups.map(({ kind, title, programmes }) => {
        const choices = programmes.map((programme) => (
          <label key={programme.id} class="choice">
            <input
              type="checkbox"
              checked={ids.includes(programme.id)}
              onChange={(event) => choose(programme, event.currentTarget.checked)}
            />
            <span>{describeProgramme(programme, on)}</span>
          </label>
        ));
        // One group alone needs no title.
        if (groups.length === 1) return choices;
        return (
          <fieldset key={kind} class="group">
            <legend>{title}</legend>
            {choices}
          </fieldset>
        );
      })}
      <p id={`${id}-fault`} class="reading fault" role={fault ? "alert" : undefined}>
        {fault}
      </p>
    </fieldset>
  );
}
