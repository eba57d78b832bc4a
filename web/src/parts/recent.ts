/** The last questions of this page: in memory alone, gone with the page, and emptied by a button. */
import { signal } from "@preact/signals";
import type { Choice } from "./choice";

/** More would be read more slowly than typed. */
const MOST = 5;

export const recent = signal<readonly Choice[]>([]);

/** Keeps a choice as the last one. */
export function remember(choice: Choice): void {
  if (choice.kind === "none") return;
  const others = recent.value.filter(({ label }) => label !== choice.label);
  recent.value = [choice, ...others].slice(0, MOST);
}

export function forgetAll(): void {
  recent.value = [];
}
