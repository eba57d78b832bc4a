/** What is asked of a building besides its outline: the rule, the day of the permit, what has to be declared. */
import type { Programme } from "../api/client";
import { text } from "../texts";

export interface Asked {
  /** Its identifier; null for distances only, undefined for the first one there is. */
  programme: string | null | undefined;
  on: string;
  declared: Record<string, boolean>;
}

interface Props {
  known: Programme[] | null;
  programme: Programme | undefined;
  asked: Asked;
  onChange: (changed: Partial<Asked>) => void;
}

export function FootprintAsked({ known, programme, asked, onChange }: Props) {
  return (
    <>
      <div class="row">
        <label>
          {text("web.footprint.asked")}
          <select value={programme?.id ?? ""} onChange={(event) => onChange({ programme: event.currentTarget.value || null, declared: {} })}>
            {known?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            <option value="">{text("web.footprint.none")}</option>
          </select>
        </label>
        <div>
          <label for="permit-day">{text("web.footprint.day")}</label>
          <input
            id="permit-day"
            type="date"
            min="2015-01-01"
            value={asked.on}
            aria-describedby="permit-day-hint"
            onChange={(event) => onChange({ on: event.currentTarget.value })}
          />
          <p id="permit-day-hint" class="hint">
            {text("web.footprint.day.hint")}
          </p>
        </div>
      </div>
      {known === null && <p class="hint">{text("web.footprint.programmes.unknown")}</p>}
      {programme?.declarations.map(({ name, label }) => (
        <Declaration key={name} name={name} label={label} declared={asked.declared} onChange={(declared) => onChange({ declared })} />
      ))}
    </>
  );
}

/** Yes, no, or not known, which is neither. */
function Declaration({ name, label, declared, onChange }: { name: string; label: string; declared: Asked["declared"]; onChange: (declared: Asked["declared"]) => void }) {
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
      {choice(text("web.footprint.declared.unknown"), undefined)}
      {choice(text("web.footprint.declared.yes"), true)}
      {choice(text("web.footprint.declared.no"), false)}
    </fieldset>
  );
}
