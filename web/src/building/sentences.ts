/** The sentences of the answer for a building, part by part, with the doubt where a published line is too near. */
import { truthOf } from "../answer/eligibility";
import type { BuildingAnswer, Eligibility } from "../api/client";
import { describeDistance } from "../french/messages";
import { text, typeset } from "../french/texts";
import type { Tone } from "../map/scene";

/** One cell: an answer, and whether it has to be verified. */
export interface TableCell {
  yes: boolean;
  isDoubtful: boolean;
}

/** One line of the table. */
export interface TableLine {
  where: "qpv" | "within_300m" | "within_500m";
  any: TableCell;
  every: TableCell;
}

const LIMITS_M = { qpv: 0, within_300m: 300, within_500m: 500 } as const;

/** The table. The service says that a limit is too near for one of the two parts; the distances say for which. */
export function lines(building: BuildingAnswer): TableLine[] {
  return (Object.keys(LIMITS_M) as TableLine["where"][]).map((where) => {
    const { any_part, every_part, near_boundary } = building[where];
    const isNear = (distance: number | null | undefined) =>
      typeof distance === "number" && Math.abs(distance - LIMITS_M[where]) <= building.precision_m;
    const near = [isNear(building.nearest_m), isNear(building.farthest_m)] as const;
    // Neither: the doubt is then counted for both.
    const both = near_boundary && !near[0] && !near[1];
    return {
      where,
      any: { yes: any_part, isDoubtful: near_boundary && (near[0] || both) },
      every: { yes: every_part, isDoubtful: near_boundary && (near[1] || both) },
    };
  });
}

/** A cell in words. */
export function describeCell({ yes, isDoubtful }: TableCell): string {
  const word = text(yes ? "web.building.yes" : "web.building.no");
  return isDoubtful ? `${word}, ${text("web.building.verify")}` : word;
}

export function toneOfCell({ yes, isDoubtful }: TableCell): Tone {
  if (isDoubtful) return "undetermined";
  return yes ? "qpv" : "outside";
}

/** Lists why a result is so: its note, the conditions that decide, or all of them when no rule takes the building, what is missing, and its annexes. */
function reasons({ conditions, missing, rule, result, annexes }: Eligibility): string[] {
  const decisive = conditions.filter(({ decisive }) => decisive).map(({ message }) => message);
  const note = rule?.note ? [rule.note] : [];
  const found =
    result === "not_eligible"
      ? conditions.map((condition) => `${truthOf(condition)} : ${condition.message}`)
      : [...decisive, ...missing];
  const apart = (annexes ?? []).map(({ message }) => message);
  return [...new Set([...note, ...found, ...apart])].map(typeset);
}

/** The answer as plain text, to be copied. */
export function asText(
  building: BuildingAnswer,
  eligibilities: Eligibility[],
  areaWords: string,
  day: string,
): string {
  const table = lines(building).map(
    ({ where, any, every }) =>
      `${text(`web.building.answer.${where}`)} : ${text("web.building.answer.any")} : ${describeCell(any)} ; ${text("web.building.answer.every")} : ${describeCell(every)}`,
  );
  return [
    ...eligibilities.flatMap((eligibility) => [
      eligibility.name,
      typeset(eligibility.message),
      ...reasons(eligibility),
    ]),
    ...table,
    `${text("web.building.nearest")} : ${describeDistance(building.nearest_m)}`,
    `${text("web.building.farthest")} : ${describeDistance(building.farthest_m)}`,
    `${text("web.building.area")} : ${areaWords}`,
    ...(day ? [`${text("web.building.day")} : ${day}`] : []),
    text("answer.origin", {
      vintage: building.vintage,
      digest: building.dataset.digest.slice(0, 12),
    }),
    text("web.footer.legal"),
  ].join("\n");
}
