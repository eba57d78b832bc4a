/**
 * Is this address in a priority neighbourhood? One box, one answer. Owns the question and its answer while the page is
 * open; puts the place on the map, where it can be moved to the true door, and takes places picked there.
 */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CheckAnswer } from "../api/client";
import { isUnread, readDay, today } from "../dates";
import { bodyOf, Inquiry, type Question } from "../inquiry";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { AddressBox, placeAt, type Place } from "../parts/address-box";
import { AnswerActions } from "../parts/answer-actions";
import { AnswerCard, asked } from "../parts/answer-card";
import { DayField } from "../parts/day-field";
import { ReportForm } from "../parts/report-form";
import { plainText } from "../sentences";
import { text } from "../texts";
import "../style/check.css";
import { sceneOf, vintagesShown } from "./check-scene";

/** Kept while another view is open. */
const inquiry = new Inquiry();
const typed = signal("");
const day = signal("");

export function Check() {
  const state = inquiry.state.value;
  const { question, answer } = state;
  const [isJudged, judge] = useState(false);

  const ask = (place: Place, isSought = true) => {
    judge(true);
    // An unreadable day is no question: the field says so.
    if (isUnread(day.value)) inquiry.clear();
    else inquiry.ask({ place, on: readDay(day.value), placed: null, person: null, isSought });
  };
  const again = (change: Partial<Question>) => question && inquiry.ask({ ...question, ...change });
  const choose = (candidate: CheckAnswer["candidates"][number]) => {
    typed.value = candidate.properties.label;
    ask(placeAt(candidate));
  };
  const isPicked = useRef(false);
  // Where the map lies below the answer, a place picked there is answered out of sight.
  useEffect(() => {
    if (!isPicked.current || state.isAsking) return;
    document.querySelector(".answer h2")?.scrollIntoView({ block: "nearest" });
    isPicked.current = false;
  }, [state.isAsking]);
  useVintages(vintagesShown(state));
  useScene(
    () =>
      sceneOf(state, {
        onPick: ({ lon, lat }) => {
          isPicked.current = true;
          ask({ kind: "position", lon, lat, uncertaintyM: 0 }, false);
        },
        onMove: (to) => inquiry.move(to),
        onChoose: choose,
      }),
    [state],
  );
  return (
    <>
      <AddressBox
        label={text("web.check.box")}
        hint={text("web.check.hint")}
        value={typed.value}
        onInput={(words) => (typed.value = words)}
        onPlace={ask}
        // The answer to another question does not stand below a fault.
        onFault={() => inquiry.clear()}
        submit={text("web.check.submit")}
      />
      <details class="day" open={day.value !== ""}>
        <summary>{text("web.check.day.other")}</summary>
        <DayField
          label={text("web.check.day")}
          hint={text("web.check.day.hint")}
          value={day.value}
          isJudged={isJudged}
          onInput={(words) => {
            day.value = words;
            judge(false);
            // An answer of another day does not stand beside this one.
            inquiry.clear();
          }}
        />
      </details>
      <AnswerCard state={state} onRetry={() => again({})} onChoose={choose} onReturn={() => again({ placed: null })}>
        {question && answer && !state.isAsking && (
          <>
            <AnswerActions answer={answer} plain={plainText(answer, asked(question, answer), question.on ?? today())} />
            <ReportForm body={bodyOf(question)} />
          </>
        )}
      </AnswerCard>
    </>
  );
}
