/**
 * The view of a building by its outline, drawn on the map or pasted. It shows if some part and every part is in a
 * neighbourhood, within 300 m and within 500 m, and the result of a rule. The outline is sent in bodies only.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { failure, type Problem, suggest } from "../api/client";
import { isUnread } from "../french/dates";
import { refusal } from "../french/messages";
import { formatCount, text } from "../french/texts";
import { useVintages } from "../map/layers";
import type { Focus } from "../map/scene";
import { AddressBox, type Place } from "../parts/address-box";
import { useLatestCall } from "../parts/latest-call";
import { shareOfOutline } from "../share/api";
import { ShareSection } from "../share/share-section";
import { BuildingCard } from "./answer";
import { areaM2, cornersOf, type Outline } from "./outline";
import { type BuildingQuestion, QuestionFields } from "./question";
import { type Outlines, useOutlines, useProgrammes, useQuestion } from "./state";
import "./building.css";

/** Near enough to see a building. */
const DRAWING_ZOOM = 18;
const NOTHING: BuildingQuestion = { programme: undefined, on: "", declared: {} };

export function Building() {
  const known = useProgrammes();
  const [asked, setAsked] = useState(NOTHING);
  const [isJudged, judge] = useState(false);
  const question = useQuestion();
  const outlines = useOutlines(question.drop);
  const vintage = question.answered?.answer.footprint?.vintage;
  useVintages(question.isAsking ? undefined : vintage ? [vintage] : []);
  const programme =
    asked.programme === undefined ? known?.[0] : known?.find(({ id }) => id === asked.programme);
  const submit = (event: Event) => {
    event.preventDefault();
    judge(true);
    // An unreadable day is no question: the field says so.
    if (isUnread(asked.on)) return document.getElementById("permit-day")?.focus();
    const outline = outlines.given();
    if (outline) question.ask(outline, asked, programme);
  };
  const again = () => {
    outlines.forget();
    setAsked(NOTHING);
  };
  const change = (changed: Partial<BuildingQuestion>) => {
    setAsked({ ...asked, ...changed });
    judge(false);
    question.drop();
  };
  return (
    <div class="building">
      <p class="lead">{text("web.building.lead")}</p>
      <GoTo onFound={outlines.look} />
      <form class="form" onSubmit={submit}>
        <OutlineFields outlines={outlines} />
        <QuestionFields
          known={known}
          programme={programme}
          asked={asked}
          isJudged={isJudged}
          onChange={change}
        />
        <div class="actions">
          <button class="main" type="submit">
            {text("web.building.submit")}
          </button>
          <button type="button" disabled={!outlines.outline} onClick={outlines.undo}>
            {text("web.building.undo")}
          </button>
          <button type="button" onClick={again}>
            {text("web.building.again")}
          </button>
        </div>
      </form>
      <div class="answer" role="status" aria-busy={question.isAsking}>
        {question.isAsking && <p>{text("web.answer.asking")}</p>}
        {question.answered && (
          <BuildingCard {...question.answered} area={areaWords(question.answered.outline)} />
        )}
        {question.problem && <Failed problem={question.problem} />}
      </div>
      {outlines.outline && <OutlineShare outline={outlines.outline} />}
    </div>
  );
}

/** How much of a project lies in neighbourhoods. */
function OutlineShare({ outline }: { outline: Outline }) {
  return (
    <ShareSection
      title="web.share.outline"
      area={JSON.stringify(outline)}
      ask={(stop) => shareOfOutline(outline, stop)}
    />
  );
}

/** The two ways to give an outline, and the outline read. */
function OutlineFields({ outlines }: { outlines: Outlines }) {
  const { outline, isDrawing } = outlines;
  return (
    <>
      <div>
        <button type="button" aria-pressed={isDrawing} onClick={outlines.toggleDrawing}>
          {text(isDrawing ? "web.building.draw.stop" : "web.building.draw")}
        </button>
        <p class="reading" role="status">
          {isDrawing ? text("web.building.drawing") : ""}
        </p>
      </div>
      <Paste outlines={outlines} />
      <p class="reading" role="status">
        {outline
          ? text("web.building.outline.ready", {
              corners: String(cornersOf(outline)),
              area: areaWords(outline),
            })
          : ""}
      </p>
    </>
  );
}

/** Brings the map to an address, to draw there. */
function GoTo({ onFound }: { onFound: (focus: Focus) => void }) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const latest = useLatestCall();
  const go = async (place: Place) => {
    const stop = latest.start();
    setFault("");
    if (place.kind === "position")
      return onFound({ lon: place.lon, lat: place.lat, zoom: DRAWING_ZOOM });
    try {
      const [found] = await suggest(place.q, stop);
      const [lon, lat] = found?.geometry.coordinates ?? [];
      if (stop.aborted) return;
      if (lon === undefined || lat === undefined) return setFault(text("web.building.go.nowhere"));
      onFound({ lon, lat, zoom: DRAWING_ZOOM });
    } catch (error) {
      if (!stop.aborted) setFault(refusal(failure(error)));
    }
  };
  return (
    <div class="go-to">
      <AddressBox
        label={text("web.building.go")}
        hint={text("web.building.go.hint")}
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
function Paste({ outlines: { pasted, fault, paste, read } }: { outlines: Outlines }) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (fault) box.current?.focus();
  }, [fault]);
  return (
    <div>
      <label for="outline">{text("web.building.paste")}</label>
      <textarea
        id="outline"
        ref={box}
        rows={4}
        spellcheck={false}
        autocomplete="off"
        value={pasted}
        aria-invalid={fault !== ""}
        aria-describedby="outline-fault outline-hint"
        onInput={(event) => paste(event.currentTarget.value)}
      />
      <p id="outline-fault" class="reading fault" role="alert">
        {fault}
      </p>
      <p id="outline-hint" class="hint">
        {text("web.building.paste.hint")}
      </p>
      <div class="actions">
        <button type="button" onClick={read}>
          {text("web.building.outline.set")}
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

function areaWords(outline: Outline): string {
  const area = areaM2(outline);
  if (area < 1e6) return text("web.building.area.m2", { area: formatCount(Math.round(area)) });
  return text("web.building.area.km2", { area: formatCount(Math.round(area / 1e6)) });
}
