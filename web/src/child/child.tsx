/**
 * Is this child entitled to a programme, the educational success programme first of all? Owns the programmes on offer, the
 * question and its answer while the page is open. Nothing of a child is kept elsewhere, in no address and in no storage.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AnswerCard } from "../answer/answer-card";
import { EligibilityCard } from "../answer/eligibility-card";
import { bodyOf, Inquiry, type PlaceQuestion } from "../answer/inquiry";
import { ReportForm } from "../answer/report-form";
import { failure, programmes as list, type Problem, type Programme } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { placeAt } from "../parts/address-box";
import "../answer/answer.css";
import "./child.css";
import { sceneOf, vintagesShown } from "../answer/scene";
import { ChildForm, FIELDS, form, questionOf } from "./form";

const inquiry = new Inquiry();
const offered = signal<Programme[] | null>(null);
const fault = signal<Problem | null>(null);

async function offer(stop: AbortSignal): Promise<void> {
  fault.value = null;
  try {
    offered.value = (await list(stop)).filter(({ subject }) => subject === "person");
  } catch (error) {
    if (stop.aborted) return;
    fault.value = failure(error);
  }
}

export function Child() {
  const leaving = useRef(new AbortController());
  useEffect(() => {
    void offer(leaving.current.signal);
    return () => leaving.current.abort();
  }, []);
  const programmes = offered.value;
  const programme = programmes?.find(({ id }) => id === form.programme.value) ?? programmes?.[0];
  return (
    <>
      <p role="status" class={programmes ? "unseen" : "asking"}>
        {programmes || fault.value ? "" : text("web.child.loading")}
      </p>
      {fault.value && (
        <div role="alert">
          <p class="problem">{refusal(fault.value)}</p>
          <button type="button" onClick={() => void offer(leaving.current.signal)}>
            {text("web.answer.retry")}
          </button>
        </div>
      )}
      {programmes && !programme && <p class="problem">{text("web.child.no_programme")}</p>}
      {programmes && programme && <Asked programmes={programmes} programme={programme} />}
    </>
  );
}

function Asked({ programmes, programme }: { programmes: Programme[]; programme: Programme }) {
  const state = inquiry.state.value;
  const { question, answer, isAsking } = state;
  const root = useRef<HTMLDivElement>(null);
  const submit = () => {
    form.isJudged.value = true;
    const question = questionOf(programme);
    if (question) inquiry.ask(question);
    // Once the faults are marked, the keyboard goes to the first.
    else
      setTimeout(() => root.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const again = (change: Partial<PlaceQuestion>) =>
    question && inquiry.ask({ ...question, ...change });
  const choose = (candidate: Parameters<typeof placeAt>[0]) => {
    form.address.value = candidate.properties.label;
    form.taken.value = placeAt(candidate);
    submit();
  };
  useVintages(vintagesShown(state));
  useScene(() => sceneOf(state, { onMove: (to) => inquiry.move(to), onChoose: choose }), [state]);
  const eligibility = answer?.eligibility;
  return (
    <div ref={root}>
      <ChildForm
        programmes={programmes}
        programme={programme}
        onChange={() => inquiry.clear()}
        onSubmit={submit}
      />
      <AnswerCard
        state={state}
        onRetry={() => again({})}
        onChoose={choose}
        onReturn={() => again({ placed: null })}
        above={
          eligibility && (
            <EligibilityCard
              eligibility={eligibility}
              programme={programme}
              onComplete={(field) =>
                document
                  .querySelector<HTMLElement>(`input#${FIELDS[field]}, #${FIELDS[field]} input`)
                  ?.focus()
              }
            >
              {question && !isAsking && <ReportForm body={bodyOf(question)} />}
            </EligibilityCard>
          )
        }
      />
    </div>
  );
}
