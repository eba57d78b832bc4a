/**
 * Buttons that copy words, and what came of it. A page served without encryption, as on most networks of towns, has no
 * clipboard: the browsers' older way is tried, and where that is refused too the words are shown, selected, to be taken.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Key, text } from "../french/texts";

export interface CopyChoice {
  /** On the button. */
  label: string;
  words: () => string;
  /** The sentence shown once it is copied. */
  done: Key;
}

interface Props {
  things: CopyChoice[];
  /** More buttons beside these. */
  children?: ComponentChildren;
}

export function Copying({ things, children }: Props) {
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [refused]);
  const copy = async ({ words, done }: CopyChoice) => {
    // Emptied first, so that a second copy is announced as well.
    setSaid("");
    setRefused("");
    const taken = words();
    const isCopied = await put(taken);
    setTimeout(() => {
      setSaid(text(isCopied ? done : "web.copy.by_hand"));
      if (!isCopied) setRefused(taken);
    });
  };
  return (
    <>
      <div class="actions">
        {things.map((thing) => (
          <button key={thing.label} type="button" onClick={() => void copy(thing)}>
            {thing.label}
          </button>
        ))}
        {children}
      </div>
      <p class="copied" role="status">
        {said}
      </p>
      {refused && (
        <textarea
          ref={field}
          class="to-copy"
          readOnly
          rows={4}
          value={refused}
          aria-label={text("web.copy.words")}
        />
      )}
    </>
  );
}

/** Puts words into the clipboard; returns false when it could not. */
async function put(words: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return putBySelection(words);
  return clipboard.writeText(words).then(
    () => true,
    () => putBySelection(words),
  );
}

/** The older way: what is selected on the page is copied. */
function putBySelection(words: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = words;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
