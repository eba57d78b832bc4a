/** A question that failed: why, and the button that asks it again. */

import type { Problem } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";

interface Props {
  isAsking: boolean;
  problem: Problem | null;
  retry: () => void;
}

/** The notice of a running request, or of its failure; nothing once it is answered. */
export function Asking({ isAsking, problem, retry }: Props) {
  return (
    <>
      <p role="status" class={isAsking ? "asking" : "unseen"}>
        {isAsking && text("web.answer.asking")}
      </p>
      <Failed problem={problem} retry={retry} />
    </>
  );
}

export function Failed({ problem, retry }: Pick<Props, "problem" | "retry">) {
  const pressed = (event: Event) => {
    // The button goes away: the keyboard goes on from what is around it.
    (event.currentTarget as Element).parentElement?.closest<HTMLElement>("[tabindex]")?.focus();
    retry();
  };
  return (
    <div role="alert">
      {problem && (
        <>
          <p class="problem">{refusal(problem)}</p>
          <button type="button" onClick={pressed}>
            {text("web.answer.retry")}
          </button>
        </>
      )}
    </div>
  );
}
