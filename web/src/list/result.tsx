/** The last step of a list: counts with bars, the rows to verify first, the points on the map, what can be taken along. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { perimeter } from "../api/client";
import { formatCount, text } from "../french/texts";
import { useVintages } from "../map/layers";
import { type Focus, useScene } from "../map/scene";
import { vintageOf } from "../map/vintages";
import { save } from "../parts/download";
import { ToneIcon } from "../parts/icons";
import type { Bundle } from "./api";
import { ListRows, rowLabel } from "./rows";
import type { Session } from "./session";
import { Fault, StepSection } from "./step-section";
import { boxOf, byQpv, byResult, type CountBar, onMap, toneOf } from "./tally";

/** Neighbourhoods shown; the file has all. */
const MOST_QPV = 20;

export function ListResult({ session, bundle }: { session: Session; bundle: Bundle }) {
  const { plan, problem } = session.state.value;
  const [counts] = bundle.summary.answers;
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
    const marker = chosen && {
      lon,
      lat,
      tone: toneOf(chosen.properties.result),
      label: rowLabel(chosen),
      doubtM: 0,
    };
    return { points, onRow: setRow, ...(focus ? { focus } : {}), ...(marker ? { marker } : {}) };
  }, [points, focus, chosen]);
  const take = () => {
    save(bundle.table);
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
      <div class="actions">
        <button class="main" type="button" onClick={take}>
          {text("web.list.take")}
        </button>
        <button type="button" onClick={() => session.revise()}>
          {text("web.list.revise")}
        </button>
      </div>
      <Bars title={text("web.list.by_result")} bars={byResult(counts)} withIcons />
      <p class="hint unprinted">
        {text("web.list.legend", { count: formatCount(bundle.points.length) })}
      </p>
      <ListRows bundle={bundle} row={row} chosen={chosen} onLook={look} />
      <QpvBars bars={byQpv(counts, bundle.points)} />
      {plan.programme !== null && <Published session={session} />}
      <Fault problem={problem} />
    </StepSection>
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
