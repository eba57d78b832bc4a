/** The fields of a question on a building beside its outline: programme, day of the permit, declarations. */
import type { Programme } from "../api/client";
import { text } from "../french/texts";
import { AskedFacts, type SaidFacts } from "../parts/asked-facts";
import { DayField } from "../parts/day-field";

export interface BuildingQuestion {
  /** Its identifier; null for distances only, undefined for the first one there is. */
  programme: string | null | undefined;
  /** The day, as typed. */
  on: string;
  declared: SaidFacts;
}

interface Props {
  known: Programme[] | null;
  programme: Programme | undefined;
  asked: BuildingQuestion;
  /** True once the question was sent: an unreadable day is shown as a fault from then on. */
  isJudged: boolean;
  onChange: (changed: Partial<BuildingQuestion>) => void;
}

export function QuestionFields({ known, programme, asked, isJudged, onChange }: Props) {
  return (
    <>
      <div class="row">
        <label>
          {text("web.building.asked")}
          <select
            value={programme?.id ?? ""}
            onChange={(event) =>
              onChange({ programme: event.currentTarget.value || null, declared: {} })
            }
          >
            {known?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            <option value="">{text("web.building.none")}</option>
          </select>
        </label>
        <DayField
          id="permit-day"
          label={text("web.building.day")}
          hint={text("web.building.day.hint")}
          value={asked.on}
          isJudged={isJudged}
          onInput={(on) => onChange({ on })}
        />
      </div>
      {known === null && <p class="hint">{text("web.building.programmes.unknown")}</p>}
      {programme && (
        <AskedFacts
          programme={programme}
          said={asked.declared}
          isJudged={isJudged}
          onInput={(declared) => onChange({ declared })}
        />
      )}
    </>
  );
}
