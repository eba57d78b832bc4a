/** The findings of programmes in the order a person needs them, and the fields that complete what is missing. */
import type { CheckAnswer, Condition, Eligibility } from "../api/client";
import { isKey, text } from "../french/texts";
import type { Tone } from "../map/scene";

/** A part of the form that can be wanting. */
export type FormPart = "birth_date" | "school" | "address" | "declared";

/** The conditions of each rule, those that the result rests on first. */
export function byRule(conditions: Condition[]): { rule: number; conditions: Condition[] }[] {
  const rules = [...new Set(conditions.map(({ rule }) => rule))];
  return rules.map((rule) => ({
    rule,
    conditions: conditions
      .filter((condition) => condition.rule === rule)
      .sort((a, b) => Number(b.decisive) - Number(a.decisive)),
  }));
}

/** A field that supplies what is missing. */
export interface Completing {
  field: FormPart;
  /** The fact of `declared`, if it is one. */
  fact?: string;
}

/** Returns the field that supplies something missing; null when no person can supply it (a layer, a list). */
export function completing(
  missing: string,
  { conditions, subject }: Pick<Eligibility, "conditions" | "subject">,
): Completing | null {
  const about = conditions.find(({ truth, message }) => truth === "unknown" && message === missing);
  if (!about || /not_imported|not_told/.test(about.finding)) return null;
  const fields: Record<string, FormPart> = {
    age: "birth_date",
    school: "school",
    declared: "declared",
    number: "declared",
    date: "declared",
    running: "declared",
    zone: "address",
    qpv: "address",
    layer: "address",
    in: about.finding === "declaration_missing" ? "declared" : "address",
    commune: "address",
  };
  const field = fields[about.condition];
  // A building has no address: its outline is what it is.
  if (!field || (subject === "building" && field !== "declared")) return null;
  return field === "declared" && about.about ? { field, fact: about.about } : { field };
}

/** Four results, four shapes: those of the zones. */
const TONES: Record<string, Tone> = {
  eligible: "qpv",
  outside_rule_possible: "band_300m",
  undetermined: "undetermined",
  not_eligible: "outside",
};

export function toneOf(result: string): Tone {
  return TONES[result] ?? "undetermined";
}

/** The truth of what a rule asks, in a word or two. */
export function truthOf({ truth, negated }: Condition): string {
  // The rule asks that it does not hold: the word is of what the rule asks, the sentence of what was found.
  const key = negated ? `eligibility.truth.negated.${truth}` : `eligibility.truth.${truth}`;
  return text(isKey(key) ? key : "eligibility.truth.unknown");
}

/** The eligibilities of an answer, those that open a right first. */
export function eligibilitiesOf({ eligibility, eligibilities }: CheckAnswer): Eligibility[] {
  const all = eligibility ? [eligibility] : (eligibilities ?? []);
  const rank = ({ result }: Eligibility) => Object.keys(TONES).indexOf(result);
  return [...all].sort((a, b) => rank(a) - rank(b));
}

/** How many programmes have each result, in words: `Éligible : 1, non éligible : 2`. */
export function countsInWords(eligibilities: Eligibility[]): string {
  const counts = Object.keys(TONES).flatMap((result) => {
    const count = eligibilities.filter((eligibility) => eligibility.result === result).length;
    const key = `web.eligibility.count.${result}`;
    return count > 0 && isKey(key) ? [text(key, { count: String(count) })] : [];
  });
  const words = counts.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
