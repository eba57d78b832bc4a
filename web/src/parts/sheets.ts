/** The sheets that a choice of the search box opens. */
import { communeHref, open, sheetHref } from "../router";
import type { Choice } from "./choice";

/** The address within the page of the sheet of a commune or of a neighbourhood; null for another choice. */
export function sheetOf(choice: Choice): string | null {
  if (choice.kind === "commune") return communeHref(choice.insee);
  return choice.kind === "perimeter" ? sheetHref(choice.code) : null;
}

/** Opens the sheet of a commune or of a neighbourhood; returns false for another choice. */
export function openSheet(choice: Choice): boolean {
  const sheet = sheetOf(choice);
  if (sheet) open(sheet);
  return sheet !== null;
}
