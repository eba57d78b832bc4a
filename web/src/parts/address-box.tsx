/**
 * The one search box: an address with suggestions as it is typed, or pasted coordinates. A combobox as the ARIA practices
 * describe it: arrows choose, Enter takes, Escape closes. What is typed is sent in bodies only, and kept nowhere.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { suggest, type AddressFeature } from "../api/client";
import { readCoordinates } from "../coordinates";
import { hasAddresses } from "../map/layers";
import { understood } from "../sentences";
import { text } from "../texts";

/** What is asked about. */
export type Place =
  | { kind: "address"; q: string; citycode?: string }
  | { kind: "position"; lon: number; lat: number; uncertaintyM: number };

/** Waits this long after a key before it asks for suggestions. */
const PAUSE_MS = 80;
const SHORTEST = 3;
/** As long as the service takes. */
const LONGEST = 200;

interface Props {
  label: string;
  hint: string;
  value: string;
  /** Told every change of the words. */
  onInput: (typed: string) => void;
  /** Told what to ask, when a suggestion is taken or Enter is pressed. */
  onPlace: (place: Place) => void;
  /** Told that what was to be asked cannot be read. */
  onFault?: () => void;
  /** The words of a button that asks; none when the form around has its own. */
  submit?: string;
  /** What the form around has found wrong. */
  fault?: string;
}

export function AddressBox({ label, hint, value, onInput, onPlace, onFault, submit: button, fault: told = "" }: Props) {
  const id = useId();
  const [found, setFound] = useState<AddressFeature[]>([]);
  const [at, setAt] = useState(-1);
  const [own, setFault] = useState("");
  const fault = own || told;
  const field = useRef<HTMLInputElement>(null);
  const asking = useRef(new AbortController());
  useEffect(() => () => asking.current.abort(), []);

  const close = () => {
    asking.current.abort();
    setFound([]);
    setAt(-1);
  };
  const typed = (words: string) => {
    onInput(words);
    setFault("");
    close();
    const { signal } = (asking.current = new AbortController());
    if (words.trim().length < SHORTEST || isPosition(words) || !hasAddresses()) return;
    setTimeout(() => {
      if (signal.aborted) return;
      // Without suggestions the box works all the same: the check itself will say what is wrong.
      suggest(words, signal).then((found) => signal.aborted || setFound(found), () => undefined);
    }, PAUSE_MS);
  };
  // A line break, as in an address pasted from a letter, separates words; a field of one line would only drop it.
  const pasted = (event: ClipboardEvent) => {
    const words = event.clipboardData?.getData("text") ?? "";
    const field = event.currentTarget as HTMLInputElement;
    if (!/[\r\n]/.test(words.trim())) return;
    event.preventDefault();
    field.setRangeText(words.trim().replace(/\s+/g, " "), field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    typed(field.value.slice(0, LONGEST));
  };
  const take = (feature: AddressFeature) => {
    const { properties } = feature;
    onInput(properties.label);
    setFault("");
    close();
    onPlace(placeAt(feature));
  };
  const submit = () => {
    const chosen = found[at];
    if (chosen) return take(chosen);
    close();
    const read = placeOf(value);
    setFault(typeof read === "string" ? read : "");
    if (typeof read !== "string") return onPlace(read);
    field.current?.focus();
    onFault?.();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setAt((at) => (at + step + found.length + 1 + 1) % (found.length + 1) - 1);
    } else if (event.key === "Escape" && found.length > 0) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
    }
  };
  const reading = isPosition(value) ? understood(readCoordinates(value)) : "";
  return (
    <div class="address-box">
      <label for={id}>{label}</label>
      <div class="field">
        <input
          ref={field}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={LONGEST}
          value={value}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          aria-describedby={`${id}-reading ${id}-hint`}
          aria-invalid={fault !== ""}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={pressed}
          onPaste={pasted}
          onBlur={close}
        />
        <ul id={`${id}-list`} role="listbox" aria-label={text("web.search.suggestions")} hidden={found.length === 0}>
          {found.map((feature, index) => (
            <li
              key={`${feature.properties.id}-${index}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              // The box keeps the focus, whose loss closes the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(feature)}
            >
              <span>{feature.properties.label}</span> <small>{text(`web.search.type.${feature.properties.type}`)}</small>
            </li>
          ))}
        </ul>
        {button && (
          <button type="button" class="main" onClick={submit}>
            {button}
          </button>
        )}
      </div>
      <p id={`${id}-reading`} class={fault ? "reading fault" : "reading"} role={fault ? "alert" : undefined}>
        {fault || reading}
      </p>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      <p class="unseen" role="status">
        {found.length > 0 ? text("web.search.count", { count: String(found.length) }) : ""}
      </p>
    </div>
  );
}

/** Whether what is typed is meant as coordinates: no letter but those of the compass and of "lon", "lat". */
function isPosition(typed: string): boolean {
  return "position" in readCoordinates(typed);
}

/** The place of an address that was found. */
export function placeAt({ properties: { label, citycode } }: AddressFeature): Place {
  return { kind: "address", q: label, citycode };
}

/** What the words ask about, or what is wrong with them. */
export function placeOf(typed: string): Place | string {
  const reading = readCoordinates(typed);
  if ("position" in reading) {
    const { lon, lat, roundingM } = reading.position;
    // Roughly written coordinates are a rough position: the answer must count with it.
    return { kind: "position", lon, lat, uncertaintyM: roundingM > 10 ? Math.ceil(roundingM) : 0 };
  }
  if (typed.trim() === "") return text("web.search.empty");
  // Numbers alone are coordinates that cannot be read; with words they are an address.
  if (!/\p{L}{3}/u.test(typed)) return understood(reading);
  return { kind: "address", q: typed.trim() };
}
