/** The suggestions of the service for what is typed: asked for a moment after each key, the former ones abandoned. */
import { useRef, useState } from "preact/hooks";
import { type Suggestion, suggestAll } from "../api/client";
import { isNoAddress, readCoordinates, wordsMeant } from "../french/coordinates";
import { readShortPlusCode } from "../french/position/plus-code";
import { type Option, optionOf } from "./choice";
import { useLatestCall } from "./latest-call";
import { shortCodeOptions } from "./short-plus-code";

/** Pause after a key before suggestions are requested, milliseconds. */
const PAUSE_MS = 80;
const SHORTEST = 2;
/** No person waits longer for the meaning of a name before it is asked as an address, milliseconds. */
const LONGEST_WAIT_MS = 2_000;

export interface Suggestions {
  found: readonly Option[];
  seek: (words: string) => void;
  close: () => void;
  /** Returns the suggestions of these words at once, those that are there or those asked for now; none when that fails. */
  all: (words: string) => Promise<readonly Option[]>;
  show: (options: readonly Option[]) => void;
}

/** Asks what words may mean. */
export type Suggest = (words: string, stop: AbortSignal) => Promise<readonly Suggestion[]>;

export function useSuggestions(suggest: Suggest = suggestAll): Suggestions {
  const [found, setFound] = useState<readonly Option[]>([]);
  const known = useRef<{ words: string; options: readonly Option[] } | null>(null);
  const latest = useLatestCall();
  const close = () => {
    latest.abort();
    setFound([]);
  };
  const ask = async (words: string, signal: AbortSignal) => {
    const short = readShortPlusCode(words);
    const options = short
      ? await shortCodeOptions(short, signal)
      : (await suggest(words, signal)).map(optionOf);
    known.current = { words, options };
    return options;
  };
  const seek = (typed: string) => {
    close();
    const signal = latest.start();
    const words = wordsMeant(typed);
    if (words.trim().length < SHORTEST || !mayBeName(words)) return;
    setTimeout(() => {
      if (signal.aborted) return;
      // Without suggestions the box works all the same: the check itself will say what is wrong.
      ask(words, signal).then(
        (options) => signal.aborted || setFound(options),
        () => undefined,
      );
    }, PAUSE_MS);
  };
  const all = async (typed: string) => {
    const words = wordsMeant(typed);
    if (!mayBeName(words)) return [];
    if (known.current?.words === words) return known.current.options;
    const stop = AbortSignal.any([latest.start(), AbortSignal.timeout(LONGEST_WAIT_MS)]);
    return ask(words, stop).catch(() => []);
  };
  return { found, seek, close, all, show: setFound };
}

/** Checks that the letters of the words may name something: those of a link, or of an unreadable notation, do not. */
export function mayBeName(words: string): boolean {
  const reading = readCoordinates(words);
  return "fault" in reading && (!isNoAddress(reading.fault) || readShortPlusCode(words) !== null);
}

/** Checks that the words are coordinates. */
export function isPosition(typed: string): boolean {
  return "position" in readCoordinates(typed);
}
