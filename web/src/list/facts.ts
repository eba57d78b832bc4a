/** The facts of a programme that a column of a list may give: those that nobody is eligible without, and declarations. */
import type { Programme } from "../api/client";
import { isKey, text } from "../french/texts";

export interface Fact {
  /** `birth_date`, `school`, or `declared:` and the name of a declaration. */
  role: string;
  /** Its meaning, in French. */
  label: string;
  /** True when nobody is eligible without it. */
  isRequired: boolean;
  /** The folded names of columns that give it, where the service does not tell. */
  names: string[];
}

/** Returns the facts of a programme, those that the service did not describe left out. */
export function factsOf({ required = [], declarations = [] }: Partial<Programme>): Fact[] {
  const usual = required.map((role) => {
    const key = `web.list.role.${role}`;
    return { role, label: isKey(key) ? text(key) : role, isRequired: true, names: [] };
  });
  const declared = declarations.map(({ name, label, required }) => ({
    role: `declared:${name}`,
    label,
    isRequired: required,
    names: [foldedName(name), foldedName(label)],
  }));
  return [...usual, ...declared];
}

/** Words between others, which two writings of a name may not share. */
const CONNECTORS = new Set(["a", "au", "d", "de", "des", "du", "l", "la", "le", "les"]);

/** A name without case, accents, brackets, punctuation and the words between others. */
export function foldedName(name: string): string {
  const plain = name
    .replace(/\([^)]*\)/g, " ")
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  return plain
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "" && !CONNECTORS.has(word))
    .join(" ");
}
