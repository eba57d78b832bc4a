/**
 * The one search box: an address with suggestions as it is typed, or pasted coordinates. What is typed is sent in bodies
 * only, and kept nowhere.
 */
import { useState } from "preact/hooks";
import { type AddressFeature, suggest } from "../api/client";
import { readCoordinates, type WrittenCoordinates } from "../french/coordinates";
import { understood } from "../french/messages";
import { text } from "../french/texts";
import { hasAddresses } from "../map/layers";
import { Combobox } from "./combobox";
import { useLatestCall } from "./latest-call";

/** The place that a question is about. */
export type Place =
  | { kind: "address"; q: string; citycode?: string }
  | {
      kind: "position";
      lon: number;
      lat: number;
      /** The coordinates as a person typed them; absent for a point of the map, which is exact. */
      written?: WrittenCoordinates;
    };

/** Pause after a key before suggestions are requested, milliseconds. */
const PAUSE_MS = 80;
const SHORTEST = 3;
/** Longest text that the service accepts, characters. */
const LONGEST = 200;

interface Props {
  label: string;
  hint: string;
  value: string;
  /** Called for every change of the words. */
  onInput: (typed: string) => void;
  /** Called with the place, when a suggestion is taken or Enter is pressed. */
  onPlace: (place: Place) => void;
  /** Called when the words cannot be read as a place. */
  onFault?: () => void;
  /** The words of a button that asks; none when the form around has its own. */
  submit?: string;
  /** The fault found by the form around. */
  fault?: string;
}

export function AddressBox({
  label,
  hint,
  value,
  onInput,
  onPlace,
  onFault,
  submit,
  fault: formFault = "",
}: Props) {
  const { found, seek, close } = useSuggestions();
  const [ownFault, setFault] = useState("");
  const type = (words: string) => {
    onInput(words);
    setFault("");
    seek(words);
  };
  const take = (feature: AddressFeature) => {
    onInput(feature.properties.label);
    setFault("");
    onPlace(placeAt(feature));
  };
  const read = () => {
    const place = placeOf(value);
    const isRead = typeof place !== "string";
    setFault(isRead ? "" : place);
    if (isRead) onPlace(place);
    else onFault?.();
    return isRead;
  };
  return (
    <Combobox
      {...{ label, hint, value, found, submit }}
      longest={LONGEST}
      list={{
        label: text("web.search.suggestions"),
        count: text("web.search.count", { count: String(found.length) }),
      }}
      option={optionOf}
      onInput={type}
      onTake={take}
      onSubmit={read}
      onClose={close}
      reading={isPosition(value) ? understood(readCoordinates(value)) : ""}
      fault={ownFault || formFault}
    />
  );
}

/** The addresses that what is typed may become, asked for a moment after each key. */
function useSuggestions() {
  const [found, setFound] = useState<AddressFeature[]>([]);
  const latest = useLatestCall();
  const close = () => {
    latest.abort();
    setFound([]);
  };
  const seek = (words: string) => {
    close();
    const signal = latest.start();
    if (words.trim().length < SHORTEST || isPosition(words) || !hasAddresses()) return;
    setTimeout(() => {
      if (signal.aborted) return;
      // Without suggestions the box works all the same: the check itself will say what is wrong.
      suggest(words, signal).then(
        (found) => signal.aborted || setFound(found),
        () => undefined,
      );
    }, PAUSE_MS);
  };
  return { found, seek, close };
}

function optionOf({ properties: { id, label, type } }: AddressFeature) {
  return { key: id, name: label, detail: text(`web.search.type.${type}`) };
}

/** Checks that the words are coordinates: no letter but those of the compass and of "lon", "lat". */
function isPosition(typed: string): boolean {
  return "position" in readCoordinates(typed);
}

/** The place of an address that was found. */
export function placeAt({ properties: { label, citycode } }: AddressFeature): Place {
  return { kind: "address", q: label, citycode };
}

/** Returns the place meant by the words, or the fault in them. */
export function placeOf(typed: string): Place | string {
  const reading = readCoordinates(typed);
  if ("position" in reading) {
    // Roughly written coordinates are a rough position: the service counts their decimals.
    const { lon, lat, written } = reading.position;
    return { kind: "position", lon, lat, written };
  }
  if (typed.trim() === "") return text("web.search.empty");
  // Numbers alone are coordinates that cannot be read; with words they are an address.
  if (!/\p{L}{3}/u.test(typed)) return understood(reading);
  return { kind: "address", q: typed.trim() };
}
