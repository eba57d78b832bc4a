/** The form about a person: home, birth date, school, declarations, day; only the fields that the programme needs. */
import { signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { PlaceQuestion } from "../answer/inquiry";
import type { Programme } from "../api/client";
import { formatDay, isUnread, readDay } from "../french/dates";
import { text, typeset } from "../french/texts";
import { AddressBox, type Place, placeOf } from "../parts/address-box";
import { AskedFacts, readFacts, type SaidFacts } from "../parts/asked-facts";
import { DayField } from "../parts/day-field";
import { OtherDay } from "../parts/other-day";

/** The fields as typed; in memory while the page is open. */
export const form = {
  programme: signal(""),
  address: signal(""),
  /** The place of the suggestion taken, until its words are changed. */
  taken: signal<Place | null>(null),
  birthDate: signal(""),
  school: signal(""),
  hasNoSchool: signal(false),
  declared: signal<SaidFacts>({}),
  day: signal(""),
  /** True once the form was sent: faults are shown from then on. */
  isJudged: signal(false),
};

/** The ids of the fields, to move the focus to them. */
export const FIELDS = {
  birth_date: "child-birth-date",
  school: "child-school",
  address: "child-address",
  declared: "child-declared",
};

/** Returns the question for the service, or null while a field cannot be read. */
export function questionOf(programme: Programme): PlaceQuestion | null {
  const { address, taken, birthDate, school, hasNoSchool, declared, day } = form;
  const place = taken.value ?? placeOf(address.value);
  const [born, on] = [readDay(birthDate.value), readDay(day.value)];
  const asksAge = programme.asks.includes("age");
  if (typeof place === "string" || (asksAge && isUnread(birthDate.value)) || isUnread(day.value))
    return null;
  const attended = hasNoSchool.value ? NO_SCHOOL : school.value.trim();
  const said = readFacts(programme, declared.value);
  if (said === null) return null;
  const person = {
    programme: programme.id,
    ...(asksAge && born ? { birth_date: born } : {}),
    ...(programme.asks.includes("school") && attended ? { school: attended } : {}),
    ...(Object.keys(said).length > 0 ? { declared: said } : {}),
  };
  return { place, on, placed: null, person, isSought: true };
}

/** The service's value for "at no school". */
const NO_SCHOOL = "aucune";

interface Props {
  programmes: Programme[];
  programme: Programme;
  /** Called when something is typed: an answer to other data does not stay beside it. */
  onChange: () => void;
  onSubmit: () => void;
}

/** Sets a field; what was judged and answered before no longer counts. */
type Change = <T>(field: { value: T }) => (value: T) => void;

export function ChildForm({ programmes, programme, onChange, onSubmit }: Props) {
  const { isJudged, birthDate, day } = form;
  const change: Change = (field) => (value) => {
    field.value = value;
    isJudged.value = false;
    onChange();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form class="form" autocomplete="off" noValidate onSubmit={submit}>
      <ProgrammeField
        programmes={programmes}
        value={programme.id}
        onInput={change(form.programme)}
      />
      <HomeField onInput={change(form.address)} />
      {programme.asks.includes("age") && (
        <DayField
          id={FIELDS.birth_date}
          label={text("web.child.birth_date")}
          hint={text("web.child.birth_date.hint")}
          value={birthDate.value}
          isJudged={isJudged.value}
          onInput={change(birthDate)}
        />
      )}
      {programme.asks.includes("school") && <SchoolField change={change} />}
      {programme.declarations.length > 0 && (
        <div id={FIELDS.declared}>
          <AskedFacts
            programme={programme}
            said={form.declared.value}
            isJudged={isJudged.value}
            onInput={change(form.declared)}
          />
        </div>
      )}
      <OtherDay value={day.value} isJudged={isJudged.value} onInput={change(day)} />
      <p>
        <button type="submit" class="main">
          {text("web.check.submit")}
        </button>
      </p>
    </form>
  );
}

/** The field of the child's home. */
function HomeField({ onInput }: { onInput: (typed: string) => void }) {
  const { isJudged, address, taken } = form;
  const place = placeOf(address.value);
  const type = (words: string) => {
    taken.value = null;
    onInput(words);
  };
  return (
    <div id={FIELDS.address}>
      <AddressBox
        label={text("web.child.address")}
        hint={text("web.child.address.hint")}
        value={address.value}
        onInput={type}
        onPlace={(place) => (taken.value = place)}
        fault={isJudged.value && typeof place === "string" ? place : ""}
      />
    </div>
  );
}

function ProgrammeField({
  programmes,
  value,
  onInput,
}: {
  programmes: Programme[];
  value: string;
  onInput: (id: string) => void;
}) {
  const id = useId();
  return (
    <div>
      <label for={id}>{text("web.child.programme")}</label>
      <select id={id} value={value} onChange={(event) => onInput(event.currentTarget.value)}>
        {programmes.map(({ id, name, until }) => (
          <option key={id} value={id}>
            {until
              ? text("web.child.programme.until", { name: typeset(name), day: formatDay(until) })
              : typeset(name)}
          </option>
        ))}
      </select>
    </div>
  );
}

function SchoolField({ change }: { change: Change }) {
  const { school, hasNoSchool } = form;
  const id = FIELDS.school;
  return (
    <div>
      <label for={id}>{text("web.child.school")}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        maxLength={200}
        value={hasNoSchool.value ? "" : school.value}
        disabled={hasNoSchool.value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => change(school)(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="hint">
        {text("web.child.school.hint")}
      </p>
      <label class="choice">
        <input
          type="checkbox"
          checked={hasNoSchool.value}
          onChange={(event) => change(hasNoSchool)(event.currentTarget.checked)}
        />
        {text("web.child.school.none")}
      </label>
    </div>
  );
}
