/**
 * Which view is open, kept in the address after `#` so that links and the back button work. Only what is public stands
 * there (a view, the code of a neighbourhood or of an area): never an address, a position or a person.
 */
import { signal } from "@preact/signals";
import { type Asked, readAsked, writeAsked } from "./compare/query";

/** The views, in the order of the menu. */
export const VIEWS = ["verifier", "enfant", "liste", "carte", "comparer", "batiment"] as const;
export type View = (typeof VIEWS)[number];

/** Former names of views, still found in links. */
const FORMER_NAMES: Record<string, View> = { emprise: "batiment" };

export interface Route {
  view: View;
  /** A neighbourhood whose sheet is open. */
  qpv: string | null;
  /** What is compared. */
  compared: Asked;
}

/** The view that is open. */
export const route = signal<Route>(read(location.hash));

let mayLeave = () => true;

addEventListener("hashchange", () => {
  const to = read(location.hash);
  const { view, qpv } = route.value;
  // Refused: the address is put back, which tells nobody.
  if (to.view !== view && !mayLeave()) history.replaceState(null, "", href(view, qpv));
  else route.value = to;
});

/** Asks `question` before another view is opened, until the function returned is called. */
export function askBeforeLeaving(question: () => boolean): () => void {
  mayLeave = question;
  return () => (mayLeave = () => true);
}

/** The address of a view within the page, for links. */
export function href(view: View, qpv: string | null = null): string {
  return `#/${view}${qpv ? `?qpv=${encodeURIComponent(qpv)}` : ""}`;
}

/** The address of a comparison within the page. */
export function hrefOf(asked: Asked): string {
  const query = writeAsked(asked);
  return `${href("comparer")}${query ? `?${query}` : ""}`;
}

/** Shows a comparison in another way: the back button goes on to lead to where one came from. */
export function amend(asked: Asked): void {
  history.replaceState(null, "", hrefOf(asked));
  route.value = read(location.hash);
}

/** The full address of a place within the page, to be sent to others: it holds no address, no position, no person. */
export function linkTo(within: string): string {
  return new URL(within, document.baseURI).href;
}

/** Opens a view. */
export function open(view: View, qpv: string | null = null): void {
  location.hash = href(view, qpv);
}

function read(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query);
  const qpv = asked.get("qpv")?.toUpperCase() ?? null;
  const renamed = FORMER_NAMES[path];
  // People copy the address they see: it should be the one that is documented.
  if (renamed) history.replaceState(null, "", href(renamed));
  const view = renamed ?? VIEWS.find((view) => view === path) ?? "verifier";
  return {
    view,
    qpv: qpv && /^Q[PN][0-9A-Z]{6}$/.test(qpv) ? qpv : null,
    compared: readAsked(asked),
  };
}
