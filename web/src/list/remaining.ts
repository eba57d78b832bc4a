/** The time a run still takes, estimated from its speed so far and rounded as roughly as the estimate is. */

import { formatCount, text } from "../french/texts";
import type { Progress } from "./api";

/** The beginning of the work, once the list is all there. */
export type ProgressStart = Pick<Progress, "elapsed_ms"> & { fraction: number };

/** Too early to judge before this time and this share. */
const SOONEST_MS = 1500;
const LEAST = 0.02;

/** Milliseconds left; null when it is too early to say. */
export function remainingMs(
  began: ProgressStart | null,
  { fraction, elapsed_ms }: Pick<Progress, "fraction" | "elapsed_ms">,
): number | null {
  if (!began || typeof fraction !== "number") return null;
  const [done, took] = [fraction - began.fraction, elapsed_ms - began.elapsed_ms];
  return done < LEAST || took < SOONEST_MS ? null : (took / done) * (1 - fraction);
}

/** The time left in words: rounded up to ten seconds, then to minutes, then to quarters of an hour. */
export function describeRemaining(leftMs: number | null): string {
  if (leftMs === null) return text("web.list.left.unknown");
  const seconds = leftMs / 1000;
  if (seconds <= 10) return text("web.list.left.soon");
  if (seconds <= 50)
    return text("web.list.left.seconds", { count: String(Math.ceil(seconds / 10) * 10) });
  const minutes = Math.ceil(seconds / 60);
  if (minutes === 1) return text("web.list.left.minute");
  if (minutes < 60) return text("web.list.left.minutes", { count: String(minutes) });
  const quarters = Math.ceil(minutes / 15);
  const [hours, rest] = [Math.floor(quarters / 4), (quarters % 4) * 15];
  return text("web.list.left.hours", {
    hours: String(hours),
    minutes: String(rest).padStart(2, "0"),
  });
}

/** Describes the progress of a run. */
export function describeProgress(progress: Progress | null): string {
  if (progress?.waiting) return text("web.list.progress.waiting");
  if (typeof progress?.fraction !== "number") return text("web.list.progress.sending");
  return text("web.list.progress.rows", {
    rows: formatCount(progress.rows),
    percent: String(Math.floor(progress.fraction * 100)),
  });
}
