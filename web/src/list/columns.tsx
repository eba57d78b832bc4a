/** The second step of a list: its first rows, which column is which, what is asked. */
import { useEffect, useState } from "preact/hooks";
import { type Programme, programmes } from "../api/client";
import { readDay, today } from "../french/dates";
import { formatList, text, typeset } from "../french/texts";
import { DayField } from "../parts/day-field";
import { department } from "../parts/department";
import { describeProgramme, groupProgrammes } from "../parts/programme-groups";
import type { Preview } from "./api";
import {
  type ColumnChoice,
  choiceOf,
  choose,
  hasAccents,
  hasPlaceColumn,
  SINGLE_ROLES,
  withProgramme,
} from "./plan";
import { ListQuestions } from "./questions";
import type { Session } from "./session";
import { Fault, StepSection } from "./step-section";

/** Parts that an address is put together from, at most. */
const MOST_PARTS = 6;
/** Delimiters of a CSV file. */
const DELIMITERS = [";", ",", "\t", "|"] as const;

export function ListColumns({ session, preview }: { session: Session; preview: Preview }) {
  const { plan, problem, isCancelled, isReading } = session.state.value;
  const names = plan.columns.address.map((at) => preview.columns[at]?.name ?? "");
  const reviews = preview.columns.filter(({ role }) => role?.startsWith("review_"));
  const submit = (event: Event) => {
    event.preventDefault();
    void session.run();
  };
  return (
    <StepSection step="columns">
      {isCancelled && <p class="notice">{text("web.list.cancelled")}</p>}
      <form class="form" onSubmit={submit} aria-busy={isReading}>
        <ReadingChoices session={session} preview={preview} />
        <p id="list-columns-hint">{text("web.list.columns.hint")}</p>
        {preview.header_row === 0 && <p class="notice">{text("web.list.columns.by_content")}</p>}
        {preview.header_row > 1 && (
          <p class="hint">
            {text("web.list.columns.header_row", { row: String(preview.header_row) })}
          </p>
        )}
        <Rows session={session} preview={preview} />
        <p class={names.length > 0 ? "reading" : "reading fault"}>
          {names.length > 0
            ? text("web.list.columns.address", { names: names.join(" + ") })
            : text("web.error.no_address")}
        </p>
        {reviews.length > 0 && (
          <p class="reading">
            {text("web.list.columns.reviews", {
              names: reviews.map(({ name }) => name).join(" + "),
            })}
          </p>
        )}
        {(preview.unread ?? [])
          .filter(({ name }) => !names.includes(name))
          .map(({ name, message }) => (
            <p key={name} class="hint">
              {typeset(message)}
            </p>
          ))}
        <DefaultPlace session={session} preview={preview} />
        <Asked session={session} preview={preview} />
        <ListQuestions session={session} preview={preview} />
        <Fault problem={problem} />
        <div class="actions">
          <button class="main" type="submit" disabled={isReading}>
            {text("web.list.run")}
          </button>
        </div>
      </form>
    </StepSection>
  );
}

/** The choices of how to read the file, shown only where the guess can be wrong. */
function ReadingChoices({ session, preview }: { session: Session; preview: Preview }) {
  const { file, reading } = session.state.value;
  if (!file) return null;
  const read = (change: typeof reading) => void session.take(file, { ...reading, ...change });
  const { sheets = [], hidden_sheets: hidden = [], sheet, encoding, delimiter } = preview;
  const [withSheets, withEncoding] = [
    sheets.length > 1,
    preview.format === "csv" && hasAccents(preview),
  ];
  const withDelimiter =
    preview.format === "csv" && (preview.columns.length === 1 || reading.delimiter !== undefined);
  if (!withSheets && !withEncoding && !withDelimiter) return null;
  const others = sheets.filter((name) => name !== sheet && !hidden.includes(name));
  return (
    <>
      <div class="row">
        {withSheets && (
          <Select
            label={text("web.list.sheet")}
            value={sheet ?? ""}
            onChoose={(sheet) => read({ sheet })}
            options={sheets.map((name) => [
              name,
              hidden.includes(name) ? text("web.list.sheet.hidden", { name }) : name,
            ])}
          />
        )}
        {withEncoding && (
          <Select
            label={text("web.list.encoding")}
            value={encoding ?? ""}
            onChoose={(encoding) => read({ encoding })}
            options={[
              ["utf-8", text("web.list.encoding.utf8")],
              ["windows-1252", text("web.list.encoding.windows")],
              ["macintosh", text("web.list.encoding.macintosh")],
              ["ibm850", text("web.list.encoding.dos")],
            ]}
          />
        )}
        {withDelimiter && (
          <Select
            label={text("web.list.delimiter")}
            value={delimiter ?? ""}
            onChoose={(delimiter) => read({ delimiter })}
            options={DELIMITERS.map((sign) => [
              sign,
              sign === "\t" ? text("web.list.delimiter.tab") : sign,
            ])}
          />
        )}
      </div>
      {sheet && others.length > 0 && (
        <p class="notice">{text("web.list.sheet.others", { sheet, others: others.join(", ") })}</p>
      )}
    </>
  );
}

function Select({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: string;
  options: [string, string][];
  onChoose: (value: string) => void;
}) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The first rows, under a choice for each column. */
function Rows({ session, preview: { columns, rows } }: { session: Session; preview: Preview }) {
  return (
    // The table may be wider than the page: it scrolls within, by keyboard too.
    <section
      class="wide"
      aria-label={text("web.list.columns.caption", { count: String(rows.length) })}
      tabIndex={0}
    >
      <table>
        <caption>{text("web.list.columns.caption", { count: String(rows.length) })}</caption>
        <thead>
          <tr>
            {columns.map(({ name }, at) => (
              <th key={at} scope="col">
                <span class="column-name">
                  {name || text("web.list.columns.unnamed", { number: String(at + 1) })}
                </span>
                <RoleChoice session={session} column={at} name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((field, column) => (
                <td key={column}>{field}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RoleChoice({ session, column, name }: { session: Session; column: number; name: string }) {
  const { columns, programme, facts = [] } = session.state.value.plan;
  const declarations = facts.filter(({ role }) => role.startsWith("declared:"));
  const chosen = choiceOf(columns, column);
  const parts = Math.min(
    columns.address.length + (chosen.startsWith("address:") ? 0 : 1),
    MOST_PARTS,
  );
  return (
    <select
      aria-label={text("web.list.role.label", { name })}
      data-chosen={chosen === "" ? "no" : "yes"}
      value={chosen}
      onChange={(event) =>
        session.plan({
          columns: choose(columns, column, event.currentTarget.value as ColumnChoice),
        })
      }
    >
      <option value="">{text("web.list.role.none")}</option>
      {Array.from({ length: parts }, (_, part) => (
        <option key={part} value={`address:${part + 1}`}>
          {text("web.list.role.address", { part: String(part + 1) })}
        </option>
      ))}
      {SINGLE_ROLES.map((role) => (
        <option key={role} value={role} disabled={programme === null && chosen !== role}>
          {text(`web.list.role.${role}`)}
        </option>
      ))}
      {declarations.map(({ role, label }) => (
        <option key={role} value={role}>
          {text("web.list.role.declared", { label })}
        </option>
      ))}
    </select>
  );
}

/** The postcode of rows that name no place: a question of its own where no column seems to give one. */
function DefaultPlace({ session, preview }: { session: Session; preview: Preview }) {
  const { plan, problem } = session.state.value;
  const isLacking = plan.columns.address.length > 0 && !hasPlaceColumn(plan.columns, preview);
  return (
    <div class="question" data-open={isLacking && !plan.postcode ? "yes" : "no"}>
      <label for="list-postcode">{text("web.list.postcode")}</label>
      <input
        id="list-postcode"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        maxLength={6}
        value={plan.postcode ?? ""}
        aria-describedby="list-postcode-hint"
        aria-invalid={problem?.code === "unread_postcode"}
        onInput={(event) => session.plan({ postcode: event.currentTarget.value })}
      />
      <p id="list-postcode-hint" class="hint">
        {text(isLacking ? "web.list.postcode.lacking" : "web.list.postcode.hint")}
      </p>
    </div>
  );
}

/** The programme and the day. */
function Asked({ session, preview }: { session: Session; preview: Preview }) {
  const { plan, problem } = session.state.value;
  const [known, setKnown] = useState<Programme[] | null>([]);
  useEffect(() => {
    const leaving = new AbortController();
    programmes(leaving.signal).then(
      (all) => setKnown(all.filter(({ subject }) => subject === "person")),
      () => leaving.signal.aborted || setKnown(null),
    );
    return () => leaving.abort();
  }, []);
  const unread = SINGLE_ROLES.filter((role) => plan.columns.singles[role] !== undefined).map(
    (role) => text(`web.list.role.${role}`),
  );
  return (
    <>
      <div class="row">
        <label>
          {text("web.list.programme")}
          <select
            value={plan.programme ?? ""}
            onChange={(event) => {
              const chosen = known?.find(({ id }) => id === event.currentTarget.value);
              session.plan(withProgramme(plan, chosen ?? null, preview));
            }}
          >
            <option value="">{text("web.list.programme.none")}</option>
            <ProgrammeOptions programmes={known ?? []} on={readDay(plan.on) ?? today()} />
          </select>
        </label>
        <DayField
          id="list-day"
          label={text("web.list.day")}
          hint={text("web.list.day.hint")}
          value={plan.on}
          isJudged={problem?.code === "unread_day"}
          onInput={(on) => session.plan({ on })}
        />
      </div>
      {known === null && <p class="hint">{text("web.list.programme.unknown")}</p>}
      {plan.programme === null && unread.length > 0 && (
        <p class="hint">{text("web.list.programme.unread", { names: formatList(unread) })}</p>
      )}
    </>
  );
}

/** The programmes of a list in groups, as everywhere; a single group needs no title. */
function ProgrammeOptions({ programmes, on }: { programmes: Programme[]; on: string }) {
  const groups = groupProgrammes(programmes, department.value, on);
  return (
    <>
      {groups.map(({ kind, title, programmes }) => {
        const options = programmes.map((programme) => (
          <option key={programme.id} value={programme.id}>
            {describeProgramme(programme, on)}
          </option>
        ));
        if (groups.length === 1) return options;
        return (
          <optgroup key={kind} label={title}>
            {options}
          </optgroup>
        );
      })}
    </>
  );
}
