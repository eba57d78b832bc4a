/**
 * A field of one line with suggestions, as the ARIA practices describe a combobox: arrows choose, Enter takes, Escape closes.
 * Owns the choice among the suggestions; the box around makes the suggestions and reads the words.
 *
 * `@github/combobox-nav` 3.0 would take over a dozen lines on arrows and Enter. It sets `aria-selected` and
 * `aria-activedescendant` on elements that Preact renders, so that each would undo the other.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../french/texts";
import { isTouched, putKeyboardAway } from "./sight";

interface Props<T> {
  label: string;
  hint: ComponentChildren;
  value: string;
  /** The suggestions; the list is open while there is any. */
  found: readonly T[];
  /** The name of the list, and what is read aloud when it opens. */
  list: { label: string; count: string };
  option: (suggested: T) => { key: string; name: string; detail: string };
  /** Called for every change of the words. */
  onInput: (typed: string) => void;
  onTake: (suggested: T) => void;
  /** Called for Enter or the button with no suggestion chosen; the field takes the focus when it returns false. */
  onSubmit: () => boolean;
  /** Called when the suggestions are closed. */
  onClose: () => void;
  /** Called when the field gets the focus or an arrow asks for a list. */
  onOpen?: () => void;
  /** True to take the focus as the page opens; not on a touch screen, whose keyboard would cover it. */
  isFirst?: boolean;
  /** True while it can take nothing. */
  isDisabled?: boolean | undefined;
  /** Below the suggestions. */
  footer?: ComponentChildren;
  /** The words of a button that asks; none when the form around has its own. */
  submit?: string | undefined;
  /** The way the words are read. */
  reading?: string;
  fault: string;
}

export function Combobox<T>(props: Props<T>) {
  const { label, value, found, list, submit: button, fault, footer } = props;
  const id = useId();
  const { at, field, type, take, submit, pressed, pasted, left, empty } = useChoice(props);
  const selecting = useSelection(field, props);
  return (
    <div class="combobox">
      <label for={id}>{label}</label>
      <div class="field" onFocusOut={left}>
        <div class="entry">
          <input
            ref={field}
            id={id}
            type="text"
            role="combobox"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            disabled={props.isDisabled ?? false}
            value={value}
            aria-expanded={found.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
            aria-describedby={`${id}-reading ${id}-hint`}
            aria-invalid={fault !== ""}
            onInput={(event) => type(event.currentTarget.value)}
            onKeyDown={pressed}
            onPaste={pasted}
            {...selecting}
          />
          {value !== "" && (
            <button
              type="button"
              class="empty"
              // Escape does the same by keyboard, for which the button of the box comes next.
              tabIndex={-1}
              aria-label={text("web.search.empty_field")}
              title={text("web.search.empty_field")}
              onMouseDown={(event) => event.preventDefault()}
              onClick={empty}
            >
              ×
            </button>
          )}
        </div>
        <div class="popup" hidden={found.length === 0}>
          <Suggestions {...{ id, at, found, take }} label={list.label} option={props.option} />
          {footer}
        </div>
        {button && (
          // The field keeps the focus, and with it what is chosen.
          <button
            type="button"
            class="main"
            onMouseDown={(event) => event.preventDefault()}
            onClick={submit}
          >
            {button}
          </button>
        )}
      </div>
      <FieldMessages {...props} id={id} />
    </div>
  );
}

/** The reading of the words or their fault, the hint, and the number of suggestions. */
function FieldMessages<T>({
  id,
  hint,
  found,
  list,
  reading = "",
  fault,
}: Props<T> & { id: string }) {
  return (
    <>
      <p
        id={`${id}-reading`}
        class={fault ? "reading fault" : "reading"}
        role={fault ? "alert" : undefined}
      >
        {fault || reading}
      </p>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      <p class="unseen" role="status">
        {found.length > 0 ? list.count : ""}
      </p>
    </>
  );
}

/** The focus as the page opens, and the selection of all words as the field gets it: the next ones replace them. */
function useSelection<T>(
  field: { current: HTMLInputElement | null },
  { isFirst, onOpen }: Props<T>,
) {
  const isEntering = useRef(false);
  // Before the field is seen: on a slow machine, letters typed at once would go nowhere.
  useLayoutEffect(() => {
    // A link that was opened on another view's title keeps it.
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFirst && isFree && !isTouched()) field.current?.focus({ preventScroll: true });
  }, []);
  return {
    onFocus: (event: FocusEvent) => {
      (event.currentTarget as HTMLInputElement).select();
      onOpen?.();
    },
    onMouseDown: (event: MouseEvent) => {
      isEntering.current = document.activeElement !== event.currentTarget;
    },
    // The release of the press that gave the focus would put the cursor in place of the selection.
    onMouseUp: (event: MouseEvent) => {
      if (isEntering.current) event.preventDefault();
      isEntering.current = false;
    },
  };
}

/** The suggestion that the arrows have chosen, `-1` for none, and what keys and paste do. */
function useChoice<T>({ value, found, onInput, onTake, onSubmit, onClose, onOpen }: Props<T>) {
  const [at, setAt] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const close = () => {
    setAt(-1);
    onClose();
  };
  const type = (words: string) => {
    setAt(-1);
    onInput(words);
  };
  // The next question replaces the words of this one without another key.
  const selectAll = () =>
    setTimeout(() => document.activeElement === field.current && field.current?.select());
  const take = (suggested: T) => {
    close();
    onTake(suggested);
    selectAll();
    putKeyboardAway();
  };
  const empty = () => {
    type("");
    field.current?.focus();
  };
  const submit = () => {
    const chosen = found[at];
    if (chosen !== undefined) return take(chosen);
    close();
    if (onSubmit()) {
      selectAll();
      putKeyboardAway();
    } else field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") submit();
    else if (event.key === "Escape" && found.length === 0 && value !== "") empty();
    else if (event.key === "ArrowDown" && found.length === 0) onOpen?.();
    else if (found.length === 0) return;
    else if (event.key === "Escape") close();
    // One place more than suggestions: none is chosen before the first and after the last.
    else if (step) setAt((at) => ((at + step + found.length + 2) % (found.length + 1)) - 1);
    else return;
    event.preventDefault();
  };
  const pasted = (event: ClipboardEvent) => joined(event, type);
  // A choice made with the arrows is still there for the button of the box, and what a submit opens for the field it returns to.
  const left = ({ currentTarget, relatedTarget }: FocusEvent) => {
    const isWithin = (currentTarget as Element).contains(relatedTarget as Node | null);
    if (!isWithin || (at < 0 && relatedTarget !== field.current)) close();
  };
  return { at, field, type, take, submit, pressed, pasted, left, empty };
}

/**
 * Pastes several lines as one, and passes on the new text; a single line is left to the field. A line break, as in an
 * address from a letter, separates words; a field of one line would only drop it.
 */
function joined(event: ClipboardEvent, type: (words: string) => void): void {
  const words = event.clipboardData?.getData("text").trim() ?? "";
  const field = event.currentTarget as HTMLInputElement;
  if (!/[\r\n]/.test(words)) return;
  event.preventDefault();
  field.setRangeText(
    words.replace(/\s+/g, " "),
    field.selectionStart ?? 0,
    field.selectionEnd ?? 0,
    "end",
  );
  type(field.value);
}

interface SuggestionsProps<T> extends Pick<Props<T>, "found" | "option"> {
  id: string;
  at: number;
  label: string;
  take: (suggested: T) => void;
}

function Suggestions<T>({ id, at, label, found, option, take }: SuggestionsProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  // A list of all communes of a postcode is longer than its window.
  useEffect(() => {
    if (at >= 0) list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <ul ref={list} id={`${id}-list`} role="listbox" aria-label={label}>
      {found.map((suggested, index) => {
        const { key, name, detail } = option(suggested);
        return (
          <li
            key={`${key}-${index}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            // The box keeps the focus, whose loss closes the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggested)}
          >
            <span>{name}</span> <small>{detail}</small>
          </li>
        );
      })}
    </ul>
  );
}
