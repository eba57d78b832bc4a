/**
 * A widget of Grist: reads the addresses of a table, asks this service, and fills in the columns that the user designated.
 */
import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { failure, ServiceError } from "../api/client";
import { refusal } from "../french/messages";
import { formatCount, type Key, text } from "../french/texts";
import { fill, type Progress, type Writer } from "./fill";
import { GristRpc, type Notice } from "./rpc";
import { type Cells, COLUMNS, columnOf, isMapped, type Mapping, rowsOf } from "./table";

/** Rows without an answer that are named; the table shows all of them. */
const MOST_FAULTS = 50;

/** The rights that Grist has granted: `none`, `read table` or `full`; null until it has said. */
const rights = signal<string | null>(null);
const tableId = signal("");
const mapping = signal<Mapping | null>(null);
const cells = signal<Cells>({});

/** The page of Grist around this one; null when somebody opens the widget alone. */
const grist = window.parent === window ? null : new GristRpc(window.parent, hear);

function hear({ tableId: table, dataChange, mappingsChange, settings, fromReady }: Notice): void {
  if (settings?.accessLevel) rights.value = settings.accessLevel;
  // Grist may wait for this before it shows the widget.
  if (settings && fromReady) grist?.tell({ settings: { status: "initialized" } });
  if (table) tableId.value = table;
  if (mappingsChange || dataChange || table) void readTable();
}

async function readTable(): Promise<void> {
  if (!grist) return;
  // Without rights Grist refuses: then nothing is known, and the page says which rights it needs.
  const [mapped, table] = await Promise.all([
    grist.call<Mapping | null>("CustomSectionAPI", "mappings", []).catch(() => null),
    grist.call<Cells>("GristView", "fetchSelectedTable", []).catch(() => ({})),
  ]);
  mapping.value = mapped;
  cells.value = table;
}

/** Declares to Grist what the widget needs, and listens from then on. */
export function begin(): void {
  if (!grist) return;
  grist.ready();
  const columns = COLUMNS.map((name) => ({
    name,
    title: text(`web.grist.column.${name}`),
    description: name === "address" ? text("web.grist.column.address.hint") : null,
    optional: name !== "address" && name !== "zone",
    allowMultiple: name === "address",
    type: name === "address" ? "Text,Int,Numeric,Choice,Any" : "Text,Choice,Any",
  }));
  const wanted = { requiredAccess: "full", columns, hasCustomOptions: false };
  void grist.call("CustomSectionAPI", "configure", [wanted]).then(readTable, () => undefined);
}

/** Writes rows into the table; columns that nobody designated are left alone. */
const write: Writer = async (rows) => {
  if (rows.length === 0) return;
  const columns: Record<string, string[]> = {};
  for (const name of ["zone", "code", "name", "certainty"] as const) {
    const column = columnOf(mapping.value, name);
    if (column) columns[column] = rows.map(({ filled }) => filled[name]);
  }
  const action = ["BulkUpdateRecord", tableId.value, rows.map(({ id }) => id), columns];
  try {
    await grist?.call("GristDocAPI", "applyUserActions", [[action]], "grist");
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new ServiceError("grist", fault, text("web.grist.write_refused", { fault }));
  }
};

export function Widget() {
  return (
    <main class="grist">
      <h1>{text("web.grist.title")}</h1>
      <p>{text("web.grist.intro")}</p>
      <p class="hint">{text("web.grist.rights")}</p>
      {grist ? (
        <Filling />
      ) : (
        <p class="problem">{text("web.grist.no_parent", { url: location.href })}</p>
      )}
    </main>
  );
}

function Filling() {
  const [isAll, setAll] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [said, setSaid] = useState("");
  const [isBad, setBad] = useState(false);
  const stopping = useRef(new AbortController());
  if (rights.value !== null && rights.value !== "full")
    return <p class="problem">{text("web.grist.refused")}</p>;
  if (!isMapped(mapping.value)) return <p class="problem">{text("web.grist.unmapped")}</p>;
  const rows = rowsOf(cells.value, mapping.value, isAll);

  const run = async () => {
    stopping.current = new AbortController();
    const { signal } = stopping.current;
    let last: Progress = { done: 0, total: rows.length, counts: {}, faults: [] };
    const follow = (now: Progress) => {
      last = now;
      setProgress(now);
    };
    setRunning(true);
    setSaid("");
    setBad(false);
    follow(last);
    const end = (key: Key, values: Record<string, string> = {}) =>
      setSaid(text(key, { done: formatCount(last.done), ...values }));
    try {
      await fill(rows, write, follow, signal);
      end(signal.aborted ? "web.grist.stopped" : "web.grist.done");
    } catch (error) {
      setBad(true);
      end("web.grist.failed", { fault: refusal(failure(error)) });
    }
    setRunning(false);
  };
  return (
    <>
      <fieldset disabled={isRunning}>
        <legend>{text("web.grist.scope")}</legend>
        {[false, true].map((all) => (
          <label key={String(all)} class="choice">
            <input type="radio" name="scope" checked={isAll === all} onChange={() => setAll(all)} />
            {text(all ? "web.grist.scope.all" : "web.grist.scope.empty")}
          </label>
        ))}
      </fieldset>
      <p>{isRunning ? "" : describeCount(rows.length)}</p>
      <div class="actions">
        {isRunning ? (
          <button type="button" onClick={() => stopping.current.abort()}>
            {text("web.grist.stop")}
          </button>
        ) : (
          <button
            type="button"
            class="main"
            disabled={rows.length === 0}
            onClick={() => void run()}
          >
            {text("web.grist.run")}
          </button>
        )}
      </div>
      {progress && (isRunning || progress.done > 0) && <Done progress={progress} />}
      <p role="status" class={isBad ? "problem" : ""}>
        {said}
      </p>
    </>
  );
}

function describeCount(count: number): string {
  if (count === 0) return text("web.grist.ready.none");
  if (count === 1) return text("web.grist.ready.one");
  return text("web.grist.ready", { count: formatCount(count) });
}

/** How far it is, the results, and the rows without an answer. */
function Done({ progress: { done, total, counts, faults } }: { progress: Progress }) {
  const words = text("web.grist.progress", { done: formatCount(done), total: formatCount(total) });
  return (
    <>
      <label class="progress">
        {words}
        <progress max={Math.max(total, 1)} value={done} />
      </label>
      <h2>{text("web.grist.counts")}</h2>
      <dl>
        {(["qpv", "band_300m", "outside", "undetermined"] as const).map((zone) => (
          <div key={zone}>
            <dt>{text(`web.grist.zone.${zone}`)}</dt>
            <dd>{formatCount(counts[zone] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      {faults.length > 0 && (
        <>
          <h2>{text("web.grist.faults")}</h2>
          <ul>
            {faults.slice(0, MOST_FAULTS).map(({ row, fault }) => (
              <li key={row.id}>
                {text("web.grist.fault", { row: formatCount(row.number), fault })}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
