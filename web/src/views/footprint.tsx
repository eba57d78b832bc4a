/**
 * A building by its outline, drawn on the map or pasted: whether some part and every part of it is in a neighbourhood,
 * within 300 m and within 500 m, and what a rule on buildings makes of it. The outline is sent in bodies only.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { check, failure, programmes, suggest, type CheckAnswer, type CheckBody, type Problem, type Programme } from "../api/client";
import { isUnread, readDay } from "../dates";
import { areaM2, boxOf, cornersOf, readOutline, type Outline, type Reading } from "../footprint/outline";
import { useVintages } from "../map/layers";
import { useScene, type Focus } from "../map/scene";
import { AddressBox, type Place } from "../parts/address-box";
import { refusal } from "../sentences";
import { formatCount, text } from "../texts";
import { FootprintAnswer } from "./footprint-answer";
import { FootprintAsked, type Asked } from "./footprint-asked";
import "../style/footprint.css";

interface Answered {
  /** What was asked. */
  body: CheckBody;
  answer: CheckAnswer;
  outline: Outline;
  day: string;
  programme: Programme | undefined;
}

/** Near enough to see a building. */
const DRAWING_ZOOM = 18;
const NOTHING: Asked = { programme: undefined, on: "", declared: {} };

export function Footprint() {
  const known = useProgrammes();
  const [outlines, setOutlines] = useState<Outline[]>([]);
  const [pasted, setPasted] = useState("");
  const [fault, setFault] = useState("");
  const [isDrawing, setDrawing] = useState(false);
  const [focus, setFocus] = useState<Focus>();
  const [asked, setAsked] = useState(NOTHING);
  const [field, setField] = useState(0);
  const [isJudged, judge] = useState(false);
  const question = useQuestion();
  const vintage = question.answered?.answer.footprint?.vintage;
  useVintages(question.isAsking ? undefined : vintage ? [vintage] : []);
  const outline = outlines.at(-1);
  const programme = asked.programme === undefined ? known?.[0] : known?.find(({ id }) => id === asked.programme);

  const take = (taken: Outline) => {
    setOutlines((former) => [...former, taken]);
    setFault("");
    setDrawing(false);
    question.drop();
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
      setFault(sayFault(reading));
      question.drop();
      return undefined;
    }
    take(reading.outline);
    setPasted("");
    setFocus({ box: boxOf(reading.outline) });
    return reading.outline;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    judge(true);
    // An unreadable day is no question: the field says so.
    if (isUnread(asked.on)) return document.getElementById("permit-day")?.focus();
    const shown = pasted.trim() === "" && outline ? outline : read();
    if (shown) question.ask(shown, asked, programme);
  };
  const again = () => {
    setOutlines([]);
    setPasted("");
    setFault("");
    setDrawing(false);
    setAsked(NOTHING);
    setField((field) => field + 1);
    question.drop();
  };
  const change = (changed: Partial<Asked>) => {
    setAsked({ ...asked, ...changed });
    judge(false);
    question.drop();
  };
  return (
    <div class="footprint">
      <p class="lead">{text("web.footprint.lead")}</p>
      <GoTo onFound={setFocus} />
      <form class="form" onSubmit={submit}>
        <div>
          <button type="button" aria-pressed={isDrawing} onClick={() => setDrawing(!isDrawing)}>
            {text(isDrawing ? "web.footprint.draw.stop" : "web.footprint.draw")}
          </button>
          <p class="reading" role="status">
            {isDrawing ? text("web.footprint.drawing") : ""}
          </p>
        </div>
        <Paste key={field} value={pasted} fault={fault} onInput={setPasted} onRead={read} />
        <p class="reading" role="status">
          {outline ? text("web.footprint.outline.ready", { corners: String(cornersOf(outline)), area: areaWords(outline) }) : ""}
        </p>
        <FootprintAsked known={known} programme={programme} asked={asked} isJudged={isJudged} onChange={change} />
        <div class="actions">
          <button class="main" type="submit">
            {text("web.footprint.submit")}
          </button>
          <button
            type="button"
            disabled={outlines.length === 0}
            onClick={() => {
              setOutlines(outlines.slice(0, -1));
              question.drop();
            }}
          >
            {text("web.footprint.undo")}
          </button>
          <button type="button" onClick={again}>
            {text("web.footprint.again")}
          </button>
        </div>
      </form>
      <div class="answer" role="status" aria-busy={question.isAsking}>
        {question.isAsking && <p>{text("web.answer.asking")}</p>}
        {question.answered && <FootprintAnswer {...question.answered} area={areaWords(question.answered.outline)} />}
        {question.problem && <Failed problem={question.problem} />}
      </div>
    </div>
  );
}

/** Brings the map to an address, to draw there. */
function GoTo({ onFound }: { onFound: (focus: Focus) => void }) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const asking = useRef(new AbortController());
  useEffect(() => () => asking.current.abort(), []);
  const go = async (place: Place) => {
    asking.current.abort();
    const { signal: stop } = (asking.current = new AbortController());
    setFault("");
    if (place.kind === "position") return onFound({ lon: place.lon, lat: place.lat, zoom: DRAWING_ZOOM });
    try {
      const [found] = await suggest(place.q, stop);
      const [lon, lat] = found?.geometry.coordinates ?? [];
      if (stop.aborted) return;
      if (lon === undefined || lat === undefined) return setFault(text("web.footprint.go.nowhere"));
      onFound({ lon, lat, zoom: DRAWING_ZOOM });
    } catch (error) {
      if (!stop.aborted) setFault(refusal(failure(error)));
    }
  };
  return (
    <div class="go-to">
      <AddressBox
        label={text("web.footprint.go")}
        hint={text("web.footprint.go.hint")}
        value={typed}
        onInput={setTyped}
        onPlace={(place) => void go(place)}
      />
      <p class="reading fault" role="alert">
        {fault}
      </p>
    </div>
  );
}

/** The keyboard's way to give an outline. */
function Paste({ value, fault, onInput, onRead }: { value: string; fault: string; onInput: (typed: string) => void; onRead: () => void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (fault) box.current?.focus();
  }, [fault]);
  return (
    <div>
      <label for="outline">{text("web.footprint.paste")}</label>
      <textarea
        id="outline"
        ref={box}
        rows={4}
        spellcheck={false}
        autocomplete="off"
        value={value}
        aria-invalid={fault !== ""}
        aria-describedby="outline-fault outline-hint"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id="outline-fault" class="reading fault" role="alert">
        {fault}
      </p>
      <p id="outline-hint" class="hint">
        {text("web.footprint.paste.hint")}
      </p>
      <div class="actions">
        <button type="button" onClick={onRead}>
          {text("web.footprint.outline.set")}
        </button>
      </div>
    </div>
  );
}

function Failed({ problem }: { problem: Problem }) {
  return (
    <article class="card" data-tone="error">
      <h2>{text("web.error.title")}</h2>
      <p>{refusal(problem)}</p>
    </article>
  );
}

/** The programmes that are asked of buildings; null when they could not be had. */
function useProgrammes(): Programme[] | null {
  const [known, setKnown] = useState<Programme[] | null>([]);
  useEffect(() => {
    const leaving = new AbortController();
    programmes(leaving.signal).then(
      (all) => leaving.signal.aborted || setKnown(all.filter(({ subject }) => subject === "building")),
      () => leaving.signal.aborted || setKnown(null),
    );
    return () => leaving.abort();
  }, []);
  return known;
}

/** One question at a time; an answer goes away when what it answers is changed. */
function useQuestion() {
  const [state, setState] = useState<{ isAsking: boolean; answered?: Answered; problem?: Problem }>({ isAsking: false });
  const asking = useRef(new AbortController());
  useEffect(() => () => asking.current.abort(), []);
  const start = () => {
    asking.current.abort();
    return (asking.current = new AbortController()).signal;
  };
  const drop = () => {
    start();
    setState({ isAsking: false });
  };
  const ask = (outline: Outline, { on: typed, declared }: Asked, programme: Programme | undefined) => {
    const on = readDay(typed) ?? "";
    const stop = start();
    setState({ isAsking: true });
    const body = { footprint: { ...outline }, ...(programme ? { programme: programme.id, declared } : {}), ...(on ? { on } : {}) };
    check(body, stop).then(
      (answer) => stop.aborted || setState({ isAsking: false, answered: { body, answer, outline, day: on, programme } }),
      (error: unknown) => stop.aborted || setState({ isAsking: false, problem: failure(error) }),
    );
  };
  return { ...state, ask, drop };
}

function sayFault({ fault, line, corner }: Extract<Reading, { fault: unknown }>): string {
  if (fault !== "line") return text(`web.footprint.fault.${fault}`);
  return text("web.footprint.fault.line", { line: String(line), fault: text(`web.reading.${corner ?? "unreadable"}`) });
}

function areaWords(outline: Outline): string {
  const area = areaM2(outline);
  if (area < 1e6) return text("web.footprint.area.m2", { area: formatCount(Math.round(area)) });
  return text("web.footprint.area.km2", { area: formatCount(Math.round(area / 1e6)) });
}
