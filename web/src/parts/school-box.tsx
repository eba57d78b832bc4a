/**
 * The field of a school, with suggestions: those that the list at hand names, then those of the service, of the commune and the
 * department first. What is typed is taken as it is when no suggestion is.
 */
import { useState } from "preact/hooks";
import { type SchoolSuggestion, suggestSchools } from "../api/client";
import { fold } from "../french/fold";
import { text } from "../french/texts";
import { Combobox } from "./combobox";
import { useLatestCall } from "./latest-call";

/** Pause after a key before suggestions are requested, milliseconds: as for addresses. */
const PAUSE_MS = 80;
/** Letters from which schools are looked for: nearly every name has a shorter text. */
const SHORTEST = 2;
/** The most schools of the list at hand that are suggested before those of the service. */
const MOST_LISTED = 5;

interface Props {
  label: string;
  hint: string;
  value: string;
  /** The INSEE code of the commune or the department whose schools come first. */
  near: string | null;
  /** Names of schools that the list at hand has. */
  listed?: readonly string[];
  isDisabled?: boolean;
  /** The words of a button that takes the school; none when the form around has its own. */
  submit?: string;
  onInput: (typed: string) => void;
  /** Called for Enter or the button, with the words as they are then. */
  onSubmit: (school: string) => void;
}

interface SchoolOption {
  key: string;
  name: string;
  detail: string;
  /** The words that the field gets: a name, with its commune where it has one. */
  words: string;
}

export function SchoolBox({
  value,
  near,
  listed = [],
  onInput,
  onSubmit,
  submit,
  ...props
}: Props) {
  const { found, seek, close } = useSchools(near, listed);
  return (
    <Combobox
      {...props}
      {...(submit && { submit })}
      value={value}
      found={found}
      list={{
        label: text("web.school.suggestions"),
        count: text("web.search.count", { count: String(found.length) }),
      }}
      option={(option) => option}
      onInput={(typed) => {
        onInput(typed);
        seek(typed);
      }}
      onTake={({ words }) => {
        onInput(words);
        // With a button of its own the field is all of its question.
        if (submit) onSubmit(words);
      }}
      onSubmit={() => {
        onSubmit(value.trim());
        return true;
      }}
      onClose={close}
      fault=""
    />
  );
}

function useSchools(near: string | null, listed: readonly string[]) {
  const [found, setFound] = useState<readonly SchoolOption[]>([]);
  const latest = useLatestCall();
  const close = () => {
    latest.abort();
    setFound([]);
  };
  const seek = (typed: string) => {
    close();
    const stop = latest.start();
    if (typed.trim().length < SHORTEST) return;
    const own = ofList(typed, listed);
    setFound(own);
    setTimeout(() => {
      if (stop.aborted) return;
      // Without suggestions the name can be typed all the same.
      suggestSchools(typed, near, stop).then(
        (schools) => stop.aborted || setFound(withOthers(own, schools)),
        () => undefined,
      );
    }, PAUSE_MS);
  };
  return { found, seek, close };
}

/** The schools of a list whose names have these words. */
export function ofList(typed: string, listed: readonly string[]): SchoolOption[] {
  const words = fold(typed);
  return listed
    .filter((name) => ` ${fold(name)}`.includes(` ${words}`))
    .slice(0, MOST_LISTED)
    .map((name) => ({ key: `list ${name}`, name, detail: text("web.school.listed"), words: name }));
}

/** Adds the schools of the service that are not there yet, in their order. */
export function withOthers(
  own: readonly SchoolOption[],
  schools: readonly SchoolSuggestion[],
): SchoolOption[] {
  const known = new Set(own.map(({ words }) => fold(words)));
  const others = schools.map(({ id, name, lib_com }) => ({
    key: id ?? name,
    name,
    detail: lib_com ?? "",
    words: lib_com ? `${name}, ${lib_com}` : name,
  }));
  return [
    ...own,
    // A school may have several sites under one name.
    ...others.filter(({ name, words }, at) => {
      const isFirst = others.findIndex((other) => other.words === words) === at;
      return isFirst && !known.has(fold(name)) && !known.has(fold(words));
    }),
  ];
}
