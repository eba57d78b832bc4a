/**
 * The facts of programmes that only people know: yes or no, a number, a day. What is not said stays unknown, and is sent as
 * nothing; what several programmes ask is asked once. Shared by the forms about a person and about a building.
 */
import { useId } from "preact/hooks";
import type { Programme } from "../api/client";
import { readDay } from "../french/dates";
import { text, typeset } from "../french/texts";
import { DayField } from "./day-field";

type Declaration = Programme["declarations"][number];
/** Each fact as it stands in the form: yes or no, or the words typed. */
export type SaidFacts = Record<string, boolean | string>;

/** A fact as the form asks it: once, whatever the number of programmes that ask it. */
export interface AskedFact {
  /** Its name in the form. */
  key: string;
  kind: string;
  label: string;
  /** The names it is sent by. */
  names: string[];
  /** The programmes that ask it. */
  programmes: Programme[];
}

/**
 * The facts that some programmes ask, each once. Facts of one name that differ in kind or label are different questions: each
 * is then sent for its own programmes alone.
 */
export function askedFacts(programmes: readonly Programme[]): AskedFact[] {
  const facts = new Map<string, Declaration & { programmes: Programme[] }>();
  for (const programme of programmes) {
    for (const fact of programme.declarations) {
      const question = `${fact.name} ${fact.kind} ${fact.label}`;
      const known = facts.get(question);
      if (known) known.programmes.push(programme);
      else facts.set(question, { ...fact, programmes: [programme] });
    }
  }
  const all = [...facts.values()];
  return all.map(({ name, kind, label, programmes }) => {
    const isAlone = all.filter((other) => other.name === name).length === 1;
    const names = isAlone ? [name] : programmes.map(({ id }) => `${id}/${name}`);
    return { key: names[0] ?? name, kind, label, names, programmes };
  });
}

/** Returns the facts for the service; null while one that was typed cannot be read. */
export function readFacts(
  asked: AskedFact[],
  said: SaidFacts,
): Record<string, boolean | number | string> | null {
  const read: Record<string, boolean | number | string> = {};
  for (const { key, kind, names } of asked) {
    const words = said[key];
    if (words === undefined || words === "") continue;
    const value = factOf(kind, words);
    if (value === null) return null;
    for (const name of names) read[name] = value;
  }
  return read;
}

function factOf(kind: string, words: boolean | string): boolean | number | string | null {
  if (typeof words === "boolean") return words;
  return kind === "date" ? readDay(words) : readNumber(words);
}

/** Reads `12`, `12,5` or `1 250`; null when it is no number. */
export function readNumber(typed: string): number | null {
  const plain = typed.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

interface Props {
  /** The programmes that are asked. */
  programmes: readonly Programme[];
  said: SaidFacts;
  /** True once the form was sent: what cannot be read is a fault from then on. */
  isJudged: boolean;
  onInput: (said: SaidFacts) => void;
}

/** The questions: of several programmes in groups that fold, those that several ask first. */
export function AskedFacts({ programmes, said, isJudged, onInput }: Props) {
  const facts = askedFacts(programmes);
  const questions = (asked: AskedFact[]) =>
    asked.map((fact) => <Question key={fact.key} {...{ fact, said, isJudged, onInput }} />);
  if (programmes.length < 2) return <>{questions(facts)}</>;
  return (
    <>
      {groupsOf(facts).map(({ title, facts }) => (
        <details key={title} class="asked" open={facts.length <= FEW}>
          <summary>
            {text("web.asked.group", {
              title,
              count: String(facts.length),
              said: String(facts.filter(({ key }) => key in said).length),
            })}
          </summary>
          <div class="questions">{questions(facts)}</div>
        </details>
      ))}
    </>
  );
}

/** So many questions are shown at once. */
const FEW = 3;

/** The questions that several programmes ask, then those of each. */
function groupsOf(facts: AskedFact[]): { title: string; facts: AskedFact[] }[] {
  const groups = new Map<string, AskedFact[]>();
  const shared = facts.filter(({ programmes }) => programmes.length > 1);
  if (shared.length > 0) groups.set(text("web.asked.shared"), shared);
  for (const fact of facts) {
    const [only, ...others] = fact.programmes;
    if (!only || others.length > 0) continue;
    const title = typeset(only.name);
    groups.set(title, [...(groups.get(title) ?? []), fact]);
  }
  return [...groups].map(([title, facts]) => ({ title, facts }));
}

/** Moves the focus to a field inside an element, unfolding what it is folded in. */
export function focusWithin(field: Element | null, selector: string): void {
  const input = field?.matches(selector) ? field : field?.querySelector(selector);
  for (
    let folded = input?.closest("details");
    folded;
    folded = folded.parentElement?.closest("details")
  )
    folded.open = true;
  (input as HTMLElement | null | undefined)?.focus();
}

/** The element of a question, by the name of its fact and, where names clash, its programme. */
export function questionOf(name: string, programme: string): Element | null {
  const find = (key: string) => document.querySelector(`[data-fact="${CSS.escape(key)}"]`);
  return find(name) ?? find(`${programme}/${name}`);
}

interface QuestionProps extends Omit<Props, "programmes"> {
  fact: AskedFact;
}

function Question({ fact, said, isJudged, onInput }: QuestionProps) {
  const value = said[fact.key];
  const say = (value: boolean | string | undefined) => {
    const { [fact.key]: _, ...others } = said;
    onInput(value === undefined || value === "" ? others : { ...others, [fact.key]: value });
  };
  const words = typeof value === "string" ? value : "";
  return (
    <div data-fact={fact.key}>
      {fact.kind === "number" ? (
        <NumberField {...{ fact, words, isJudged, onInput: say }} />
      ) : fact.kind === "date" ? (
        <DayField
          label={capitalised(fact.label)}
          hint={text("web.asked.date.hint")}
          value={words}
          isJudged={isJudged}
          onInput={say}
        />
      ) : (
        <YesOrNo fact={fact} value={value} onInput={say} />
      )}
    </div>
  );
}

function capitalised(label: string): string {
  const words = typeset(label);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const CHOICES = [
  ["unsaid", undefined],
  ["yes", true],
  ["no", false],
] as const;

function YesOrNo({
  fact: { key: name, label },
  value,
  onInput,
}: {
  fact: AskedFact;
  value: boolean | string | undefined;
  onInput: (yes: boolean | undefined) => void;
}) {
  return (
    <fieldset>
      <legend>{text("web.asked.declaration", { label: typeset(label) })}</legend>
      <div class="choices">
        {CHOICES.map(([key, choice]) => (
          <label key={key} class="choice">
            <input
              type="radio"
              name={`declared-${name}`}
              checked={value === choice}
              onChange={() => onInput(choice)}
            />
            {text(`web.asked.${key}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function NumberField({
  fact,
  words,
  isJudged,
  onInput,
}: {
  fact: AskedFact;
  words: string;
  isJudged: boolean;
  onInput: (typed: string) => void;
}) {
  const id = useId();
  const isWrong = isJudged && words.trim() !== "" && readNumber(words) === null;
  return (
    <div>
      <label for={id}>{capitalised(fact.label)}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        maxLength={20}
        value={words}
        aria-describedby={`${id}-fault ${id}-hint`}
        aria-invalid={isWrong}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-fault`} class="reading fault" role={isWrong ? "alert" : undefined}>
        {isWrong ? text("web.asked.number.fault") : ""}
      </p>
      <p id={`${id}-hint`} class="hint">
        {text("web.asked.number.hint")}
      </p>
    </div>
  );
}
