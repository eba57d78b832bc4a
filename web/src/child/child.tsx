/**
 * What is this child, this adult entitled to, of the programmes on offer? Owns these, the question and its answer while the
 * page is open. Nothing of a person is kept elsewhere, in no address and in no storage.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AnswerCard } from "../answer/answer-card";
import { type Completing, countsInWords, eligibilitiesOf } from "../answer/eligibility";
import { EligibilityCard } from "../answer/eligibility-card";
import { EligibilityList } from "../answer/eligibility-list";
import { Examples } from "../answer/examples";
import { bodyOf, Inquiry, type PlaceQuestion } from "../answer/inquiry";
import { ReportForm } from "../answer/report-form";
import { failure, programmes as list, type Problem, type Programme } from "../api/client";
import { formatDay } from "../french/dates";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { questionOf as elementOf, focusWithin } from "../parts/asked-facts";
import { placeAt } from "../parts/place";
import { putKeyboardAway } from "../parts/sight";
import "../answer/answer.css";
import { sceneOf, vintagesShown } from "../answer/scene";
import { ChildForm, chosenOf, FIELDS, form, questionOf } from "./form";

const inquiry = new Inquiry();
const offered = signal<Programme[] | null>(null);
const fault = signal<Problem | null>(null);

/** The age of the child of the example: at school, and within the ages of programmes for children. */
const EXAMPLE_AGE = 8;

function exampleBirthDate(): string {
  return `01/01/${new Date().getFullYear() - EXAMPLE_AGE}`;
}

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
  return (
    <>
      <p role="status" class={programmes ? "unseen" : "asking"}>
        {programmes || fault.value ? "" : text("web.child.loading")}
      </p>
      {!programmes && !fault.value && <div class="waiting" />}
      {fault.value && (
        <div role="alert">
          <p class="problem">{refusal(fault.value)}</p>
          <button type="button" onClick={() => void offer(leaving.current.signal)}>
            {text("web.answer.retry")}
          </button>
        </div>
      )}
      {programmes?.length === 0 && <p class="problem">{text("web.child.no_programme")}</p>}
      {programmes && programmes.length > 0 && <Asked offered={programmes} />}
    </>
  );
}

function Asked({ offered }: { offered: Programme[] }) {
  const chosen = chosenOf(offered);
  const state = inquiry.state.value;
  const { question, answer, isAsking } = state;
  const root = useRef<HTMLDivElement>(null);
  const submit = () => {
    form.isJudged.value = true;
    const question = questionOf(chosen);
    if (question) {
      putKeyboardAway();
      inquiry.ask(question);
    }
    // Once the faults are marked, the keyboard goes to the first.
    else setTimeout(() => focusWithin(root.current, '[aria-invalid="true"]'));
  };
  const again = (change: Partial<PlaceQuestion>) =>
    question && inquiry.ask({ ...question, ...change });
  const choose = (candidate: Parameters<typeof placeAt>[0]) => {
    form.address.value = candidate.properties.label;
    form.taken.value = placeAt(candidate);
    submit();
  };
  const goToToday = () => {
    form.day.value = "";
    if (question) again({ on: null });
  };
  useVintages(vintagesShown(state));
  useScene(() => sceneOf(state, { onMove: (to) => inquiry.move(to), onChoose: choose }), [state]);
  const report = question && !isAsking && (
    <>
      <div class="actions">
        <button type="button" onClick={() => print()}>
          {text("web.answer.print")}
        </button>
      </div>
      <ReportForm body={bodyOf(question)} {...(answer && { zone: answer.zone })} />
    </>
  );
  const eligibilities = answer ? eligibilitiesOf(answer) : [];
  const [first, ...others] = eligibilities;
  return (
    <div ref={root}>
      <ChildForm
        offered={offered}
        chosen={chosen}
        onChange={() => inquiry.clear()}
        onSubmit={submit}
        onToday={goToToday}
      />
      {!question && form.address.value === "" && (
        <Examples
          zones={["qpv"]}
          label={() => text("web.examples.child")}
          onTake={(address) => {
            form.address.value = address;
            form.birthDate.value = exampleBirthDate();
            submit();
          }}
        />
      )}
      <AnswerCard
        state={state}
        onRetry={() => again({})}
        onChoose={choose}
        onReturn={() => again({ placed: null })}
        onToday={goToToday}
        above={
          first &&
          (others.length === 0 ? (
            <EligibilityCard
              eligibility={first}
              programme={offered.find(({ id }) => id === first.programme)}
              onComplete={complete}
            >
              {report}
            </EligibilityCard>
          ) : (
            <article class="card result" data-tone="plain">
              <p class="understood">{text("web.eligibility.on", { day: formatDay(first.on) })}</p>
              <h2 tabIndex={-1}>
                {text("web.eligibility.title", { count: String(eligibilities.length) })}
              </h2>
              <p>{countsInWords(eligibilities)}</p>
              <EligibilityList
                eligibilities={eligibilities}
                programmes={offered}
                onComplete={complete}
              />
              {report}
            </article>
          ))
        }
      />
    </div>
  );
}

/** Leads to the field that is wanting. */
function complete({ field, fact }: Completing, programme: string): void {
  const asked = fact ? elementOf(fact, programme) : null;
  focusWithin(asked ?? document.getElementById(FIELDS[field]), "input");
}
