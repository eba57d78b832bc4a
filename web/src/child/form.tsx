/** The form about a person: programmes, home, birth date, school, declarations, day; only what the programmes need, once. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { PlaceQuestion } from "../answer/inquiry";
import type { Programme } from "../api/client";
import { isUnread, readDay, today } from "../french/dates";
import { text } from "../french/texts";
import { AskedFacts, askedFacts, readFacts, type SaidFacts } from "../parts/asked-facts";
import type { Choice } from "../parts/choice";
import { DayField } from "../parts/day-field";
import { department } from "../parts/department";
import { OtherDay } from "../parts/other-day";
import { type Place, placeOf } from "../parts/place";
import { ProgrammeChoice } from "../parts/programme-choice";
import { usualProgramme } from "../parts/programme-groups";
import { SchoolBox } from "../parts/school-box";
import { SearchBox } from "../parts/search-box";

/** The fields as typed; in memory while the page is open. */
export const form = {
  /** The programmes chosen; null for the usual one. */
  programmes: signal<string[] | null>(null),
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
const PROGRAMMES = "child-programmes";

/** The programmes chosen, in the order of those on offer. */
export function chosenOf(offered: Programme[]): Programme[] {
  const ids = form.programmes.value;
  if (ids) return offered.filter(({ id }) => ids.includes(id));
  return usualProgramme(offered, dayOf());
}

/** The day asked: the one typed, else today. */
function dayOf(): string {
  return readDay(form.day.value) ?? today();
}

/** Returns the question for the service, or null while a field cannot be read. */
export function questionOf(programmes: Programme[]): PlaceQuestion | null {
  const { address, taken, birthDate, school, hasNoSchool, declared, day } = form;
  const place = taken.value ?? placeOf(address.value);
  const [born, on] = [readDay(birthDate.value), readDay(day.value)];
  const asksAge = asks(programmes, "age");
  if (programmes.length === 0) return null;
  if (typeof place === "string" || (asksAge && isUnread(birthDate.value)) || isUnread(day.value))
    return null;
  const attended = hasNoSchool.value ? NO_SCHOOL : school.value.trim();
  const said = readFacts(askedFacts(programmes), declared.value);
  if (said === null) return null;
  const person = {
    programme: programmes.map(({ id }) => id).join(","),
    ...(asksAge && born ? { birth_date: born } : {}),
    ...(asks(programmes, "school") && attended ? { school: attended } : {}),
    ...(Object.keys(said).length > 0 ? { declared: said } : {}),
  };
  return { place, on, placed: null, person, isSought: true };
}

/** Returns whether one of the programmes has a condition of this kind. */
function asks(programmes: Programme[], kind: string): boolean {
  return programmes.some(({ asks }) => asks.includes(kind));
}

/** The service's value for "at no school". */
const NO_SCHOOL = "aucune";

interface Props {
  /** The programmes on offer. */
  offered: Programme[];
  chosen: Programme[];
  /** Called when something is typed: an answer to other data does not stay beside it. */
  onChange: () => void;
  onSubmit: () => void;
  /** Called to ask about today instead of the day typed. */
  onToday: () => void;
}

/** Sets a field; what was judged and answered before no longer counts. */
type Change = <T>(field: { value: T }) => (value: T) => void;

export function ChildForm({ offered, chosen, onChange, onSubmit, onToday }: Props) {
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
      <ProgrammeChoice
        id={PROGRAMMES}
        legend={text("web.child.programmes")}
        hint={text("web.child.programmes.hint")}
        programmes={offered}
        chosen={chosen}
        on={dayOf()}
        fault={isJudged.value && chosen.length === 0 ? text("web.child.programmes.none") : ""}
        onInput={change<string[] | null>(form.programmes)}
      />
      <HomeField onInput={change(form.address)} />
      {asks(chosen, "age") && (
        <DayField
          id={FIELDS.birth_date}
          label={text("web.child.birth_date")}
          hint={text("web.child.birth_date.hint")}
          value={birthDate.value}
          isJudged={isJudged.value}
          onInput={change(birthDate)}
        />
      )}
      {asks(chosen, "school") && <SchoolField change={change} onSubmit={onSubmit} />}
      {askedFacts(chosen).length > 0 && (
        <div id={FIELDS.declared} class="questions">
          <AskedFacts
            programmes={chosen}
            said={form.declared.value}
            isJudged={isJudged.value}
            onInput={change(form.declared)}
          />
        </div>
      )}
      <OtherDay
        value={day.value}
        isJudged={isJudged.value}
        onInput={change(day)}
        onToday={onToday}
      />
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
  const [fault, setFault] = useState("");
  const type = (words: string) => {
    taken.value = null;
    setFault("");
    onInput(words);
  };
  // A child lives at an address: a commune or a neighbourhood answers nothing.
  const choose = (choice: Choice) => {
    if (choice.kind === "place") taken.value = choice.place;
    else setFault(text("web.child.address.not_home", { name: choice.label }));
  };
  return (
    <div id={FIELDS.address}>
      <SearchBox
        label={text("web.child.address")}
        hint={text("web.child.address.hint")}
        value={address.value}
        onInput={type}
        onChoose={choose}
        isFirst
        fault={fault || (isJudged.value && typeof place === "string" ? place : "")}
      />
    </div>
  );
}

/** The field of the school: those of the home's commune come first, else of the department. */
function SchoolField({ change, onSubmit }: { change: Change; onSubmit: () => void }) {
  const { school, hasNoSchool, taken } = form;
  const place = taken.value;
  const commune = place?.kind === "address" ? place.citycode : undefined;
  return (
    <div id={FIELDS.school}>
      <SchoolBox
        label={text("web.child.school")}
        hint={text("web.child.school.hint")}
        value={hasNoSchool.value ? "" : school.value}
        near={commune ?? department.value}
        isDisabled={hasNoSchool.value}
        onInput={change(school)}
        onSubmit={onSubmit}
      />
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
