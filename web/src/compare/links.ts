/** The addresses of comparisons within the page. */
import { href, replace } from "../router";
import { type CompareQuery, writeQuery } from "./query";

/** Returns the address of a comparison within the page. */
export function compareHref(query: CompareQuery): string {
  return href("comparer", writeQuery(query));
}

/** Shows a comparison in another way, without a step of the back button. */
export function amend(query: CompareQuery): void {
  replace(compareHref(query));
}
