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
  const declared = declarations.map(({ name, label, required, columns = [] }) => ({
    role: `declared:${name}`,
    label,
    isRequired: required,
    names: [name, label, ...columns].map(foldedName),
  }));
  return [...usual, ...declared];
}

/** Words that two writings of a name may not share: between others, for the person, of a question. */
const ASIDE = new Set(
  (
    "a au d de des du l la le les est etes il elle on vous et ou enfant enfants eleve eleves jeune jeunes mineur " +
    "beneficiaire usager adherent participant stagiaire candidat apprenant interesse habitant personne"
  ).split(" "),
);
/** Ends of words that stand for the other gender or the plural: `demandeur(se)`, `inscrit·e·s`. */
const GENDER_ENDS = new Set(
  (
    "e es s se ses euse euses rice rices trice trices ere eres iere ieres enne ennes ienne iennes ive ives te tes ee " +
    "ees ne nes"
  ).split(" "),
);
/** Ends of feminine words without a final `e` or `s`, and those of the masculine ones. */
const FEMININE_ENDS = [
  ["tric", "teur"],
  ["eus", "eur"],
  ["enn", "en"],
  ["onn", "on"],
  ["iv", "if"],
] as const;

/** A name without case, accents, brackets, punctuation, gender, number and words aside: as the service compares it. */
export function foldedName(name: string): string {
  const plain = name
    .replace(/\([^)]*\)/g, "")
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  return plain
    .split(/[^a-z\d]+/)
    .filter((word, at) => word !== "" && !ASIDE.has(word) && (at === 0 || !GENDER_ENDS.has(word)))
    .map(masculine)
    .filter((word, at, words) => word !== words[at - 1])
    .join(" ");
}

function masculine(word: string): string {
  const stem = word.replace(/e*s*$/, "");
  if (stem.length < 3) return word;
  const ends = stem.length < word.length ? FEMININE_ENDS : [];
  const found = ends.find(([feminine]) => stem.endsWith(feminine));
  return found ? stem.slice(0, -found[0].length) + found[1] : stem;
}
