/**
 * The one search box, the same in every view: an address, a commune, a postcode, a neighbourhood, a school, a parcel or
 * coordinates in any notation. What is typed is sent in bodies only, and kept nowhere but in the memory of the page.
 */
import { useRef, useState } from "preact/hooks";
import { isNoAddress, readCoordinates, wordsMeant } from "../french/coordinates";
import { understood } from "../french/messages";
import { readShortPlusCode } from "../french/position/plus-code";
import { text } from "../french/texts";
import type { Choice, Option } from "./choice";
import { Combobox } from "./combobox";
import { placeOf } from "./place";
import { forgetAll, recent, remember } from "./recent";
import { isPosition, type Suggest, useSuggestions } from "./suggestions";

interface Props {
  label: string;
  hint: string;
  value: string;
  /** Called for every change of the words. */
  onInput: (typed: string) => void;
  /** Called with what is meant, when a suggestion is taken or Enter is pressed. */
  onChoose: (choice: Choice) => void;
  /** Called when the words cannot be read. */
  onFault?: () => void;
  /** The words of a button that asks; none when the form around has its own. */
  submit?: string;
  /** The fault found by the form around. */
  fault?: string;
  /** True to take the focus as the page opens. */
  isFirst?: boolean;
  /** Asks what words may mean, where some meanings are to come first. */
  suggest?: Suggest;
}

export function SearchBox(props: Props) {
  const { label, hint, value, submit, fault: formFault = "", isFirst = false } = props;
  const box = useBox(props);
  return (
    <Combobox
      {...{ label, hint, value, submit, isFirst }}
      found={box.shown}
      list={{
        label: text(box.isRecent ? "web.search.recent" : "web.search.suggestions"),
        count: text("web.search.count", { count: String(box.shown.length) }),
      }}
      option={(option) => option}
      onInput={box.type}
      onTake={box.take}
      onSubmit={box.read}
      onClose={box.close}
      onOpen={box.open}
      reading={readingOf(value)}
      fault={box.fault || formFault}
      footer={
        box.isRecent && (
          <button type="button" class="forget" onClick={box.forget}>
            {text("web.search.recent.forget")}
          </button>
        )
      }
    />
  );
}

/** The way the words are read as coordinates, or the words that a link names. */
export function readingOf(value: string): string {
  if (isPosition(value)) return understood(readCoordinates(value));
  const words = wordsMeant(value);
  return words === value ? "" : text("web.understood.words", { words });
}

function useBox({ value, onInput, onChoose, onFault, suggest }: Props) {
  const { found, seek, close: closeFound, all, show } = useSuggestions(suggest);
  const [isRecent, setRecent] = useState(false);
  const [fault, setFault] = useState("");
  /** The words now, for what comes later. */
  const words = useRef(value);
  words.current = value;
  const close = () => {
    closeFound();
    setRecent(false);
  };
  const choose = (choice: Choice) => {
    close();
    if (choice.kind === "none") {
      setFault(choice.fault);
      return onFault?.();
    }
    setFault("");
    remember(choice);
    onChoose(choice);
  };
  const refuse = (words: string) => {
    setFault(words);
    onFault?.();
    return false;
  };
  const asAddress = (typed: string) => {
    const place = placeOf(typed);
    if (typeof place === "string") return refuse(place);
    choose({ kind: "place", label: typed.trim(), place });
    return true;
  };
  const read = () => {
    const meant = wordsMeant(value);
    const place = placeOf(meant);
    if (typeof place === "string" && !hasName(meant)) return refuse(place);
    if (!hasName(meant)) return asAddress(meant);
    void all(value).then((options) => {
      // Other words were typed meanwhile.
      if (words.current !== value) return;
      const exact = options.filter(({ isExact }) => isExact);
      const [only, ...others] = exact;
      if (only && others.length === 0) choose(only.choice);
      else if (only) {
        show(options);
        refuse(text("web.search.several"));
      } else if (options.some(({ isNamed }) => isNamed)) {
        show(options);
        refuse(text("web.search.longer"));
      } else asAddress(meant);
    });
    return true;
  };
  return {
    shown: isRecent ? recent.value.map(optionOfRecent) : found,
    isRecent: isRecent && recent.value.length > 0,
    fault,
    read,
    close,
    type: (typed: string) => {
      onInput(typed);
      setFault("");
      setRecent(typed === "");
      if (typed.trim() === "") closeFound();
      else seek(typed);
    },
    take: ({ choice }: Option) => {
      onInput(choice.label);
      choose(choice);
    },
    open: () => setRecent(value === ""),
    forget: () => {
      forgetAll();
      setRecent(false);
    },
  };
}

function optionOfRecent(choice: Choice): Option {
  const { label } = choice;
  return { key: label, name: label, detail: "", isExact: true, isNamed: true, choice };
}

/** A number and a street are an address: nothing else has such a name, and nobody waits for its suggestions. */
const ADDRESS = /^\s*\d{1,4}\s*(?:[a-z]|bis|ter|quater)?[\s,]+\p{L}/iu;

/** Checks that words may be the name or the code of something else than an address. */
function hasName(typed: string): boolean {
  return typed.trim() !== "" && !isPosition(typed) && !ADDRESS.test(typed) && !isBroken(typed);
}

/** Numbers and links that are meant for coordinates and cannot be read. */
function isBroken(typed: string): boolean {
  const reading = readCoordinates(typed);
  // A short code has a meaning beside the name of a commune.
  if (readShortPlusCode(typed)?.place) return false;
  const isNone = "fault" in reading && isNoAddress(reading.fault);
  return isNone || (!/\p{L}/u.test(typed) && !/^\s*(?:\d{2,5}|[\d\s]{14,20})\s*$/.test(typed));
}
