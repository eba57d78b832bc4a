/** One row of the work list: what is known of it, and all that can settle it. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Candidates } from "../../answer/candidates";
import { type AddressFeature, check } from "../../api/client";
import { formatDay, readDay } from "../../french/dates";
import { unrepeated } from "../../french/messages";
import { formatCount, formatList, text } from "../../french/texts";
import { typeset } from "../../french/typeset";
import type { Choice } from "../../parts/choice";
import { DayField } from "../../parts/day-field";
import { department } from "../../parts/department";
import { ToneIcon } from "../../parts/icons";
import { SchoolBox } from "../../parts/school-box";
import { SearchBox } from "../../parts/search-box";
import { resultName, toneOf } from "../tally";
import type { Correction } from "./corrections";
import { isAddressOpen, isTodo } from "./filters";
import type { WorkRow } from "./rows";
import { inCommuneOf, suggestFor } from "./typed-address";
import type { Work } from "./work";

export function WorkPanel({ work, row }: { work: Work; row: WorkRow }) {
  const title = useRef<HTMLHeadingElement>(null);
  const correction = work.corrections.value.get(row.row);
  const isAsking = work.asking.value.has(row.row);
  const alike = (work.alike.value.get(row.row) ?? []).filter((other) => other !== row.row);
  // The first sentence says the result, and who decides; a review has replaced it.
  const [outcome, ...more] = row.review ? [] : row.sentences;
  const headline = outcome ? typeset(outcome) : resultName(row.result);
  const sentences = row.review ? row.sentences : more;
  // With the row itself: a focus that comes later would leave the field that somebody types into.
  useLayoutEffect(() => title.current?.focus(), [row.row, work.openings.value]);
  // What was pressed may leave with the answer, and in a field the key N is a letter.
  const settle = (change: Correction | null) => {
    if (work.chosen.value === row.row) title.current?.focus();
    void work.correct(row.row, change);
  };
  // The fields would still have what no longer counts.
  const [undone, setUndone] = useState(0);
  const undo = () => {
    setUndone(undone + 1);
    settle(null);
  };
  return (
    <section
      class="card work-panel"
      data-tone={toneOf(row.result)}
      aria-labelledby="work-panel"
      aria-busy={isAsking}
    >
      <h3 id="work-panel" ref={title} tabIndex={-1}>
        {text("web.list.work.row", {
          row: formatCount(row.row),
          who: work.whoOf(row) || text("web.list.work.unnamed"),
        })}
      </h3>
      <p role="status" class="work-answer">
        <ToneIcon tone={toneOf(row.result)} />{" "}
        <strong>{isAsking ? text("web.answer.asking") : headline}</strong>
      </p>
      {sentences.map((sentence) => (
        <p key={sentence}>{unrepeated(sentence)}</p>
      ))}
      {row.review && <p>{typeset(row.review)}</p>}
      <p>{text("web.list.work.asked", { address: work.addressOf(row) || "—" })}</p>
      {row.label && <p class="hint">{text("web.list.row.address", { label: row.label })}</p>}
      {row.remark && <p class="notice">{typeset(row.remark)}</p>}
      {alike.length > 0 && (
        <p class="hint">
          {text(alike.length > 1 ? "web.list.work.alike" : "web.list.work.alike.one", {
            rows: formatList(alike.slice(0, MOST_ALIKE).map((other) => formatCount(other))),
          })}
        </p>
      )}
      <Choices key={`${row.row} ${undone}`} work={work} row={row} settle={settle} />
      {correction && (
        <div class="actions">
          <button type="button" onClick={undo}>
            {text("web.list.work.undo")}
          </button>
        </div>
      )}
      <Fields work={work} row={row} />
    </section>
  );
}

/** Rows of the same home that are named. */
const MOST_ALIKE = 10;

interface ChoiceProps {
  work: Work;
  row: WorkRow;
  /** Corrects the row. */
  settle: (change: Correction) => void;
}

/** The ways to settle a row: addresses that may be meant, another one, the map, a birth date, a school, a review. */
function Choices({ work, row, settle }: ChoiceProps) {
  const candidates = useCandidates(work, row);
  const [typed, type] = useState("");
  const [fault, setFault] = useState("");
  const { address, position } = work.corrections.value.get(row.row) ?? {};
  const hasPin = Boolean(position || (row.label && !address));
  const choose = (choice: Choice) => {
    // A commune or a neighbourhood is nobody's address.
    if (choice.kind !== "place")
      setFault(
        choice.kind === "none"
          ? choice.fault
          : text("web.child.address.not_home", { name: choice.label }),
      );
    else if (choice.place.kind === "position")
      settle({ position: `${choice.place.lat} ${choice.place.lon}` });
    else if (choice.place.citycode) settle({ address: choice.place.q });
    else void inCommuneOf(work, row, choice.place.q).then((address) => settle({ address }));
  };
  return (
    <>
      {candidates.length > 0 && (
        <Candidates
          candidates={candidates}
          onChoose={({ properties: { label } }) => settle({ address: label })}
        />
      )}
      <SearchBox
        label={text("web.list.work.address")}
        hint={text("web.list.work.address.hint")}
        value={typed}
        onInput={(words) => {
          setFault("");
          type(words);
        }}
        onChoose={choose}
        suggest={(words, stop) => suggestFor(work, row, words, stop)}
        fault={fault}
        submit={text("web.list.work.address.submit")}
      />
      {hasPin && (
        <div class="actions">
          <button type="button" onClick={goToPin}>
            {text("web.list.work.pin.go")}
          </button>
        </div>
      )}
      {work.list.birthDate !== null && <BirthDate work={work} row={row} settle={settle} />}
      {work.list.hasProgramme && <School work={work} row={row} settle={settle} />}
      {isTodo(row) && <Review work={work} row={row} settle={settle} />}
    </>
  );
}

/** By the keys of the page the pin is behind all of the list: this is the short way, and Escape the one back. */
function goToPin(): void {
  document.querySelector<HTMLElement>("button.pin")?.focus();
}

/** The addresses that the row may mean, asked for when it is opened without a sure one. */
function useCandidates(work: Work, row: WorkRow): AddressFeature[] {
  const [found, setFound] = useState<AddressFeature[]>([]);
  const q = isAddressOpen(row) ? work.addressOf(row) : "";
  useEffect(() => {
    setFound([]);
    if (!/\p{L}/u.test(q) || q.length > 200) return;
    const leaving = new AbortController();
    check({ q, ...work.placeFields() }, leaving.signal).then(
      ({ candidates }) => leaving.signal.aborted || setFound(candidates),
      () => undefined,
    );
    return () => leaving.abort();
  }, [q, row.row]);
  return found;
}

/** Another birth date for the row, with what stands in the list. */
function BirthDate({ work, row, settle }: ChoiceProps) {
  const [typed, type] = useState(work.corrections.value.get(row.row)?.birth_date ?? "");
  const [isJudged, judge] = useState(false);
  const own = work.ownBirthDateOf(row);
  const submit = (event: Event) => {
    event.preventDefault();
    judge(true);
    const day = readDay(typed);
    if (day) settle({ birth_date: formatDay(day) });
  };
  return (
    <form class="form" autocomplete="off" noValidate onSubmit={submit}>
      <DayField
        label={text("web.list.work.birth_date")}
        hint={
          own
            ? text("web.list.work.birth_date.hint", { written: own })
            : text("web.list.work.birth_date.missing")
        }
        value={typed}
        isJudged={isJudged}
        onInput={(words) => {
          judge(false);
          type(words);
        }}
      />
      <div class="actions">
        <button type="submit">{text("web.list.work.birth_date.submit")}</button>
      </div>
    </form>
  );
}

/** Another school for the row: those that the list names come first, then those of the row's commune and department. */
function School({ work, row, settle }: ChoiceProps) {
  const [typed, type] = useState(work.corrections.value.get(row.row)?.school ?? "");
  const take = (school: string) => {
    if (school) settle({ school });
  };
  return (
    <SchoolBox
      label={text("web.list.work.school")}
      hint={text("web.child.school.hint")}
      value={typed}
      near={work.placeOf(row) ?? department.value}
      listed={work.schools()}
      submit={text("web.list.work.school.submit")}
      onInput={type}
      onSubmit={take}
    />
  );
}

const ZONES = ["qpv", "band_300m", "outside"] as const;

/** The review of a row by somebody who has the evidence; the function stays for the next row. */
function Review({ work, row, settle }: ChoiceProps) {
  const known = work.corrections.value.get(row.row);
  const [zone, setZone] = useState(known?.review_zone ?? "");
  const [reason, setReason] = useState(known?.review_reason ?? "");
  const [by, setBy] = useState(known?.review_by ?? work.reviewer.value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!zone || !reason.trim() || !by.trim()) return;
    work.reviewer.value = by;
    settle({ review_zone: zone, review_reason: reason, review_by: by });
  };
  return (
    <details>
      <summary>{text("web.list.work.review")}</summary>
      <form class="form" onSubmit={submit}>
        <label>
          {text("web.list.work.review.zone")}
          <select required value={zone} onChange={(event) => setZone(event.currentTarget.value)}>
            <option value="">{text("web.list.needed.choose")}</option>
            {ZONES.map((zone) => (
              <option key={zone} value={zone}>
                {resultName(zone)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {text("web.list.work.review.reason")}
          <input
            required
            maxLength={160}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <label>
          {text("web.list.work.review.by")}
          <input
            required
            maxLength={80}
            value={by}
            onInput={(event) => setBy(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="submit">{text("web.list.work.review.submit")}</button>
        </div>
      </form>
    </details>
  );
}

/** The fields of the row as the list has them. */
function Fields({ work, row }: { work: Work; row: WorkRow }) {
  return (
    <details>
      <summary>{text("web.list.work.fields")}</summary>
      <dl>
        {work.columns.value.map((name, at) =>
          row.fields[at] ? (
            <div key={at}>
              <dt>{name || text("web.list.columns.unnamed", { number: String(at + 1) })}</dt>
              <dd>{row.fields[at]}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </details>
  );
}
