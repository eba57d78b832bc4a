/**
 * All rows of a list in a table that draws only those in sight, so that a hundred thousand scroll as a hundred do. One stop for
 * the keyboard: arrows, Page, Home and End go from row to row, Enter opens the one reached.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount, text } from "../../french/texts";
import { ToneIcon } from "../../parts/icons";
import { resultName, toneOf } from "../tally";
import type { WorkRow } from "./rows";
import type { Work } from "./work";

/** The height of a row, as in the style sheet; three lines. */
const ROW_PX = 68;
/** Rows drawn above and below those in sight. */
const MARGIN_ROWS = 8;
/** The height before it is measured. */
const USUAL_PX = 480;

export function WorkTable({ work, onOpen }: { work: Work; onOpen: (row: number) => void }) {
  const rows = work.shown.value;
  const { frame, first, last, height, measure } = useSight(rows.length);
  const [reached, reach] = useState(0);
  // The place itself and not a mark: the effect of an earlier key may run after a later key, and would take its focus.
  const takesFocus = useRef<number | null>(null);
  const at = Math.min(reached, Math.max(0, rows.length - 1));
  const look = (to: number) => {
    reach(to);
    bringIntoSight(frame.current, to);
  };
  useEffect(() => {
    // The row that is opened elsewhere, as by "next", is the one reached.
    const chosen = rows.findIndex(({ row }) => row === work.chosen.value);
    if (chosen >= 0) look(chosen);
  }, [work.chosen.value]);
  useEffect(() => {
    if (takesFocus.current === null) return;
    const button = buttonOf(frame.current, rows[takesFocus.current]);
    // A row that is far away is drawn once the table has been scrolled there.
    if (!button) return;
    takesFocus.current = null;
    button.focus({ preventScroll: true });
  });
  const pressed = (event: KeyboardEvent) => {
    const to = rowReached(event.key, at, Math.max(1, Math.floor(height / ROW_PX) - 1), rows.length);
    if (to === null) return;
    event.preventDefault();
    takesFocus.current = to;
    look(to);
  };
  return (
    <div class="work-table" ref={frame} onScroll={measure}>
      <table aria-label={text("web.list.work.table")} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1} class="work-head">
            {(["row", "who", "result"] as const).map((column) => (
              <th key={column} scope="col">
                {text(`web.list.work.head.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={`height: ${rows.length * ROW_PX}px`}>
          {rows.slice(first, last).map((row, index) => (
            <Row
              key={row.row}
              work={work}
              row={row}
              index={first + index}
              isReached={first + index === at}
              onKey={pressed}
              onOpen={() => {
                reach(first + index);
                onOpen(row.row);
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The rows in sight, and a few around them. */
function useSight(count: number) {
  const frame = useRef<HTMLDivElement>(null);
  const [{ top, height }, setSight] = useState({ top: 0, height: USUAL_PX });
  const measure = () => {
    const { scrollTop = 0, clientHeight = USUAL_PX } = frame.current ?? {};
    setSight({ top: scrollTop, height: clientHeight });
  };
  // A short list has a short frame, which grows with another filter.
  useEffect(measure, [count]);
  const first = Math.max(0, Math.floor(top / ROW_PX) - MARGIN_ROWS);
  const last = Math.min(count, Math.ceil((top + height) / ROW_PX) + MARGIN_ROWS);
  return { frame, first, last, height, measure };
}

/** Returns the place that a key leads to; null for another key. */
function rowReached(key: string, at: number, page: number, count: number): number | null {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

function Row({
  work,
  row,
  index,
  isReached,
  onKey,
  onOpen,
}: {
  work: Work;
  row: WorkRow;
  index: number;
  isReached: boolean;
  onKey: (event: KeyboardEvent) => void;
  onOpen: () => void;
}) {
  return (
    <tr
      aria-rowindex={index + 2}
      class="work-row"
      data-chosen={row.row === work.chosen.value ? "yes" : "no"}
      style={`transform: translateY(${index * ROW_PX}px)`}
    >
      <td>{formatCount(row.row)}</td>
      <th scope="row">
        <button
          type="button"
          class="plain"
          data-row={row.row}
          tabIndex={isReached ? 0 : -1}
          onKeyDown={onKey}
          onClick={onOpen}
        >
          {work.whoOf(row) || text("web.list.work.unnamed")}
        </button>
        <small>{row.label || work.addressOf(row)}</small>
      </th>
      <td class="work-result">
        <ToneIcon tone={toneOf(row.result)} size={20} /> <span>{resultName(row.result)}</span>
        {work.corrections.value.has(row.row) && <small>{text("web.list.work.corrected")}</small>}
      </td>
    </tr>
  );
}

function buttonOf(frame: HTMLElement | null, row: WorkRow | undefined): HTMLElement | null {
  return frame?.querySelector<HTMLElement>(`button[data-row="${row?.row}"]`) ?? null;
}

/** Scrolls the table alone, and only as far as it must. */
function bringIntoSight(frame: HTMLElement | null, index: number): void {
  if (!frame) return;
  const head = frame.querySelector<HTMLElement>(".work-head")?.offsetHeight ?? 0;
  const top = index * ROW_PX;
  const room = frame.clientHeight - head;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + ROW_PX > frame.scrollTop + room) frame.scrollTop = top + ROW_PX - room;
}
