/** The order in which programmes are offered: those of the department first, then those of the country, ended ones apart. */
import type { Programme } from "../api/client";
import { formatDay } from "../french/dates";
import { text, typeset } from "../french/texts";

/** Where programmes are in force; each group has its title. */
export type ProgrammeGroupKind = "here" | "everywhere" | "elsewhere" | "ended";

export interface ProgrammeGroup {
  kind: ProgrammeGroupKind;
  title: string;
  programmes: Programme[];
}

const KINDS: readonly ProgrammeGroupKind[] = ["here", "everywhere", "elsewhere", "ended"];

/** Puts programmes into groups, none of them empty; `on` is the day asked, `YYYY-MM-DD`. */
export function groupProgrammes(
  programmes: readonly Programme[],
  department: string | null,
  on: string,
): ProgrammeGroup[] {
  const kindOf = ({ until, departments = [] }: Programme): ProgrammeGroupKind => {
    if (until && until < on) return "ended";
    if (departments.length === 0) return "everywhere";
    return department && departments.includes(department) ? "here" : "elsewhere";
  };
  return KINDS.map((kind) => ({
    kind,
    title: titleOf(kind, department !== null),
    programmes: programmes.filter((programme) => kindOf(programme) === kind),
  })).filter(({ programmes }) => programmes.length > 0);
}

function titleOf(kind: ProgrammeGroupKind, isPlaceKnown: boolean): string {
  // Without a department nothing is « other ».
  if (kind === "elsewhere" && !isPlaceKnown) return text("web.programmes.local");
  return text(`web.programmes.${kind}`);
}

/**
 * The programme that is ticked until a person chooses: the first of the whole country. That of a town would be wrong in the next
 * one of its department.
 */
export function usualProgramme(programmes: readonly Programme[], on: string): Programme[] {
  const groups = groupProgrammes(programmes, null, on);
  const group = groups.find(({ kind }) => kind === "everywhere") ?? groups[0];
  return group?.programmes.slice(0, 1) ?? [];
}

/** Returns a programme's name with its end, past or to come; `on` is the day asked, `YYYY-MM-DD`. */
export function describeProgramme(
  { name, until, runs_until: last }: Programme,
  on: string,
): string {
  const words = typeset(name);
  if (!until) return words;
  const day = formatDay(until);
  if (until >= on) return text("web.programmes.until", { name: words, day });
  if (!last || last < on) return text("web.programmes.ended.on", { name: words, day });
  return text("web.programmes.ended.with_rights", { name: words, day, last: formatDay(last) });
}
