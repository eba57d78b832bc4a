/**
 * The open view and its query, kept in the address after `#` so that links and the back button work. Only what is public
 * stands there (a view, the code of a neighbourhood or of an area): never an address, a position or a person. Each view
 * reads its own query.
 */
import { signal } from "@preact/signals";

/** The views of the menu, in its order. */
export const MENU = ["verifier", "enfant", "liste", "carte", "comparer", "batiment"] as const;
/** The views that the foot of the page leads to: asked for rarely, and drawn without a map. */
export const FOOT_VIEWS = ["rapport", "integrer"] as const;
/** All views: the sheet of a commune is opened by a search or a link. */
const VIEWS = [...MENU, ...FOOT_VIEWS, "commune"] as const;
export type View = (typeof VIEWS)[number];

/** Former names of views, still found in links. */
const FORMER_NAMES: Record<string, View> = { emprise: "batiment" };

export interface Route {
  view: View;
  /** The part after `?`, as written. */
  query: string;
}

/** The view that is open. */
export const route = signal<Route>(read(location.hash));

let mayLeave = () => true;

addEventListener("hashchange", () => {
  const to = read(location.hash);
  const { view, query } = route.value;
  // Refused: the former address is put back, which fires no event.
  if (to.view !== view && !mayLeave()) history.replaceState(null, "", href(view, query));
  else route.value = to;
});

/** Asks `question` before another view is opened, until the returned function is called. */
export function askBeforeLeaving(question: () => boolean): () => void {
  mayLeave = question;
  return () => (mayLeave = () => true);
}

/** Returns the address of a view within the page, for links. */
export function href(view: View, query = ""): string {
  return `#/${view}${query ? `?${query}` : ""}`;
}

/** Returns the address of the sheet of a neighbourhood within the page. */
export function sheetHref(code: string): string {
  return href("carte", `qpv=${encodeURIComponent(code)}`);
}

/** Returns the address of the sheet of a commune within the page. */
export function communeHref(insee: string): string {
  return href("commune", `insee=${encodeURIComponent(insee)}`);
}

/** Returns the full address of a place within the page, to be sent to others. */
export function linkTo(within: string): string {
  // From the folder of the service: a frame has an address of its own beside the page's.
  return new URL(within, new URL("./", document.baseURI)).href;
}

/** Opens an address within the page. */
export function open(within: string): void {
  location.hash = within;
}

/** Opens an address in place of the current one, so that the back button still leads to the page before. */
export function replace(within: string): void {
  // An address that was opened meanwhile, and is not read yet, goes first.
  const { view, query } = read(location.hash);
  if (view !== route.value.view || query !== route.value.query) return;
  history.replaceState(null, "", within);
  route.value = read(location.hash);
}

/** Reads the view and its query from the part of an address after `#`. */
function read(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const renamed = FORMER_NAMES[path];
  // People copy the address they see: it should be the one that is documented.
  if (renamed) history.replaceState(null, "", href(renamed, query));
  return {
    view: renamed ?? VIEWS.find((view) => view === path) ?? "verifier",
    query,
  };
}
