/**
 * Is this address in a priority neighbourhood? One box, one answer. Puts the place on the map, where it can be moved to the
 * true door, and takes places picked there.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { AnswerActions } from "../answer/answer-actions";
import { AnswerCard, placeInWords } from "../answer/answer-card";
import { bodyOf, type PlaceQuestion } from "../answer/inquiry";
import { ReportForm } from "../answer/report-form";
import { plainText } from "../answer/sentences";
import type { AddressFeature } from "../api/client";
import { today } from "../french/dates";
import { text } from "../french/texts";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { AddressBox, type Place, placeAt } from "../parts/address-box";
import { OtherDay } from "../parts/other-day";
import "../answer/answer.css";
import { sceneOf, vintagesShown } from "../answer/scene";
import { ask, day, inquiry, pointAt, typed } from "./state";

export function Check() {
  const [isJudged, judge] = useState(false);
  const seek = (place: Place, isSought = true) => {
    judge(true);
    ask(place, isSought);
  };
  const changeDay = (words: string) => {
    day.value = words;
    judge(false);
    // An answer of another day does not stand beside this one.
    inquiry.clear();
  };
  return (
    <>
      <AddressBox
        label={text("web.check.box")}
        hint={text("web.check.hint")}
        value={typed.value}
        onInput={(words) => (typed.value = words)}
        onPlace={seek}
        // The answer to another question does not stand below a fault.
        onFault={() => inquiry.clear()}
        submit={text("web.check.submit")}
      />
      <OtherDay value={day.value} isJudged={isJudged} onInput={changeDay} />
      <Answer onSeek={seek} />
    </>
  );
}

/** The answer, and its place on the map. */
function Answer({ onSeek }: { onSeek: (place: Place, isSought?: boolean) => void }) {
  const state = inquiry.state.value;
  const { question, answer, isAsking } = state;
  const again = (change: Partial<PlaceQuestion>) =>
    question && inquiry.ask({ ...question, ...change });
  const choose = (candidate: AddressFeature) => {
    typed.value = candidate.properties.label;
    onSeek(placeAt(candidate));
  };
  const comesIntoSight = useSight(isAsking);
  useVintages(vintagesShown(state));
  useScene(
    () =>
      sceneOf(state, {
        onPick: (at) => {
          comesIntoSight();
          onSeek(pointAt(at), false);
        },
        onMove: (to) => inquiry.move(to),
        onChoose: choose,
      }),
    [state],
  );
  return (
    <AnswerCard
      state={state}
      onRetry={() => again({})}
      onChoose={choose}
      onReturn={() => again({ placed: null })}
    >
      {question && answer && !isAsking && (
        <>
          <AnswerActions
            answer={answer}
            plain={plainText(answer, placeInWords(question, answer), question.on ?? today())}
          />
          <ReportForm body={bodyOf(question)} />
        </>
      )}
    </AnswerCard>
  );
}

/** Scrolls to an answer out of sight: on a narrow screen the map lies below the answer to the place picked there. */
function useSight(isAsking: boolean): () => void {
  const isPicked = useRef(false);
  useEffect(() => {
    if (!isPicked.current || isAsking) return;
    document.querySelector(".answer h2")?.scrollIntoView({ block: "nearest" });
    isPicked.current = false;
  }, [isAsking]);
  return () => (isPicked.current = true);
}
