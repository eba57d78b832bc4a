/** Answers for the rows of a table, a few at a time, written in batches: what is answered is kept when somebody stops. */
import { certainty, isChoice, placeAnswer } from "../answer/sentences";
import { type CheckAnswer, check, failure, type ServiceError } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import type { Row } from "./table";

/** What is written into a row. */
export interface Filled {
  zone: string;
  code: string;
  name: string;
  certainty: string;
}

/** Rows written at once: few enough for their progress to be seen, and to lose little when Grist refuses. */
const BATCH_ROWS = 50;
/** Questions under way at once: the service answers one in some milliseconds, and others ask it too. */
const AT_ONCE = 4;
/** Tries of a question while the service is busy or away, and the pause after the first, milliseconds. */
const TRIES = 4;
const PAUSE_MS = 500;
/** Failures of the way to the service, not of the row. */
const PASSING = /^(network|timeout|overloaded|too_many_requests|bad_answer|http_5\d\d|http_429)$/;

export interface Progress {
  done: number;
  total: number;
  /** Rows by zone. */
  counts: Record<string, number>;
  faults: { row: Row; fault: string }[];
}

export type Writer = (rows: { id: number; filled: Filled }[]) => Promise<void>;

/** Fills in the rows; rejects when the service or Grist fails for good, `onProgress` having told what is written. */
export async function fill(
  rows: readonly Row[],
  write: Writer,
  onProgress: (progress: Progress) => void,
  stop: AbortSignal,
): Promise<void> {
  const progress: Progress = { done: 0, total: rows.length, counts: {}, faults: [] };
  for (let at = 0; at < rows.length && !stop.aborted; at += BATCH_ROWS) {
    const batch = rows.slice(at, at + BATCH_ROWS);
    const answers = await answerAll(batch, stop);
    if (stop.aborted) return;
    await write(answers.flatMap(({ row, filled }) => (filled ? [{ id: row.id, filled }] : [])));
    for (const { row, zone, fault } of answers) {
      progress.done += 1;
      if (zone) progress.counts[zone] = (progress.counts[zone] ?? 0) + 1;
      if (fault) progress.faults.push({ row, fault });
    }
    onProgress({ ...progress, counts: { ...progress.counts }, faults: [...progress.faults] });
  }
}

interface Answered {
  row: Row;
  filled?: Filled;
  zone?: CheckAnswer["zone"];
  fault?: string;
}

/** Asks for the rows of a batch, some at once, in their order. */
async function answerAll(batch: readonly Row[], stop: AbortSignal): Promise<Answered[]> {
  const answers: Answered[] = [];
  const queue = batch.entries();
  const ask = async () => {
    for (const [at, row] of queue) {
      if (stop.aborted) return;
      answers[at] = await answer(row, stop);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return answers;
}

async function answer(row: Row, stop: AbortSignal): Promise<Answered> {
  if (row.address === "") return { row, fault: text("web.grist.no_address") };
  for (let tried = 1; ; tried += 1) {
    try {
      const found = await check({ q: row.address }, stop);
      return { row, filled: filledFrom(found), zone: found.zone };
    } catch (error) {
      if (stop.aborted) return { row };
      const fault: ServiceError = failure(error);
      if (!PASSING.test(fault.code)) return refused(row, refusal(fault));
      if (tried === TRIES) throw fault;
      await new Promise((done) => setTimeout(done, PAUSE_MS * 2 ** (tried - 1)));
    }
  }
}

/** A row that the service has no answer for is to be verified: what stood there may be of another address. */
function refused(row: Row, fault: string): Answered {
  const zone = "undetermined";
  const filled = { zone: text(`web.grist.zone.${zone}`), code: "", name: "", certainty: fault };
  return { row, filled, zone, fault };
}

/** What is written for an answer: a neighbourhood only where the zone is one. */
export function filledFrom(found: CheckAnswer): Filled {
  // Of several addresses in different neighbourhoods, nobody knows which is meant.
  const answer = isChoice(found) ? null : placeAnswer(found).answer;
  const inside = found.zone === "qpv" && answer?.zone === "qpv" ? answer.qpv : [];
  return {
    zone: text(`web.grist.zone.${found.zone}`),
    code: inside.map(({ code_qp }) => code_qp).join(", "),
    name: inside.map(({ lib_qp }) => lib_qp).join(", "),
    certainty: certainty(found),
  };
}
