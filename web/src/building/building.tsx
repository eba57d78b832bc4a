/**
 * The view of a building by its outline, drawn on the map or pasted. It shows if some part and every part is in a
 * neighbourhood, within 300 m and within 500 m, and the result of a rule. The outline is sent in bodies only.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { failure, type Problem, type Programme, perimeter } from "../api/client";
import { isUnread, readDay, today } from "../french/dates";
import { refusal } from "../french/messages";
import { formatCount, text } from "../french/texts";
import { boxAround } from "../map/box";
import { useVintages } from "../map/layers";
import type { Focus } from "../map/scene";
import { focusWithin } from "../parts/asked-facts";
import type { Choice } from "../parts/choice";
import { departmentOfCommune, departmentOfPerimeter, noteDepartment } from "../parts/department";
import { useLatestCall } from "../parts/latest-call";
import { positionOf } from "../parts/place";
import { usualProgramme } from "../parts/programme-groups";
import { SearchBox } from "../parts/search-box";
import { useSight } from "../parts/sight";
import { shareOfOutline } from "../share/api";
import { ShareSection } from "../share/share-section";
import { BuildingCard } from "./answer";
import { areaM2, cornersOf, type Outline } from "./outline";
import { type Addition, annexName, joined } from "./project";
import { type BuildingQuestion, QuestionFields } from "./question";
import { type Outlines, useOutlines, useProgrammes, useQuestion } from "./state";
import "./building.css";

/** Near enough to see a building. */
const DRAWING_ZOOM = 18;
/** Far enough to see a town. */
const TOWN_ZOOM = 13;
const NOTHING: BuildingQuestion = { programmes: undefined, on: "", declared: {} };

export function Building() {
  const known = useProgrammes();
  const [asked, setAsked] = useState(NOTHING);
  const [isJudged, judge] = useState(false);
  const question = useQuestion();
  const outlines = useOutlines(question.drop);
  const vintage = question.answered?.answer.footprint?.vintage;
  useVintages(question.isAsking ? undefined : vintage ? [vintage] : []);
  const root = useRef<HTMLDivElement>(null);
  const answer = useRef<HTMLDivElement>(null);
  useSight(answer, question.answered ?? question.problem ?? null);
  const chosen = chosenOf(known ?? [], asked);
  const submit = (event: Event) => {
    event.preventDefault();
    judge(true);
    // An unreadable day is no question: the field says so.
    if (isUnread(asked.on)) return document.getElementById("permit-day")?.focus();
    const project = outlines.given();
    if (project) question.ask(project, asked, chosen);
    // A fact that cannot be read is marked first: then the keyboard goes to it.
    setTimeout(() => focusWithin(root.current, '[data-fact] [aria-invalid="true"]'));
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
    <div class="building" ref={root}>
      <p class="lead">{text("web.building.lead")}</p>
      <GoTo onFound={outlines.look} />
      <form class="form" onSubmit={submit}>
        <OutlineFields outlines={outlines} />
        <QuestionFields
          known={known}
          chosen={chosen}
          asked={asked}
          isJudged={isJudged}
          onChange={change}
        />
        <div class="actions">
          <button class="main" type="submit">
            {text("web.building.submit")}
          </button>
          <button type="button" disabled={!outlines.project} onClick={outlines.undo}>
            {text("web.building.undo")}
          </button>
          <button type="button" onClick={again}>
            {text("web.building.again")}
          </button>
        </div>
      </form>
      <div class="answer" role="status" aria-busy={question.isAsking} ref={answer}>
        {question.isAsking && <p>{text("web.answer.asking")}</p>}
        {question.answered && (
          <BuildingCard
            {...question.answered}
            area={areaWords(joined(question.answered.project.buildings))}
          />
        )}
        {question.problem && <Failed problem={question.problem} />}
      </div>
      {outlines.project?.buildings.length === 1 && outlines.project.buildings[0] && (
        <OutlineShare outline={outlines.project.buildings[0]} />
      )}
    </div>
  );
}

/** The programmes asked; the usual one until one is chosen. */
function chosenOf(known: Programme[], { programmes: ids, on }: BuildingQuestion): Programme[] {
  if (ids) return known.filter(({ id }) => ids.includes(id));
  return usualProgramme(known, readDay(on) ?? today());
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

/** The two ways to give an outline, and the project read. */
function OutlineFields({ outlines }: { outlines: Outlines }) {
  const { project, isDrawing } = outlines;
  const building = project && joined(project.buildings);
  return (
    <>
      {project && <NextOutline outlines={outlines} />}
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
        {building
          ? text("web.building.outline.ready", {
              corners: String(cornersOf(building)),
              area: areaWords(building),
            })
          : ""}
      </p>
      {project && project.annexes.length > 0 && <Annexes outlines={outlines} />}
    </>
  );
}

const ADDITIONS: Addition[] = ["replace", "building", "annex"];

/** What the next outline is to the project. */
function NextOutline({ outlines: { as, setAs } }: { outlines: Outlines }) {
  return (
    <fieldset class="next-outline">
      <legend>{text("web.building.next")}</legend>
      {ADDITIONS.map((addition) => (
        <label key={addition}>
          <input
            type="radio"
            name="next-outline"
            checked={as === addition}
            onChange={() => setAs(addition)}
          />{" "}
          {text(`web.building.next.${addition}`)}
        </label>
      ))}
    </fieldset>
  );
}

/** The annexes of the project, each to be taken out again. */
function Annexes({ outlines: { project, dropAnnex } }: { outlines: Outlines }) {
  return (
    <ul class="annexes">
      {project?.annexes.map((annex, index) => (
        <li key={JSON.stringify(annex.outline)}>
          {text("web.building.annex", {
            annex: annexName(annex, index),
            area: areaWords(annex.outline),
          })}{" "}
          <button type="button" onClick={() => dropAnnex(annex)}>
            {text("web.building.annex.drop", { annex: annexName(annex, index) })}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Brings the map to an address, to draw there. */
function GoTo({ onFound }: { onFound: (focus: Focus) => void }) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const latest = useLatestCall();
  const go = async (choice: Choice) => {
    const stop = latest.start();
    setFault("");
    try {
      const focus = await focusOf(choice, stop);
      if (stop.aborted) return;
      noteDepartment(departmentOfChoice(choice));
      if (focus) onFound(focus);
      else setFault(text("web.building.go.nowhere"));
    } catch (error) {
      if (!stop.aborted) setFault(refusal(failure(error)));
    }
  };
  return (
    <div class="go-to">
      <SearchBox
        label={text("web.search.box")}
        hint={`${text("web.search.hint")} ${text("web.building.go.hint")}`}
        value={typed}
        onInput={setTyped}
        onChoose={(choice) => void go(choice)}
      />
      <p class="reading fault" role="alert">
        {fault}
      </p>
    </div>
  );
}

function departmentOfChoice(choice: Choice): string | null {
  if (choice.kind === "commune") return departmentOfCommune(choice.insee);
  if (choice.kind === "perimeter") return departmentOfPerimeter(choice.code);
  if (choice.kind !== "place" || choice.place.kind !== "address") return null;
  return departmentOfCommune(choice.place.citycode);
}

/** Returns where to look for a choice: near enough to draw at an address, all of a neighbourhood. */
async function focusOf(choice: Choice, stop: AbortSignal): Promise<Focus | null> {
  if (choice.kind === "perimeter") {
    const { geometry } = await perimeter(choice.code, stop);
    const box = geometry && boxAround((geometry.coordinates as number[][][][]).flat(2));
    return box ? { box } : null;
  }
  if (choice.kind === "commune") {
    const place = { kind: "address", q: choice.label, citycode: choice.insee } as const;
    const middle = await positionOf(place, stop);
    return middle && { ...middle, zoom: TOWN_ZOOM };
  }
  if (choice.kind === "none") return null;
  const found = await positionOf(choice.place, stop);
  return found && { ...found, zoom: DRAWING_ZOOM };
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
