/**
 * A list, from a file to its answers, in steps on one page: file, columns, run, result. Promises that nothing of it is
 * stored: leaving the view, or starting again, forgets it.
 */
import { useEffect, useMemo } from "preact/hooks";
import { formatCount, text } from "../french/texts";
import { askBeforeLeaving } from "../router";
import { ListColumns } from "./columns";
import { ListFile } from "./file";
import { describeRemaining } from "./remaining";
import { ListResult } from "./result";
import { ListRun } from "./run";
import { Session, type SessionState } from "./session";
import "./list.css";

export function List() {
  const session = useMemo(() => new Session(), []);
  useEffect(() => () => session.forget(), []);
  useGuard(session);
  const state = session.state.value;
  return (
    <div class="list">
      <p class="lead">{text("web.list.lead")}</p>
      <p class="hint">{text("web.list.privacy")}</p>
      <p class="unseen" role="status">
        {announced(state)}
      </p>
      <ListFile session={session} />
      {state.step === "columns" && state.preview && (
        <ListColumns session={session} preview={state.preview} />
      )}
      {state.step === "running" && <ListRun session={session} />}
      {state.step === "result" && state.bundle && (
        <ListResult session={session} bundle={state.bundle} />
      )}
    </div>
  );
}

/** Asks before the tab is closed or another view opened while that would lose something. */
function useGuard(session: Session): void {
  useEffect(() => {
    const closing = (event: BeforeUnloadEvent) => session.isPrecious && event.preventDefault();
    addEventListener("beforeunload", closing);
    const release = askBeforeLeaving(() => {
      const key =
        session.state.value.step === "running" ? "web.list.leave.running" : "web.list.leave.result";
      return !session.isPrecious || confirm(text(key));
    });
    return () => {
      removeEventListener("beforeunload", closing);
      release();
    };
  }, []);
}

/** The text read aloud: the current step, and each quarter of a run. */
function announced({
  step,
  isReading,
  isCancelled,
  preview,
  progress,
  leftMs,
  bundle,
}: SessionState): string {
  if (isReading) return text("web.list.reading");
  if (step === "running") {
    const quarter = Math.floor((progress?.fraction ?? 0) * 4);
    if (quarter === 0) return text("web.list.said.running");
    return text("web.list.said.quarter", {
      percent: String(quarter * 25),
      left: quarterly(quarter, leftMs),
    });
  }
  if (step === "result" && bundle)
    return text("web.list.said.done", { rows: formatCount(bundle.summary.rows) });
  if (step === "columns" && preview) {
    return text(isCancelled ? "web.list.cancelled" : "web.list.said.columns", {
      count: String(preview.columns.length),
    });
  }
  return "";
}

/** The time left as it was when the quarter began, so that nothing is said between two quarters. */
const saidAt = { quarter: 0, left: "" };
function quarterly(quarter: number, leftMs: number | null): string {
  if (saidAt.quarter !== quarter)
    Object.assign(saidAt, { quarter, left: describeRemaining(leftMs) });
  return saidAt.left;
}
