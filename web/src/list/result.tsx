/** The last step of a list: counts with bars, the rows to verify first, the points on the map, what can be taken along. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { perimeter } from "../api/client";
import { formatCount, formatList, text } from "../french/texts";
import { useVintages } from "../map/layers";
import { type Focus, useScene } from "../map/scene";
import { vintageOf } from "../map/vintages";
import { save } from "../parts/download";
import { ToneIcon } from "../parts/icons";
import type { Bundle, Counts, Summary } from "./api";
import { ListRows, rowLabel } from "./rows";
import type { Session } from "./session";
import { Fault, StepSection } from "./step-section";
import { boxOf, byQpv, byResult, byRows, type CountBar, onMap, toneOf } from "./tally";
import { WorkList } from "./work/work-list";
import "./work/work.css";
import { pinOf } from "./work/pin";

/** Neighbourhoods shown; the file has all. */
const MOST_QPV = 20;

export function ListResult({ session, bundle: first }: { session: Session; bundle: Bundle }) {
  const { plan, problem, work } = session.state.value;
  // With the corrections, once they are answered.
  const bundle = work?.answers.value ?? first;
  const [counts] = bundle.summary.answers;
  const [isMaking, setMaking] = useState(false);
  const [row, setRow] = useState<number | null>(null);
  const [focus, setFocus] = useState<Focus | undefined>(() => boxOf(bundle.points));
  const points = useMemo(() => onMap(bundle), [bundle]);
  const chosen = bundle.points.find(({ properties }) => properties.row === row);
  const look = (wanted: number) => {
    setRow(wanted);
    const [lon, lat] =
      bundle.points.find(({ properties }) => properties.row === wanted)?.geometry.coordinates ?? [];
    if (lon !== undefined && lat !== undefined) setFocus({ lon, lat, zoom: 17 });
  };
  const codes = bundle.points.flatMap(({ properties }) => properties.code_qp ?? []);
  useVintages(
    useMemo(() => [...new Set(codes.flatMap((code) => vintageOf(code) ?? []))].sort(), [bundle]),
  );
  useScene(() => {
    const [lon = 0, lat = 0] = chosen?.geometry.coordinates ?? [];
    const looked = chosen && {
      lon,
      lat,
      tone: toneOf(chosen.properties.result),
      label: rowLabel(chosen),
      doubtM: 0,
    };
    const worked = work && pinOf(work, bundle.points);
    const marker = worked?.marker ?? looked;
    return {
      points,
      onRow: setRow,
      ...(focus ? { focus } : {}),
      ...(marker ? { marker } : {}),
      // A row without a place gets one by a click; elsewhere a click would move what is right.
      ...(worked?.onPick ? { onPick: worked.onPick } : {}),
    };
  }, [points, focus, chosen, work?.chosen.value, work?.rows.value]);
  useEffect(() => {
    // The row that is being settled is looked at.
    const place = work && pinOf(work, bundle.points).marker;
    if (place) setFocus({ lon: place.lon, lat: place.lat, zoom: 17 });
  }, [work?.chosen.value]);
  const take = async () => {
    if (isMaking) return;
    setMaking(true);
    const file = await session.finished();
    setMaking(false);
    if (!file) return;
    save(file);
    session.taken();
  };
  return (
    <StepSection step="result">
      <p>
        {text("tally.origin", {
          digest: bundle.summary.dataset.slice(0, 12),
          rows: formatCount(bundle.summary.rows),
        })}
      </p>
      <ListNotes summary={bundle.summary} />
      <div class="actions">
        <button class="main" type="button" onClick={() => void take()}>
          {text("web.list.take")}
        </button>
        <span role="status">{isMaking ? text("web.list.work.making") : ""}</span>
        <button type="button" onClick={() => session.revise()}>
          {text("web.list.revise")}
        </button>
      </div>
      {bundle.summary.new_book && (
        <p class="notice">{text(`list.new_book.${bundle.summary.new_book}`)}</p>
      )}
      <Bars
        title={text("web.list.by_result")}
        bars={
          work?.corrections.value.size ? byRows(counts, work.rows.value ?? []) : byResult(counts)
        }
        withIcons
      />
      <Reviews counts={counts} />
      <p class="hint unprinted">
        {text("web.list.legend", { count: formatCount(bundle.points.length) })}
      </p>
      {work && <WorkList work={work} />}
      <ListRows bundle={bundle} row={row} chosen={chosen} onLook={look} />
      <QpvBars bars={byQpv(counts, bundle.points)} />
      {plan.programme !== null && <Published session={session} />}
      <Fault problem={problem} />
    </StepSection>
  );
}

/** The rows that reviews settle, apart from the counts of the data, and those whose review is not taken. */
function Reviews({ counts: { reviewed, reviews_not_taken: refused = {} } }: { counts: Counts }) {
  const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);
  const settled = sum(Object.values(reviewed ?? {}));
  // The data gives the same answer to a review that was not needed.
  const notTaken = Object.entries(refused).filter(([status]) => status !== "not_needed");
  const left = sum(notTaken.map(([, { rows }]) => rows));
  return (
    <>
      {settled > 0 && <p>{text("web.list.reviewed", { rows: formatCount(settled) })}</p>}
      {left > 0 && (
        <p class="notice">{text("web.list.reviews_not_taken", { rows: formatCount(left) })}</p>
      )}
    </>
  );
}

/** What was found of the rows of a list: those of no person, and those like an earlier one. */
function ListNotes({ summary: { skipped = {}, duplicates } }: { summary: Summary }) {
  const count = Object.values(skipped).reduce((sum, { rows }) => sum + rows, 0);
  return (
    <>
      {count > 0 && <p class="hint">{text("web.list.skipped", { count: formatCount(count) })}</p>}
      {duplicates && (
        <p class="notice">
          {text("web.list.duplicates", {
            count: formatCount(duplicates.rows),
            rows: formatList(
              duplicates.first.map(({ row, of }) =>
                text("tally.duplicate", { row: formatCount(row), of: formatCount(of) }),
              ),
            ),
          })}
        </p>
      )}
    </>
  );
}

/** Counts, each with its bar; the table says all that the bars show. */
function Bars({
  title,
  bars,
  withIcons = false,
}: {
  title: string;
  bars: CountBar[];
  withIcons?: boolean;
}) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const withPeople = bars.some(({ eligible }) => eligible !== undefined);
  const withDoubt = bars.some(({ undetermined }) => undetermined !== undefined);
  return (
    <table class="bars">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{text(withIcons ? "web.list.result" : "web.list.qpv")}</th>
          <th scope="col">{text("web.list.rows")}</th>
          {withPeople && <th scope="col">{text("tally.eligible")}</th>}
          {withDoubt && (
            <th scope="col">{text(withPeople ? "tally.undetermined" : "web.list.verify.too")}</th>
          )}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ label, count, tone, eligible, undetermined }) => (
          <tr key={label} data-tone={tone}>
            <th scope="row">
              <span class="bar-label">
                {withIcons && <ToneIcon tone={tone} size={20} />}
                {label}
              </span>
              <svg class="bar-drawn" aria-hidden="true" width="100%" height="8">
                <rect width={`${(count / most) * 100}%`} height="8" />
              </svg>
            </th>
            <td>{formatCount(count)}</td>
            {withPeople && <td>{formatCount(eligible ?? 0)}</td>}
            {withDoubt && <td>{formatCount(undetermined ?? 0)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function QpvBars({ bars }: { bars: CountBar[] }) {
  const shown = bars.slice(0, MOST_QPV);
  const names = useNames(shown.flatMap(({ code }) => code ?? []));
  if (bars.length === 0) return <p>{text("web.list.by_qpv.none")}</p>;
  const named = shown.map((bar) => ({ ...bar, label: (bar.code && names[bar.code]) || bar.label }));
  return (
    <>
      <Bars title={text("web.list.by_qpv")} bars={named} />
      {shown.some(({ eligible, undetermined }) => eligible === undefined && undetermined) && (
        <p class="hint">{text("web.list.by_qpv.hint")}</p>
      )}
      {bars.length > shown.length && (
        <p class="hint">
          {text("web.list.by_qpv.more", { count: formatCount(bars.length - shown.length) })}
        </p>
      )}
    </>
  );
}

/** Loads the names of neighbourhoods by code; one that fails to load is shown by its code. */
function useNames(codes: string[]): Record<string, string> {
  const [names, setNames] = useState<Record<string, string>>({});
  useEffect(() => {
    const leaving = new AbortController();
    for (const code of codes) {
      perimeter(code, leaving.signal).then(
        ({ properties: { lib_qp } }) =>
          leaving.signal.aborted ||
          setNames((known) => ({ ...known, [code]: `${lib_qp} (${code})` })),
        () => undefined,
      );
    }
    return () => leaving.abort();
  }, [codes.join()]);
  return names;
}

/** The counts to be published, small ones hidden. */
function Published({ session }: { session: Session }) {
  const [under, setUnder] = useState("5");
  const [isMaking, setMaking] = useState(false);
  const threshold = under.trim() === "" ? null : Number(under);
  const isWrong = threshold !== null && !(Number.isInteger(threshold) && threshold >= 2);
  const make = async (event: Event) => {
    event.preventDefault();
    if (isWrong || isMaking) return;
    setMaking(true);
    const content = await session.counts(threshold);
    setMaking(false);
    const stem = session.state.value.file?.name.replace(/\.[^.]*$/, "") ?? "";
    if (content) save({ name: `synthese-${stem}.csv`, content });
  };
  return (
    <form class="form publish" onSubmit={(event) => void make(event)}>
      <h3>{text("web.list.publish")}</h3>
      <div>
        <label for="list-under">{text("web.list.under")}</label>
        <input
          id="list-under"
          type="number"
          min={2}
          step={1}
          value={under}
          aria-invalid={isWrong}
          aria-describedby="list-under-hint"
          onInput={(event) => setUnder(event.currentTarget.value)}
        />
        <p id="list-under-hint" class={isWrong ? "hint fault" : "hint"}>
          {text(isWrong ? "web.list.under.wrong" : "web.list.under.hint")}
        </p>
      </div>
      <div class="actions">
        <button type="submit">{text("web.list.publish.take")}</button>
        <span role="status">{isMaking ? text("web.list.publish.making") : ""}</span>
      </div>
    </form>
  );
}
