/**
 * The question and answer of Check, kept while another view is open: other views hand over a point here, so that it never
 * stands in the page's address.
 */
import { signal } from "@preact/signals";
import { Inquiry, type PlaceQuestion } from "../answer/inquiry";
import { isUnread, readDay } from "../french/dates";
import type { PlacedPosition } from "../map/scene";
import { type Place, placeOf } from "../parts/place";
import { href, open } from "../router";

export const inquiry = new Inquiry();
/** The words of the box, as typed. */
export const typed = signal("");
/** The day asked, as typed. */
export const day = signal("");
/** The question last asked, and whether other words were typed since. */
const last = signal<PlaceQuestion | null>(null);
const isRetyped = signal(false);

/** Asks about a place on the day typed; `isSought` when the map is to go there. */
export function ask(place: Place, isSought = true): void {
  isRetyped.value = false;
  pose({ place, on: null, placed: null, person: null, isSought });
}

/** Takes the words of the box as they are typed. */
export function type(words: string): void {
  typed.value = words;
  isRetyped.value = true;
}

/** Takes the day as it is typed: an answer of another day does not stand beside it. */
export function typeDay(words: string): void {
  day.value = words;
  last.value = inquiry.state.value.question ?? last.value;
  inquiry.clear();
}

/**
 * Asks the same on the day typed now, a point of the map or a door that was shown there included; other words are asked
 * instead once they are typed. Returns the fault of words that are no place.
 */
export function askAgain(): string {
  if (last.value && !isRetyped.value) {
    pose(last.value);
    return "";
  }
  const place = placeOf(typed.value);
  if (typeof place === "string") return place;
  ask(place);
  return "";
}

/** Asks about today instead of another day; without an answer there is nothing to ask again. */
export function askToday(): void {
  const hadAnswer = inquiry.state.value.question !== null;
  typeDay("");
  if (hadAnswer && last.value) pose(last.value);
}

function pose(question: PlaceQuestion): void {
  last.value = { ...question, on: readDay(day.value) };
  // An unreadable day is no question: the field says so.
  if (isUnread(day.value)) inquiry.clear();
  else inquiry.ask(last.value);
}

/** The place of a point shown on the map. */
export function pointAt(at: PlacedPosition): Place {
  return { kind: "position", ...at };
}

/** Opens Check with a place that was found elsewhere. */
export function checkPlace(place: Place, words: string): void {
  typed.value = words;
  ask(place);
  open(href("verifier"));
}

/** Opens Check with a point of the map. */
export function checkPoint(at: PlacedPosition): void {
  typed.value = "";
  ask(pointAt(at));
  open(href("verifier"));
}
