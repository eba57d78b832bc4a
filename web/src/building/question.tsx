/** The fields of a question on a building beside its outline: programme, day of the permit, declarations. */
import type { Programme } from "../api/client";
import { text } from "../french/texts";
import { DayField } from "../parts/day-field";

export interface BuildingQuestion {
  /** Its identifier; null for distances only, undefined for the first one there is. */
  programme: string | null | undefined;
  /** The day, as typed. */
  on: string;
  declared: Record<string, boolean>;
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
      {programme?.declarations.map(({ name, label }) => (
        <Declaration
          key={name}
          name={name}
          label={label}
          declared={asked.declared}
          onChange={(declared) => onChange({ declared })}
        />
      ))}
    </>
  );
}

/** Yes, no, or not known, which is neither. */
function Declaration({
  name,
  label,
  declared,
  onChange,
}: {
  name: string;
  label: string;
  declared: BuildingQuestion["declared"];
  onChange: (declared: BuildingQuestion["declared"]) => void;
}) {
  const { [name]: value, ...others } = declared;
  const choice = (words: string, chosen: boolean | undefined) => (
    <label class="choice">
      <input
        type="radio"
        name={`declared-${name}`}
        checked={value === chosen}
        onChange={() => onChange(chosen === undefined ? others : { ...others, [name]: chosen })}
      />
      {words}
    </label>
  );
  return (
    <fieldset>
      <legend>{label.charAt(0).toUpperCase() + label.slice(1)}</legend>
      {choice(text("web.building.declared.unknown"), undefined)}
      {choice(text("web.building.declared.yes"), true)}
      {choice(text("web.building.declared.no"), false)}
    </fieldset>
  );
}
