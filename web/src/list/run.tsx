/** The third step of a list: how far it is, and stopping it. */

import { text } from "../french/texts";
import { describeProgress, describeRemaining } from "./remaining";
import type { Session } from "./session";
import { StepSection } from "./step-section";

export function ListRun({ session }: { session: Session }) {
  const { progress, leftMs, isComing } = session.state.value;
  const fraction = isComing ? 1 : (progress?.fraction ?? null);
  return (
    <StepSection step="running">
      <progress
        aria-label={text("web.list.step.running")}
        max={100}
        {...(fraction === null ? {} : { value: Math.floor(fraction * 100) })}
      />
      <p>
        {isComing
          ? text("web.list.progress.coming")
          : `${describeProgress(progress)} ${fraction === null ? "" : describeRemaining(leftMs)}`}
      </p>
      <p class="hint">{text("web.list.running.hint")}</p>
      <div class="actions">
        <button type="button" onClick={() => session.cancel()}>
          {text("web.list.cancel")}
        </button>
      </div>
    </StepSection>
  );
}
