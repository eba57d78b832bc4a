/** The vintages of perimeters that the service has loaded: their names, which is in force, which codes are theirs. */
import { computed, signal } from "@preact/signals";
import type { Ready } from "../api/client";
import type { Palette } from "./palette";

/** A loaded vintage, as the service describes it. */
export type LoadedVintage = Ready["vintages"][number];

/** Whether a vintage is in force today. */
export type VintageState = "past" | "current" | "coming";

/** The vintages loaded, oldest first; none until the service has answered. */
export const vintages = signal<readonly LoadedVintage[]>([]);

/** True until the service has said which vintages there are, or failed to. */
export const areVintagesAsked = signal(true);

/** The one in force; the newest where none is. */
export const current = computed<string | undefined>(
  () =>
    (vintages.value.findLast(({ state }) => state === "current") ?? vintages.value.at(-1))?.vintage,
);

/** Returns whether a vintage is in force; one that is not known counts as such. */
export function stateOf(vintage: string | null | undefined): VintageState {
  const known = vintages.value.find((known) => known.vintage === vintage);
  return (known?.state as VintageState | undefined) ?? "current";
}

/** The colour of the perimeters of a vintage. */
export function inkOf(vintage: string | null | undefined, { qpv, qpv_past }: Palette): string {
  return stateOf(vintage) === "past" ? qpv_past : qpv;
}

/** Returns the vintage whose codes have the form of this one; the newest of several. */
export function vintageOf(code: string): string | undefined {
  return vintages.value.findLast(({ codes }) => formOf(codes).test(code))?.vintage;
}

/** `QN{dep}##[NMI]`, with three characters for the department and a digit for each `#`. */
function formOf(codes: string): RegExp {
  return new RegExp(`^${codes.replace("{dep}", "...").replaceAll("#", "\\d")}$`);
}

/** The vintage that a vintage replaced. */
export function predecessor(vintage: string): string | undefined {
  return vintages.value.find((known) => known.vintage === vintage)?.predecessor ?? undefined;
}

/** The vintage that replaced a vintage. */
export function successor(vintage: string): string | undefined {
  return vintages.value.find((known) => known.predecessor === vintage)?.vintage;
}

/** Two vintages to compare. */
export interface VintagePair {
  from: string;
  to: string;
}

/** The last two of which one replaced the other and is in force; the first two where none is. */
export const usualPair = computed<VintagePair | null>(() => {
  const pairs = vintages.value.flatMap(({ vintage, predecessor, state }) =>
    predecessor && vintages.value.some((other) => other.vintage === predecessor)
      ? [{ from: predecessor, to: vintage, state }]
      : [],
  );
  const found = pairs.findLast(({ state }) => state !== "coming") ?? pairs[0];
  return found ? { from: found.from, to: found.to } : null;
});
