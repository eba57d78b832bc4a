/** The findings of a programme in the order a person needs them, and the fields that complete what is missing. */
import type { Condition } from "../api/client";

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

/** Returns the field that supplies something missing; null when no person can supply it (a layer, a list). */
export function completing(missing: string, conditions: Condition[]): FormPart | null {
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
  return fields[about.condition] ?? null;
}
