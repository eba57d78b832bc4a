/** The parts shared by the steps of a list: the section with its title, and the fault of a step. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Problem } from "../api/client";
import { refusal } from "../french/messages";
import { isKey, text } from "../french/texts";
import type { Step } from "./session";

/** A step with its title, which takes the focus when the step opens. */
export function StepSection({
  step,
  takesFocus = true,
  children,
}: {
  step: Step;
  takesFocus?: boolean;
  children: ComponentChildren;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (takesFocus) title.current?.focus();
  }, []);
  return (
    <section class="step" aria-labelledby={`step-${step}`}>
      <h2 id={`step-${step}`} ref={title} tabIndex={-1}>
        {text(`web.list.step.${step}`)}
      </h2>
      {children}
    </section>
  );
}

/** The fault of a step, and what to do about it. */
export function Fault({ problem }: { problem: Problem | null }) {
  const advice = `web.list.advice.${problem?.code ?? ""}`;
  return (
    <div role="alert">
      {problem && (
        <p class="problem">
          {refusal(problem)} {isKey(advice) && text(advice)}
        </p>
      )}
    </div>
  );
}
