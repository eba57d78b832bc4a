/** Rows of a list one by one: those to verify first, and any row by its number or by a click on its point. */
import { useEffect, useRef, useState } from "preact/hooks";
import { unrepeated } from "../french/messages";
import { formatCount, formatList, type Key, text } from "../french/texts";
import { ToneIcon } from "../parts/icons";
import type { Bundle, RowPoint } from "./api";
import { difficulties, resultName, toneOf, toVerify } from "./tally";

/** Rows shown; the file has all. */
const MOST_ROWS = 10;

interface Props {
  bundle: Bundle;
  /** The row asked for, and its place if it has one. */
  row: number | null;
  chosen: RowPoint | undefined;
  onLook: (row: number) => void;
}

export function ListRows({ bundle, row, chosen, onLook }: Props) {
  const [typed, setTyped] = useState("");
  const details = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Chosen further down or on the map, the row must come into sight.
    if (row !== null) details.current?.scrollIntoView({ block: "nearest" });
  }, [row]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (Number.isInteger(Number(typed)) && Number(typed) > 0) onLook(Number(typed));
  };
  return (
    <>
      <form class="look" onSubmit={submit}>
        <label for="list-row">{text("web.list.look")}</label>
        <input
          id="list-row"
          type="number"
          min={1}
          step={1}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit">{text("web.list.look.submit")}</button>
      </form>
      <div role="status" ref={details}>
        {row !== null && <Row row={row} point={chosen} />}
      </div>
      <First bundle={bundle} onLook={onLook} />
    </>
  );
}

/** The result of a row. */
function Row({ row, point }: { row: number; point: RowPoint | undefined }) {
  if (!point)
    return <p class="notice">{text("web.list.row.unplaced", { row: formatCount(row) })}</p>;
  const { result, label, code_qp } = point.properties;
  return (
    <div class="card chosen-row" data-tone={toneOf(result)}>
      <p>
        <ToneIcon tone={toneOf(result)} />{" "}
        <strong>
          {text("web.list.row.result", { row: formatCount(row), result: resultName(result) })}
        </strong>
      </p>
      <p>{text("web.list.row.address", { label })}</p>
      {code_qp && <p>{text("web.list.row.qpv", { code: code_qp })}</p>}
    </div>
  );
}

/** A point in words, for the pin. */
export function rowLabel({ properties: { row, result } }: RowPoint): string {
  return text("web.list.row.result", { row: formatCount(row), result: resultName(result) });
}

/** The sentence that names all rows of a difficulty, or the first of them. */
function whichRows(all: number, named: number): Key {
  if (all > named) return "web.list.verify.first";
  return all === 1 ? "web.list.verify.which.one" : "web.list.verify.which";
}

/** The rows to look at first: the reasons of their doubts, and those of them that the map shows. */
function First({ bundle, onLook }: Pick<Props, "bundle" | "onLook">) {
  const notes = difficulties(bundle.summary.answers[0]);
  const rows = toVerify(bundle.points);
  if (notes.length === 0 && rows.length === 0) return <p>{text("web.list.verify.none")}</p>;
  return (
    <section class="verify">
      <h3>{text("web.list.verify")}</h3>
      <ul>
        {notes.map(({ message, rows, first }) => (
          <li key={message}>
            <strong>{text("web.list.verify.rows", { count: formatCount(rows) })}</strong>{" "}
            {unrepeated(message)}{" "}
            <small>
              {text(whichRows(rows, first.length), { rows: formatList(first.map(String)) })}
            </small>
          </li>
        ))}
      </ul>
      {bundle.summary.answers[0].people && <p class="hint">{text("web.list.verify.people")}</p>}
      {rows.length > 0 && (
        <>
          <p class="unprinted">{text("web.list.verify.placed")}</p>
          <ul class="rows">
            {rows.slice(0, MOST_ROWS).map(({ properties: { row, label } }) => (
              <li key={row}>
                <button type="button" class="plain" onClick={() => onLook(row)}>
                  {text("web.list.verify.row", { row: formatCount(row), label })}
                </button>
              </li>
            ))}
          </ul>
          {rows.length > MOST_ROWS && (
            <p class="hint unprinted">
              {text("web.list.verify.more", { count: formatCount(rows.length - MOST_ROWS) })}
            </p>
          )}
        </>
      )}
    </section>
  );
}
