/**
 * The facts of a programme that only people know: yes or no, a number, a day. What is not said stays unknown, and is sent as
 * nothing. Shared by the forms about a person and about a building.
 */
import { useId } from "preact/hooks";
import type { Programme } from "../api/client";
import { readDay } from "../french/dates";
import { text, typeset } from "../french/texts";
import { DayField } from "./day-field";

type AskedFact = Programme["declarations"][number];
/** Each fact as it stands in the form: yes or no, or the words typed. */
export type SaidFacts = Record<string, boolean | string>;

/** Returns the facts for the service; null while one that was typed cannot be read. */
export function readFacts(
  { declarations }: Programme,
  said: SaidFacts,
): Record<string, boolean | number | string> | null {
  const read: Record<string, boolean | number | string> = {};
  for (const { name, kind } of declarations) {
    const words = said[name];
    if (words === undefined || words === "") continue;
    const value = factOf(kind, words);
    if (value === null) return null;
    read[name] = value;
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
  programme: Programme;
  said: SaidFacts;
  /** True once the form was sent: what cannot be read is a fault from then on. */
  isJudged: boolean;
  onInput: (said: SaidFacts) => void;
}

export function AskedFacts({ programme, said, isJudged, onInput }: Props) {
  const say = (name: string, value: boolean | string | undefined) => {
    const { [name]: _, ...others } = said;
    onInput(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  return (
    <>
      {programme.declarations.map((fact) => {
        const value = said[fact.name];
        const words = typeof value === "string" ? value : "";
        const onInput = (typed: string) => say(fact.name, typed);
        if (fact.kind === "number")
          return <NumberField key={fact.name} {...{ fact, words, isJudged, onInput }} />;
        if (fact.kind === "date")
          return (
            <DayField
              key={fact.name}
              label={capitalised(fact.label)}
              hint={text("web.asked.date.hint")}
              value={words}
              isJudged={isJudged}
              onInput={onInput}
            />
          );
        return (
          <YesOrNo
            key={fact.name}
            fact={fact}
            value={value}
            onInput={(yes) => say(fact.name, yes)}
          />
        );
      })}
    </>
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
  fact: { name, label },
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
