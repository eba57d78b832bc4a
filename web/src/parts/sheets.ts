/** The sheets that a choice of the search box opens. */
import { communeHref, open, sheetHref } from "../router";
import type { Choice } from "./choice";

/** Opens the sheet of a commune or of a neighbourhood; returns false for another choice. */
export function openSheet(choice: Choice): boolean {
  if (choice.kind === "commune") open(communeHref(choice.insee));
  else if (choice.kind === "perimeter") open(sheetHref(choice.code));
  else return false;
  return true;
}
