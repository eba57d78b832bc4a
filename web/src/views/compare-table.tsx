/**
 * The changes of an area as a table, ordered by any column; a row opens to its detail, and the map goes there. Shows a part
 * of a long list at a time.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Change, Comparison } from "../api/compare";
import type { Asked } from "../compare/asked";
import { COLUMNS, communesOf, keyOf, ordered, valueOf, type Column, type Order } from "../compare/changes";
import { ClassSign } from "../parts/signs";
import { formatCount, text } from "../texts";
import { ChangeDetail } from "./compare-detail";
import type { Spot } from "./compare-scene";
import { sayClass } from "./compare-totals";

/** Rows shown at first, and more at each press. */
const PAGE = 100;

/** Columns of words; the others hold figures. */
const WORDS: readonly Column[] = ["name", "communes", "class", "official_letter"];

interface Props {
  asked: Asked;
  answer: Comparison;
  chosen: Change | null;
  onChoose: (code: string | null) => void;
  onLook: (at: Spot) => void;
}

export function CompareTable({ asked, answer, chosen, onChoose, onLook }: Props) {
  const [order, setOrder] = useState<Order | null>(null);
  const [most, setMost] = useState(PAGE);
  useEffect(() => setMost(PAGE), [answer]);
  const rows = useMemo(() => (order ? ordered(answer.changes, order) : answer.changes), [answer, order]);
  const columns = COLUMNS.filter((column) => column !== "communes" || asked.area?.kind !== "insee");
  // The row chosen on the map is among those shown.
  const shown = Math.max(most, chosen ? rows.indexOf(chosen) + 1 : 0);
  if (rows.length === 0) return null;
  return (
    <section class="compare-table" aria-label={text("web.compare.table")}>
      <div class="wide" tabIndex={0} role="group" aria-label={text("web.compare.table")}>
        <table>
          <caption class="unseen">{text("web.compare.table.hint")}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column} column={column} order={order} answer={answer} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          {rows.slice(0, shown).map((change) => (
            <Row key={keyOf(change)} {...{ asked, answer, change, columns, onChoose, onLook }} isOpen={change === chosen} />
          ))}
        </table>
        {rows.length > shown && (
          <p class="more">
            {text("web.compare.rows", { shown: formatCount(shown), all: formatCount(rows.length) })}{" "}
            <button type="button" onClick={() => setMost(shown + 2 * PAGE)}>
              {text("web.compare.rows.more")}
            </button>
          </p>
        )}
      </div>
    </section>
  );
}

interface HeadingProps {
  column: Column;
  order: Order | null;
  answer: Comparison;
  onOrder: (order: Order) => void;
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
}

/** A change, and below it its detail when it is open. */
function Row({ asked, answer, change, columns, isOpen, onChoose, onLook }: RowProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const id = `change-${keyOf(change)}`;
  const toggle = () => onChoose(isOpen ? null : keyOf(change));
  // Chosen on the map, it comes into sight, and as much of its detail as there is room for.
  useEffect(() => {
    if (!isOpen) return;
    body.current?.scrollIntoView({ block: "nearest" });
    body.current?.rows[0]?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <tbody ref={body} class={isOpen ? "open" : undefined}>
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
            <ChangeDetail {...{ asked, answer, change, onLook }} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Names and codes of both vintages, the button that opens the row. */
function Named({ change: { from, to }, isOpen, controls }: { change: Change; isOpen: boolean; controls: string }) {
  const names = (side: Change["from"]) => side.map(({ lib_qp }) => lib_qp).join(", ") || text("web.compare.side.none");
  const codes = (side: Change["from"]) => side.map(({ code_qp }) => code_qp).join(", ") || text("web.compare.side.none");
  const isSame = names(from) === names(to);
  return (
    // The row around hears the click.
    <button type="button" class="plain" aria-expanded={isOpen} aria-controls={isOpen ? controls : undefined}>
      <span>{isSame ? names(to) : `${names(from)} → ${names(to)}`}</span> <small>{`${codes(from)} → ${codes(to)}`}</small>
    </button>
  );
}

const HECTARES: readonly Column[] = ["from_area_ha", "to_area_ha", "shared_ha", "gained_ha", "lost_ha"];

function Cell({ change, column }: { change: Change; column: Column }) {
  const value = valueOf(change, column);
  if (column === "class") {
    return (
      <span class="classed">
        <ClassSign name={change.class} /> {sayClass(change.class)}
      </span>
    );
  }
  if (column === "communes") return <>{communesOf(change).join(", ")}</>;
  if (column === "official_letter") {
    return (
      <>
        {value ?? text("web.compare.side.none")}
        {change.agrees_with_letter === false && <strong class="disagrees">{text("web.compare.disagrees")}</strong>}
      </>
    );
  }
  if (typeof value !== "number") return <small>{text("compare.unknown")}</small>;
  if (HECTARES.includes(column)) return <>{value.toLocaleString("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}</>;
  return <>{formatCount(value)}</>;
}
