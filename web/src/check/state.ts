/**
 * The question and answer of Check, kept while another view is open: other views hand over a point here, so that it never
 * stands in the page's address.
 */
import { signal } from "@preact/signals";
import { Inquiry } from "../answer/inquiry";
import { isUnread, readDay } from "../french/dates";
import type { Position } from "../map/scene";
import type { Place } from "../parts/address-box";
import { href, open } from "../router";

export const inquiry = new Inquiry();
/** The words of the box, as typed. */
export const typed = signal("");
/** The day asked, as typed. */
export const day = signal("");

/** Asks about a place on the day typed; `isSought` when the map is to go there. */
export function ask(place: Place, isSought = true): void {
  // An unreadable day is no question: the field says so.
  if (isUnread(day.value)) inquiry.clear();
  else inquiry.ask({ place, on: readDay(day.value), placed: null, person: null, isSought });
}

/** The place of a point shown on the map. */
export function pointAt({ lon, lat }: Position): Place {
  return { kind: "position", lon, lat };
}

/** Opens Check with a point of the map. */
export function checkPoint(at: Position): void {
  typed.value = "";
  ask(pointAt(at));
  open(href("verifier"));
}
