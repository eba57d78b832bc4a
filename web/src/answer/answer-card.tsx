/**
 * The answer about one place: what was understood, where it stands, how sure that is and what to do when it is not. Shared
 * by the views that ask about an address. A doubt never looks like a no: it has its own words, shape and colour.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AddressFeature, CheckAnswer } from "../api/client";
import { formatLongDay, today } from "../french/dates";
import { refusal } from "../french/messages";
import { formatDistance, text, typeset } from "../french/texts";
import { ToneIcon } from "../parts/icons";
import { OtherDayNotice } from "../parts/other-day";
import { useSight } from "../parts/sight";
import { Candidates } from "./candidates";
import { countsInWords, eligibilitiesOf } from "./eligibility";
import { Gauge } from "./gauge";
import type { InquiryState, PlaceQuestion } from "./inquiry";
import {
  advice,
  caveats,
  certainty,
  facts,
  headline,
  isChoice,
  placeAnswer,
  placeInWords,
} from "./sentences";
import { StreetTable } from "./street-table";
import { Unloaded } from "./unloaded";

interface Props {
  state: InquiryState;
  /** Asks the same again. */
  onRetry: () => void;
  onChoose: (feature: AddressFeature) => void;
  /** Takes back the move of the pin. */
  onReturn: () => void;
  /** Asks the same about today. */
  onToday: () => void;
  /** The view's own answer, shown before that about the place. */
  above?: ComponentChildren;
  /** The view's buttons below the answer. */
  children?: ComponentChildren;
}

/** The answer, the failure, or nothing yet, in a region that screen readers watch. */
export function AnswerCard(props: Props) {
  const { question, isAsking, answer, problem } = props.state;
  const root = useRef<HTMLDivElement>(null);
  const pressedBeside = useRef<PlaceQuestion | null>(null);
  // The button that was pressed goes away with the former answer: the keyboard goes on from the new one. The former one's
  // own effect may run as late as the press: it must not take the focus for it.
  useEffect(() => {
    if (!pressedBeside.current || isAsking || question === pressedBeside.current) return;
    root.current?.querySelector("h2")?.focus();
    pressedBeside.current = null;
    // An answer may come before the asking was drawn: then only the answer has changed.
  }, [isAsking, answer, problem]);
  // Whoever points at the map is looking there.
  useSight(root, question?.isSought && !isAsking ? (answer ?? problem) : null);
  const then =
    <A extends unknown[]>(act: (...of: A) => void) =>
    (...of: A) => {
      pressedBeside.current = question;
      act(...of);
    };
  const shown = {
    ...props,
    onRetry: then(props.onRetry),
    onChoose: then(props.onChoose),
    onReturn: then(props.onReturn),
    onToday: then(props.onToday),
  };
  const other = question && otherDayOf(question);
  return (
    <div class="answer" aria-busy={isAsking} ref={root}>
      <p class={isAsking && !answer ? "asking" : "unseen"} role="status">
        {inWords(props.state)}
      </p>
      {other && (answer ?? problem) && <OtherDayNotice day={other} onToday={shown.onToday} />}
      {problem && <Failure {...shown} />}
      {answer && props.above}
      {question && answer && <AnswerArticle {...shown} question={question} answer={answer} />}
    </div>
  );
}

/** The day asked, unless it is today. */
function otherDayOf({ on }: PlaceQuestion): string | null {
  return on && on !== today() ? on : null;
}

/** The text read aloud when it changes. */
function inWords({ question, isAsking, answer, problem }: InquiryState): string {
  if (isAsking) return text("web.answer.asking");
  if (problem) return refusal(problem);
  if (!answer) return "";
  const parts = [headline(answer), certainty(answer)];
  const other = question && otherDayOf(question);
  const eligibilities = eligibilitiesOf(answer);
  if (answer.eligibility) parts.unshift(typeset(answer.eligibility.message));
  else if (eligibilities.length > 0) parts.unshift(countsInWords(eligibilities));
  if (other) parts.unshift(text("web.day.other", { day: formatLongDay(other) }));
  return parts.map((part) => part.replace(/\.?$/, ".")).join(" ");
}

function Failure({ state: { problem, question }, onRetry, onReturn }: Props) {
  if (!problem) return null;
  return (
    <article class="card" data-tone="error">
      <h2 tabIndex={-1}>{text("web.error.title")}</h2>
      <p>{refusal(problem)}</p>
      <div class="actions">
        <button type="button" onClick={onRetry}>
          {text("web.answer.retry")}
        </button>
        {question?.placed && (
          <button type="button" onClick={onReturn}>
            {text("web.answer.return")}
          </button>
        )}
      </div>
    </article>
  );
}

type ArticleProps = Props & { question: PlaceQuestion; answer: CheckAnswer };

function AnswerArticle({ state, question, answer, onChoose, onReturn, children }: ArticleProps) {
  const { answer: where, feature, isOnePlace } = placeAnswer(answer);
  const signedM = where?.distance_to_boundary_m;
  return (
    <article class="card" data-tone={answer.zone}>
      {state.isAsking && <p class="former">{text("web.answer.former")}</p>}
      <p class="understood">{placeInWords(question, answer)}</p>
      <Nearest feature={question.place.kind === "position" ? state.nearest : null} />
      <h2 tabIndex={-1}>
        <ToneIcon tone={answer.zone} />
        <span>{headline(answer)}</span>
      </h2>
      <p class="certainty">{certainty(answer)}</p>
      {!isChoice(answer) && feature?.properties.missing_housenumber && (
        <p>{typeset(feature.properties.missing_housenumber.message)}</p>
      )}
      <Placed question={question} answer={answer} onReturn={onReturn} />
      {answer.zone === "undetermined" && (
        <p>
          <strong>
            {text("web.answer.todo")}
            {"\u00a0: "}
          </strong>
          {advice(answer)}
        </p>
      )}
      {answer.doubt?.unloaded && <Unloaded place={answer.doubt.unloaded} />}
      {isChoice(answer) && <Candidates candidates={answer.candidates} onChoose={onChoose} />}
      {isOnePlace && typeof signedM === "number" && <Gauge signedM={signedM} />}
      {answer.profile && <StreetTable profile={answer.profile} />}
      {caveats(answer).map((caveat) => (
        <p key={caveat}>{caveat}</p>
      ))}
      {answer.address_service && <p>{typeset(answer.address_service.message)}</p>}
      {children}
      <Facts answer={answer} on={question.on ?? today()} />
    </article>
  );
}

function Nearest({ feature }: { feature: AddressFeature | null }) {
  if (!feature) return null;
  const { label, distance } = feature.properties;
  const isThere = typeof distance !== "number" || distance < 0.5;
  return (
    <p class="hint">
      {isThere
        ? text("web.answer.nearest_address.here", { label })
        : text("web.answer.nearest_address", { label, distance: formatDistance(distance) })}
    </p>
  );
}

/** The notice of a position placed by hand, and the button back to the address's own. */
function Placed({
  question,
  answer,
  onReturn,
}: {
  question: PlaceQuestion;
  answer: CheckAnswer;
  onReturn: () => void;
}) {
  if (!question.placed) return null;
  const message = answer.position && "message" in answer.position ? answer.position.message : "";
  return (
    <div class="placed">
      <p>{message ? typeset(message) : text("web.answer.placed")}</p>
      <button type="button" onClick={onReturn}>
        {text("web.answer.return")}
      </button>
    </div>
  );
}

function Facts({ answer, on }: { answer: CheckAnswer; on: string }) {
  return (
    <dl>
      {facts(answer, on).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
