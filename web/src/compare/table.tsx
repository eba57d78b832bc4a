/**
 * The changes of an area as a table, ordered by any column; a row opens to its detail, and the map goes there. Shows a part
 * of a long list at a time.
 */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatArea, formatCount, text } from "../french/texts";
import type { Change, Comparison } from "./api";
import {
  COLUMNS,
  type Column,
  cellValue,
  communesOf,
  isBeyond,
  isNotApplicable,
  keyOf,
  namesIn,
  ordered,
  type SortOrder,
} from "./changes";
import { ChangeDetail } from "./detail";
import type { CompareQuery } from "./query";
import type { NamedPosition } from "./scene";
import type { LoadState } from "./state";
import { ClassSymbol } from "./symbols";
import { describeClass } from "./totals";

/** Rows shown at first, and more at each press. */
const PAGE = 100;

/** Columns of words; the others hold figures. */
const WORDS: readonly Column[] = ["name", "communes", "class", "official_letter"];

interface Props {
  query: CompareQuery;
  answer: Comparison;
  chosen: Change | null;
  /** The outlines of the change that is open, where they are asked for apart. */
  outline: LoadState<Change>;
  onChoose: (code: string | null) => void;
  onLook: (at: NamedPosition) => void;
}

export function CompareTable({ chosen, ...props }: Props) {
  const { query, answer } = props;
  const [order, setOrder] = useState<SortOrder | null>(null);
  const [most, setMost] = useState(PAGE);
  const wide = useRef<HTMLDivElement>(null);
  useEffect(() => setMost(PAGE), [answer]);
  const rows = useMemo(
    () => (order ? ordered(answer.changes, order) : answer.changes),
    [answer, order],
  );
  const columns = useMemo(() => columnsOf(query, answer), [query.area, answer]);
  const shown = rows.slice(0, most);
  // The one chosen on the map is shown, and comes last when it is farther down.
  const isApart = chosen !== null && !shown.includes(chosen);
  const count = most + Number(isApart);
  return (
    <section class="compare-table" aria-label={text("web.compare.table")}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form. */}
      <div ref={wide} class="wide" tabIndex={0} role="group" aria-label={text("web.compare.table")}>
        <table>
          <caption class="unseen">{text("web.compare.table.hint")}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading
                  key={column}
                  column={column}
                  order={order}
                  answer={answer}
                  onOrder={setOrder}
                />
              ))}
            </tr>
          </thead>
          {[...shown, ...(isApart ? [chosen] : [])].map((change, at) => (
            <Row
              key={keyOf(change)}
              {...props}
              {...{ change, columns }}
              isOpen={change === chosen}
              isApart={at >= most}
            />
          ))}
        </table>
        {rows.length > count && (
          <More shown={count} all={rows.length} onMore={() => setMost(most + 2 * PAGE)} />
        )}
      </div>
      <CutSigns of={wide} content={`${count} ${columns.length} ${chosen && keyOf(chosen)}`} />
    </section>
  );
}

/** The share of what is seen of the table that a press on its sign moves on by. */
const STEP = 0.8;

/** The signs at the edges of a box, and the ways on below it, while its content goes on beyond them; `content` changes with the content. */
function CutSigns({ of, content }: { of: RefObject<HTMLDivElement | null>; content: string }) {
  const [cut, setCut] = useState({ left: false, right: false, below: false });
  const look = () => {
    const box = of.current;
    if (!box) return;
    const left = box.scrollLeft > 1;
    const right = box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
    const below = box.scrollTop + box.clientHeight < box.scrollHeight - 1;
    // A button goes away with the last column on its side: the keyboard stays in the table.
    const gone = [!left && ".cut.left", !right && ".cut.right"].filter(Boolean).join();
    if (gone && document.activeElement?.matches(gone)) box.focus({ preventScroll: true });
    setCut((seen) =>
      seen.left === left && seen.right === right && seen.below === below
        ? seen
        : { left, right, below },
    );
  };
  const step = (way: 1 | -1) => {
    of.current?.scrollBy({ left: way * of.current.clientWidth * STEP });
    // The browser tells of the scroll a frame later: by then a second press would move nothing.
    look();
  };
  useLayoutEffect(() => {
    const box = of.current;
    if (!box) return;
    look();
    box.addEventListener("scroll", look);
    const watch = new ResizeObserver(look);
    watch.observe(box);
    return () => {
      box.removeEventListener("scroll", look);
      watch.disconnect();
    };
  }, [content]);
  return (
    <div class="ways unprinted">
      {cut.below && <div class="below" aria-hidden="true" />}
      {cut.left && (
        <button type="button" class="cut left" onClick={() => step(-1)}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path fill="currentColor" d="M10 1l-7 6l7 6Z" />
          </svg>
          {text("web.compare.table.former_columns")}
        </button>
      )}
      {cut.right && (
        <button type="button" class="cut right" onClick={() => step(1)}>
          {text("web.compare.table.more_columns")}
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path fill="currentColor" d="M4 1l7 6l-7 6Z" />
          </svg>
        </button>
      )}
    </div>
  );
}

/** Communes are named unless all is in the one asked for. */
function columnsOf({ area }: CompareQuery, { changes }: Comparison): readonly Column[] {
  const isOne =
    area?.kind === "insee" &&
    !area.code.includes(",") &&
    !changes.some((change) => isBeyond(change, area));
  return COLUMNS.filter((column) => column !== "communes" || !isOne);
}

/** The number of rows shown, and the button for more. */
function More({ shown, all, onMore }: { shown: number; all: number; onMore: () => void }) {
  return (
    <p class="more">
      {text("web.compare.rows", { shown: formatCount(shown), all: formatCount(all) })}{" "}
      <span class="printed">{text("web.compare.rows.printed")}</span>
      <button type="button" onClick={onMore}>
        {text("web.compare.rows.more")}
      </button>
    </p>
  );
}

interface HeadingProps {
  column: Column;
  order: SortOrder | null;
  answer: Comparison;
  onOrder: (order: SortOrder) => void;
}

function Heading({ column, order, answer: { from, to }, onOrder }: HeadingProps) {
  const isOrder = order?.column === column;
  const sort = isOrder ? (order.isDown ? "descending" : "ascending") : "none";
  // Figures are asked for the greatest first.
  const isDown = isOrder ? !order.isDown : !WORDS.includes(column);
  return (
    <th scope="col" aria-sort={sort}>
      <button type="button" class="sort" onClick={() => onOrder({ column, isDown })}>
        {heading(column, { from, to })}
        <svg width="10" height="12" viewBox="0 0 10 12" aria-hidden="true">
          {sort !== "ascending" && <path fill="currentColor" d="M1 7h8l-4 5Z" />}
          {sort !== "descending" && <path fill="currentColor" d="M1 5h8L5 0Z" />}
        </svg>
      </button>
    </th>
  );
}

function heading(column: Column, vintages: { from: string; to: string }): string {
  if (column === "name") return text("compare.column.code_qp");
  if (column === "communes") return text("compare.column.lib_com");
  return text(`compare.column.${column}`, vintages);
}

interface RowProps extends Omit<Props, "chosen"> {
  change: Change;
  columns: readonly Column[];
  isOpen: boolean;
  /** True when rows before this one are left out. */
  isApart: boolean;
}

/** A change, and below it its detail when it is open. */
function Row({ change, columns, isOpen, isApart, onChoose, ...props }: RowProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const id = `change-${keyOf(change)}`;
  const toggle = (event: MouseEvent) => {
    if (!isSelecting(event)) onChoose(isOpen ? null : keyOf(change));
  };
  // Chosen on the map, it comes into sight, and as much of its detail as there is room for.
  useEffect(() => {
    if (!isOpen) return;
    body.current?.scrollIntoView({ block: "nearest" });
    body.current?.rows[0]?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <tbody ref={body} class={[isOpen && "open", isApart && "apart"].filter(Boolean).join(" ")}>
      {/* The button in it is the keyboard's way to the same. */}
      <tr class="change" onClick={toggle}>
        {columns.map((column) =>
          column === "name" ? (
            <th key={column} scope="row">
              <Named change={change} isOpen={isOpen} controls={id} />
            </th>
          ) : (
            <td key={column} class={WORDS.includes(column) ? undefined : "figure"}>
              <Cell change={change} column={column} />
            </td>
          ),
        )}
      </tr>
      {isOpen && (
        <tr id={id}>
          <td colSpan={columns.length} class="detail">
            <ChangeDetail {...props} change={change} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Checks if a click ends the selection of some words of a row, to be copied. */
function isSelecting({ target, currentTarget }: MouseEvent): boolean {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || (target as Element).closest("button")) return false;
  return selection.containsNode(currentTarget as Node, true);
}

/** Names and codes of both vintages, the button that opens the row. */
function Named({
  change: { from, to },
  isOpen,
  controls,
}: {
  change: Change;
  isOpen: boolean;
  controls: string;
}) {
  const names = (side: Change["from"]) => namesIn(side) || text("web.compare.side.none");
  const codes = (side: Change["from"]) =>
    side.map(({ code_qp }) => code_qp).join(", ") || text("web.compare.side.none");
  const isSame = names(from) === names(to);
  return (
    // The row around hears the click.
    <button
      type="button"
      class="plain"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
    >
      <span>{isSame ? names(to) : `${names(from)} → ${names(to)}`}</span>{" "}
      <small>{`${codes(from)} → ${codes(to)}`}</small>
    </button>
  );
}

const HECTARES: readonly Column[] = [
  "from_area_ha",
  "to_area_ha",
  "shared_ha",
  "gained_ha",
  "lost_ha",
];

function Cell({ change, column }: { change: Change; column: Column }) {
  const value = cellValue(change, column);
  if (column === "class") {
    return (
      <span class="classed">
        <ClassSymbol name={change.class} /> {describeClass(change.class)}
      </span>
    );
  }
  if (column === "communes") return <>{communesOf(change).join(", ")}</>;
  if (column === "official_letter") {
    return (
      <>
        {value ?? text("web.compare.letter.none")}
        {change.agrees_with_letter === false && (
          <strong class="disagrees">{text("web.compare.disagrees")}</strong>
        )}
      </>
    );
  }
  if (isNotApplicable(change, column)) return <>{text("web.compare.side.none")}</>;
  if (typeof value !== "number") return <small>{text("compare.unknown")}</small>;
  if (HECTARES.includes(column)) return <>{formatArea(value)}</>;
  return <>{formatCount(value)}</>;
}
