/** The fields of a question on a building beside its outline: programmes, day of the permit, declarations. */
import type { Programme } from "../api/client";
import { readDay, today } from "../french/dates";
import { text } from "../french/texts";
import { AskedFacts, type SaidFacts } from "../parts/asked-facts";
import { DayField } from "../parts/day-field";
import { ProgrammeChoice } from "../parts/programme-choice";

export interface BuildingQuestion {
  /** The programmes chosen, none for distances only; undefined for the first one there is. */
  programmes: string[] | undefined;
  /** The day, as typed. */
  on: string;
  declared: SaidFacts;
}

/** The id of the questions, to move the focus to them. */
export const DECLARED = "building-declared";

interface Props {
  known: Programme[] | null;
  chosen: Programme[];
  asked: BuildingQuestion;
  /** True once the question was sent: an unreadable day is shown as a fault from then on. */
  isJudged: boolean;
  onChange: (changed: Partial<BuildingQuestion>) => void;
}

export function QuestionFields({ known, chosen, asked, isJudged, onChange }: Props) {
  return (
    <>
      {known && known.length > 0 && (
        <ProgrammeChoice
          legend={text("web.building.programmes")}
          hint={text("web.building.programmes.hint")}
          programmes={known}
          chosen={chosen}
          on={readDay(asked.on) ?? today()}
          onInput={(programmes) => onChange({ programmes })}
        />
      )}
      {known === null && <p class="hint">{text("web.building.programmes.unknown")}</p>}
      <DayField
        id="permit-day"
        label={text("web.building.day")}
        hint={text("web.building.day.hint")}
        value={asked.on}
        isJudged={isJudged}
        onInput={(on) => onChange({ on })}
      />
      {chosen.length > 0 && (
        <div id={DECLARED} class="questions">
          <AskedFacts
            programmes={chosen}
            said={asked.declared}
            isJudged={isJudged}
            onInput={(declared) => onChange({ declared })}
          />
        </div>
      )}
    </>
  );
}
