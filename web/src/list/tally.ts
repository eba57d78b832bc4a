/** The results of a list as the page shows them: counts by result and neighbourhood, rows to look at first. */

import { isKey, text } from "../french/texts";
import type { Focus, ResultPoints, Tone } from "../map/scene";
import type { Bundle, Counts, NotedRows, ResultCounts, RowPoint } from "./api";
import type { WorkRow } from "./work/rows";

/** One line of bars. */
export interface CountBar {
  label: string;
  /** The code of the neighbourhood, when the label is only that. */
  code?: string;
  count: number;
  tone: Tone;
  /** Those of them who are eligible, with a programme. */
  eligible?: number;
  undetermined?: number;
}

/** Rows with the same difficulty. */
export interface Difficulty extends NotedRows {
  message: string;
}

const ZONES = ["qpv", "band_300m", "outside", "undetermined"] as const;
const OUTCOMES = ["eligible", "outside_rule_possible", "undetermined", "not_eligible"] as const;

/** The tone of each result, of a zone or of a programme. */
const TONES: Record<string, Tone> = {
  qpv: "qpv",
  band_300m: "band_300m",
  outside: "outside",
  undetermined: "undetermined",
  eligible: "qpv",
  outside_rule_possible: "band_300m",
  not_eligible: "outside",
};

export function toneOf(result: string): Tone {
  return TONES[result] ?? "plain";
}

/** A result in words. */
export function resultName(result: string): string {
  const key = `web.list.result.${result}`;
  return isKey(key) ? text(key) : result;
}

/** The results that a list can have, in the order they are shown in. */
function resultsOf({ people }: Counts): readonly string[] {
  return people ? OUTCOMES : ZONES;
}

/** Counts the rows by result. */
export function byResult(counts: Counts): CountBar[] {
  const all = counts.people ? Object.values(counts.people.all)[0] : counts.zones;
  const found: Partial<Record<string, number>> = all ?? {};
  const bars = resultsOf(counts).map(
    (result): CountBar => ({
      label: resultName(result),
      count: found[result] ?? 0,
      tone: toneOf(result),
    }),
  );
  // With a programme, a row without an answer counts as undetermined.
  const unanswered = counts.people
    ? 0
    : Object.values(counts.errors).reduce((sum, { rows }) => sum + rows, 0);
  return unanswered > 0
    ? [...bars, { label: resultName("none"), count: unanswered, tone: "plain" }]
    : bars;
}

/** Counts the rows as they are now, with corrections, by result. */
export function byRows(counts: Counts, rows: readonly WorkRow[]): CountBar[] {
  const found = new Map<string, number>();
  for (const { result } of rows) found.set(result, (found.get(result) ?? 0) + 1);
  const bars = [...resultsOf(counts), "none"].map(
    (result): CountBar => ({
      label: resultName(result),
      count: found.get(result) ?? 0,
      tone: toneOf(result),
    }),
  );
  return bars.filter(({ count }, at) => count > 0 || at < bars.length - 1);
}

/** Counts the rows that surely lie in each neighbourhood, most first. */
export function byQpv({ people, code_qp }: Counts, points: RowPoint[]): CountBar[] {
  const bars: CountBar[] = people
    ? Object.entries(people.qpv).map(([label, outcomes]) => ({
        label,
        tone: "qpv",
        ...ofPeople(outcomes),
      }))
    : Object.entries(code_qp ?? {}).map(([code, all]) => ({
        label: code,
        code,
        tone: "qpv",
        ...ofRows(code, all, points),
      }));
  return bars.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label, "fr"));
}

/**
 * Counts the rows that are surely in a neighbourhood. The service counts rows by their best position; those with a line
 * too near are to be verified. Every sure row has a point.
 */
function ofRows(
  code: string,
  all: number,
  points: RowPoint[],
): Pick<CountBar, "count" | "undetermined"> {
  const isSure = ({ properties: { result, code_qp } }: RowPoint) =>
    result === "qpv" && code_qp?.split(" ").includes(code);
  const count = points.filter(isSure).length;
  return { count, undetermined: Math.max(0, all - count) };
}

function ofPeople(outcomes: ResultCounts): Pick<CountBar, "count" | "eligible" | "undetermined"> {
  const count = OUTCOMES.reduce((sum, result) => sum + outcomes[result], 0);
  return { count, eligible: outcomes.eligible, undetermined: outcomes.undetermined };
}

/** Why rows have no flat answer, most frequent first. */
export function difficulties({ doubts = {}, errors }: Counts): Difficulty[] {
  const notes = [
    ...Object.entries(doubts).map(([code, noted]) => ({
      ...noted,
      message: sentence(`check.doubt.${code}`, code),
    })),
    ...Object.entries(errors).map(([code, noted]) => ({
      ...noted,
      message: sentence(`web.list.row.${code}`, code),
    })),
  ];
  return notes.sort((a, b) => b.rows - a.rows);
}

function sentence(key: string, code: string): string {
  return isKey(key) ? text(key) : text("web.list.row.other", { code });
}

/** The rows whose place is known and whose result is not. */
export function toVerify(points: RowPoint[]): RowPoint[] {
  return points.filter(({ properties }) => properties.result === "undetermined");
}

/** The points as the map takes them. */
export function onMap({ points }: Bundle): ResultPoints {
  const features = points.map(({ type, geometry, properties: { row, result, label } }) => ({
    type,
    geometry,
    properties: { row, label, tone: toneOf(result) },
  }));
  return { type: "FeatureCollection", features };
}

/** The box that holds all points; nothing when there is none. */
export function boxOf(points: RowPoint[]): Focus | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of points) {
    const [lon, lat] = geometry.coordinates;
    [west, south, east, north] = [
      Math.min(west, lon),
      Math.min(south, lat),
      Math.max(east, lon),
      Math.max(north, lat),
    ];
  }
  return points.length > 0 ? { box: [west, south, east, north] } : undefined;
}
