/** The choice of the programmes to ask: one, several, or all. Shared by the forms about a person and about a building. */
import { useId } from "preact/hooks";
import type { Programme } from "../api/client";
import { formatDay } from "../french/dates";
import { text, typeset } from "../french/texts";

interface Props {
  id?: string;
  legend: string;
  hint: string;
  /** The programmes on offer. */
  programmes: readonly Programme[];
  chosen: readonly Programme[];
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
  fault = "",
  onInput,
}: Props) {
  const own = useId();
  const id = given ?? own;
  const ids = chosen.map(({ id }) => id);
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
      {programmes.map((programme) => (
        <label key={programme.id} class="choice">
          <input
            type="checkbox"
            checked={ids.includes(programme.id)}
            onChange={(event) => choose(programme, event.currentTarget.checked)}
          />
          <span>{nameOf(programme)}</span>
        </label>
      ))}
      <p id={`${id}-fault`} class="reading fault" role={fault ? "alert" : undefined}>
        {fault}
      </p>
    </fieldset>
  );
}

function nameOf({ name, until }: Programme): string {
  if (!until) return typeset(name);
  return text("web.child.programme.until", { name: typeset(name), day: formatDay(until) });
}
