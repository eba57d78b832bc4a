/**
 * Is this address in a priority neighbourhood? One box, one answer. Puts the place on the map, where it can be moved to the
 * true door, and takes places picked there.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { AnswerActions } from "../answer/answer-actions";
import { AnswerCard } from "../answer/answer-card";
import { Examples } from "../answer/examples";
import { bodyOf, type PlaceQuestion } from "../answer/inquiry";
import { ReportForm } from "../answer/report-form";
import { placeInWords, plainText } from "../answer/sentences";
import type { AddressFeature } from "../api/client";
import { today } from "../french/dates";
import { type Key, text } from "../french/texts";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import type { Choice } from "../parts/choice";
import { OtherDay } from "../parts/other-day";
import { type Place, placeAt } from "../parts/place";
import { SearchBox } from "../parts/search-box";
import { sheetOf } from "../parts/sheets";
import { href, open } from "../router";
import "../answer/answer.css";
import { sceneOf, vintagesShown } from "../answer/scene";
import { ask, askAgain, askToday, day, inquiry, pointAt, type, typeDay, typed } from "./state";

interface Props {
  /** Opens a sheet in a window of its own, where this page shows none; the question then goes on here. */
  onSheet?: (within: string) => void;
}

export function Check({ onSheet }: Props) {
  const [isJudged, judge] = useState(false);
  const [fault, setFault] = useState("");
  /** The sheet opened elsewhere, by its name. */
  const [sheet, setSheet] = useState<{ name: string; within: string } | null>(null);
  const seek = (place: Place, isSought = true) => {
    setSheet(null);
    judge(true);
    ask(place, isSought);
  };
  // The sheet of a commune or of a neighbourhood is another page: the words stay with the answer.
  const choose = (choice: Choice) => {
    if (choice.kind === "place") return seek(choice.place);
    const within = sheetOf(choice);
    if (!within) return;
    if (!onSheet) return open(within);
    // Below these words the answer to the former ones would be taken for theirs.
    inquiry.clear();
    setSheet({ name: choice.label, within });
    onSheet(within);
  };
  const changeDay = (words: string) => {
    typeDay(words);
    judge(false);
  };
  return (
    <>
      <SearchBox
        label={text("web.search.box")}
        hint={`${text("web.search.hint")} ${text("web.check.hint.map")}`}
        value={typed.value}
        onInput={(words) => {
          type(words);
          setFault("");
          setSheet(null);
        }}
        fault={fault}
        onChoose={choose}
        // The answer to another question does not stand below a fault.
        onFault={() => inquiry.clear()}
        submit={text("web.check.submit")}
        isFirst
      />
      <p role="status" class={sheet ? "notice" : "unseen"}>
        {sheet && (
          <>
            {text("web.check.sheet", { name: sheet.name })}{" "}
            <a href={sheet.within}>{text("web.check.sheet.open")}</a>
          </>
        )}
      </p>
      <OtherDay
        value={day.value}
        isJudged={isJudged}
        onInput={changeDay}
        onToday={askToday}
        onEnter={() => {
          judge(true);
          setSheet(null);
          setFault(askAgain());
        }}
      />
      {!inquiry.state.value.question && <Tries onSeek={seek} />}
      <Answer onSeek={seek} />
    </>
  );
}

/** Examples to try, and the way to one about a child. */
function Tries({ onSeek }: { onSeek: (place: Place) => void }) {
  return (
    <Examples
      zones={["qpv", "band_300m", "outside", "undetermined"]}
      label={(zone) => text(EXAMPLES[zone] ?? "web.examples.outside")}
      onTake={(address) => {
        typed.value = address;
        onSeek({ kind: "address", q: address });
      }}
    >
      {(zones) =>
        zones.includes("qpv") && (
          <li>
            <a class="button" href={href("enfant")}>
              {text("web.examples.child")}
            </a>
          </li>
        )
      }
    </Examples>
  );
}

/** The words of an example, by its zone. */
const EXAMPLES: Record<string, Key> = {
  qpv: "web.examples.inside",
  band_300m: "web.examples.band",
  outside: "web.examples.outside",
  undetermined: "web.examples.undetermined",
};

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
      onToday={askToday}
    >
      {question && answer && !isAsking && (
        <>
          <AnswerActions
            answer={answer}
            plain={plainText(answer, placeInWords(question, answer), question.on ?? today())}
          />
          <ReportForm body={bodyOf(question)} zone={answer.zone} />
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
