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
import { askedFacts, readFacts } from "../parts/asked-facts";
import { useLatestCall } from "../parts/latest-call";
import { boxOf, type Outline, type OutlineReading } from "./outline";
import {
  type Addition,
  type Annex,
  asFootprint,
  joined,
  outlinesOf,
  type Project,
  readProject,
  withOutline,
} from "./project";
import type { BuildingQuestion } from "./question";

interface AnsweredQuestion {
  /** The question as it was sent. */
  body: CheckBody;
  answer: CheckAnswer;
  project: Project;
  day: string;
  programmes: Programme[];
}

export type Outlines = ReturnType<typeof useOutlines>;

/** The project drawn or pasted, on the map; `changed` is called when it is another one. */
export function useOutlines(changed: () => void) {
  // Each state of the project, so that the last step can be taken back.
  const [given, setGiven] = useState<Project[]>([]);
  const [as, setAs] = useState<Addition>("replace");
  const [pasted, paste] = useState("");
  const [fault, setFault] = useState("");
  const [isDrawing, setDrawing] = useState(false);
  const [focus, look] = useState<Focus>();
  const project = given.at(-1);
  const outline = project && joined(outlinesOf(project));
  const become = (projects: (former: Project[]) => Project[]) => {
    setGiven(projects);
    changed();
  };
  const take = (taken: Project) => {
    become((former) => [...former, taken]);
    setFault("");
    setDrawing(false);
  };
  useScene(
    () => ({
      ...(outline ? { outline } : {}),
      ...(focus ? { focus } : {}),
      ...(isDrawing ? { onDrawn: (drawn: Outline) => take(withOutline(project, drawn, as)) } : {}),
    }),
    [project, focus, isDrawing, as],
  );
  /** The project with what is pasted and not yet taken, or why there is none. */
  const read = (): Project | undefined => {
    const reading = readProject(pasted, project, as);
    if ("fault" in reading) {
      setFault(describeFault(reading));
      changed();
      return undefined;
    }
    take(reading.project);
    paste("");
    look({ box: boxOf(joined(outlinesOf(reading.project))) });
    return reading.project;
  };
  const forget = () => {
    become(() => []);
    paste("");
    setFault("");
    setDrawing(false);
    setAs("replace");
  };
  return {
    project,
    as,
    setAs,
    pasted,
    fault,
    isDrawing,
    paste,
    read,
    look,
    forget,
    /** Returns the project to ask about: with what is pasted, else the one on the map. */
    given: () => (pasted.trim() === "" && project ? project : read()),
    /** Takes one annex out of the project. */
    dropAnnex: (dropped: Annex) =>
      project &&
      take({ ...project, annexes: project.annexes.filter((annex) => annex !== dropped) }),
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
    project: Project,
    { on: typed, declared: said }: BuildingQuestion,
    programmes: Programme[],
  ) => {
    const declared = readFacts(askedFacts(programmes), said);
    // What cannot be read is no question: its field says so.
    if (declared === null) return;
    const on = readDay(typed) ?? "";
    const stop = latest.start();
    setState({ isAsking: true });
    const body = {
      footprint: asFootprint(project),
      ...(programmes.length > 0
        ? { programme: programmes.map(({ id }) => id).join(","), declared }
        : {}),
      ...(on ? { on } : {}),
    };
    check(body, stop).then(
      (answer) =>
        stop.aborted ||
        setState({ isAsking: false, answered: { body, answer, project, day: on, programmes } }),
      (error: unknown) => stop.aborted || setState({ isAsking: false, problem: failure(error) }),
    );
  };
  return { ...state, ask, drop };
}
