/** The state of the view of a building: outlines, programmes, the question and its answer. */
import { useEffect, useState } from "preact/hooks";
import {
  type CheckAnswer,
  type CheckBody,
  check,
  failure,
  type Problem,
  type Programme,
  programmes,
} from "../api/client";
import { readDay } from "../french/dates";
import { text } from "../french/texts";
import { type Focus, useScene } from "../map/scene";
import { readFacts } from "../parts/asked-facts";
import { useLatestCall } from "../parts/latest-call";
import { boxOf, type Outline, type OutlineReading, readOutline } from "./outline";
import type { BuildingQuestion } from "./question";

interface AnsweredQuestion {
  /** The question as it was sent. */
  body: CheckBody;
  answer: CheckAnswer;
  outline: Outline;
  day: string;
  programme: Programme | undefined;
}

export type Outlines = ReturnType<typeof useOutlines>;

/** The outlines drawn or pasted, the last one on the map; `changed` is called when it is another one. */
export function useOutlines(changed: () => void) {
  const [given, setGiven] = useState<Outline[]>([]);
  const [pasted, paste] = useState("");
  const [fault, setFault] = useState("");
  const [isDrawing, setDrawing] = useState(false);
  const [focus, look] = useState<Focus>();
  const outline = given.at(-1);
  const become = (outlines: (former: Outline[]) => Outline[]) => {
    setGiven(outlines);
    changed();
  };
  const take = (taken: Outline) => {
    become((former) => [...former, taken]);
    setFault("");
    setDrawing(false);
  };
  useScene(
    () => ({
      ...(outline ? { outline } : {}),
      ...(focus ? { focus } : {}),
      ...(isDrawing ? { onDrawn: take } : {}),
    }),
    [outline, focus, isDrawing],
  );
  /** The outline that is pasted and not yet taken, or why there is none. */
  const read = (): Outline | undefined => {
    const reading = readOutline(pasted);
    if ("fault" in reading) {
      setFault(describeFault(reading));
      changed();
      return undefined;
    }
    take(reading.outline);
    paste("");
    look({ box: boxOf(reading.outline) });
    return reading.outline;
  };
  const forget = () => {
    become(() => []);
    paste("");
    setFault("");
    setDrawing(false);
  };
  return {
    outline,
    pasted,
    fault,
    isDrawing,
    paste,
    read,
    look,
    forget,
    /** Returns the outline to ask about: the pasted one, else the one on the map. */
    given: () => (pasted.trim() === "" && outline ? outline : read()),
    undo: () => become((former) => former.slice(0, -1)),
    toggleDrawing: () => setDrawing(!isDrawing),
  };
}

function describeFault({
  fault,
  line,
  corner,
}: Extract<OutlineReading, { fault: unknown }>): string {
  if (fault !== "line") return text(`web.building.fault.${fault}`);
  return text("web.building.fault.line", {
    line: String(line),
    fault: text(`web.reading.${corner ?? "unreadable"}`),
  });
}

/** Loads the programmes on buildings; null when loading failed. */
export function useProgrammes(): Programme[] | null {
  const [known, setKnown] = useState<Programme[] | null>([]);
  useEffect(() => {
    const leaving = new AbortController();
    programmes(leaving.signal).then(
      (all) =>
        leaving.signal.aborted || setKnown(all.filter(({ subject }) => subject === "building")),
      () => leaving.signal.aborted || setKnown(null),
    );
    return () => leaving.abort();
  }, []);
  return known;
}

/** One question at a time; an answer goes away when what it answers is changed. */
export function useQuestion() {
  const [state, setState] = useState<{
    isAsking: boolean;
    answered?: AnsweredQuestion;
    problem?: Problem;
  }>({ isAsking: false });
  const latest = useLatestCall();
  const drop = () => {
    latest.start();
    setState({ isAsking: false });
  };
  const ask = (
    outline: Outline,
    { on: typed, declared: said }: BuildingQuestion,
    programme: Programme | undefined,
  ) => {
    const declared = programme ? readFacts(programme, said) : {};
    // What cannot be read is no question: its field says so.
    if (declared === null) return;
    const on = readDay(typed) ?? "";
    const stop = latest.start();
    setState({ isAsking: true });
    const body = {
      footprint: { ...outline },
      ...(programme ? { programme: programme.id, declared } : {}),
      ...(on ? { on } : {}),
    };
    check(body, stop).then(
      (answer) =>
        stop.aborted ||
        setState({ isAsking: false, answered: { body, answer, outline, day: on, programme } }),
      (error: unknown) => stop.aborted || setState({ isAsking: false, problem: failure(error) }),
    );
  };
  return { ...state, ask, drop };
}
