/** The work list: which rows are shown, the table, the row being settled, and the file that keeps the work. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { refusal } from "../../french/messages";
import { formatCount, text } from "../../french/texts";
import { resultName } from "../tally";
import { FILTERS, isShown } from "./filters";
import { saveProgress } from "./progress-file";
import type { Work } from "./work";
import { WorkPanel } from "./work-panel";
import { WorkTable } from "./work-table";

export function WorkList({ work }: { work: Work }) {
  const rows = work.rows.value;
  const row = work.row(work.chosen.value);
  const left = useRef<HTMLParagraphElement>(null);
  useKeys(work);
  // The last row is settled and closed: the focus would go with it.
  useLayoutEffect(() => {
    if (work.openings.value > 0 && !row) left.current?.focus();
  }, [work.openings.value]);
  if (!rows) {
    return (
      <p role="status" class="hint">
        {work.problem.value ? refusal(work.problem.value) : text("web.list.work.loading")}
      </p>
    );
  }
  return (
    <section class="work unprinted" aria-labelledby="work-title">
      <h3 id="work-title">{text("web.list.work")}</h3>
      <p role="status" ref={left} tabIndex={-1}>
        {text("web.list.work.left", { count: formatCount(work.left.value) })}
      </p>
      <div class="work-tools">
        <Filter work={work} />
        <button
          type="button"
          class="main"
          disabled={work.left.value === 0}
          onClick={() => work.next()}
        >
          {text("web.list.work.next")} <kbd>N</kbd>
        </button>
      </div>
      {work.problem.value && (
        <p class="problem" role="alert">
          {refusal(work.problem.value)}
        </p>
      )}
      <WorkTable work={work} onOpen={(number) => work.open(number)} />
      {row && <WorkPanel work={work} row={row} />}
      <Progress work={work} />
    </section>
  );
}

/** The key N opens the next row, unless somebody is typing; Escape leads back from the pin. */
function useKeys(work: Work): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.key === "Escape" && target.matches("button.pin"))
        document.getElementById("work-panel")?.focus();
      const isTyping = target.closest("input, textarea, select");
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key.toLowerCase() !== "n" || !isPlain || isTyping) return;
      event.preventDefault();
      work.next();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [work]);
}

function Filter({ work }: { work: Work }) {
  const rows = work.rows.value ?? [];
  const kinds = { corrected: new Set(work.corrections.value.keys()), alike: work.alike.value };
  const results = [...new Set(rows.map(({ result }) => result))].filter((it) => it !== "skipped");
  const options = [
    ...FILTERS.map((filter) => ({
      filter: filter as string,
      label: text(`web.list.work.filter.${filter}`),
    })),
    ...results.map((filter) => ({ filter, label: resultName(filter) })),
  ];
  const counted = options.map((option) => ({
    ...option,
    count: rows.filter((row) => isShown(row, option.filter, kinds)).length,
  }));
  return (
    <label>
      {text("web.list.work.filter")}
      <select
        value={work.filter.value}
        onChange={(event) => {
          work.filter.value = event.currentTarget.value;
        }}
      >
        {counted
          .filter(({ filter, count }) => count > 0 || filter === work.filter.value)
          .map(({ filter, label, count }) => (
            <option key={filter} value={filter}>
              {text("web.list.work.filter.count", { label, count: formatCount(count) })}
            </option>
          ))}
      </select>
    </label>
  );
}

/** The file that keeps the corrections, and taking them up again. */
function Progress({ work }: { work: Work }) {
  const input = useRef<HTMLInputElement>(null);
  const [said, say] = useState("");
  const take = async (file: File | undefined) => {
    if (!file) return;
    const fault = await work.takeUp(file);
    say(text(fault ? `web.list.work.progress.${fault}` : "web.list.work.progress.taken"));
    if (input.current) input.current.value = "";
  };
  return (
    <div class="work-progress">
      <h4>{text("web.list.work.progress")}</h4>
      <p class="hint">{text("web.list.work.progress.hint")}</p>
      <div class="actions">
        <button
          type="button"
          disabled={work.corrections.value.size === 0}
          onClick={() =>
            void saveProgress(work).then(
              (isSaved) => isSaved && say(text("web.list.work.progress.saved")),
            )
          }
        >
          {text("web.list.work.progress.save")}
        </button>
      </div>
      <label for="work-progress">{text("web.list.work.progress.load")}</label>
      <input
        id="work-progress"
        ref={input}
        type="file"
        accept=".json,application/json"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
      <p role="status">{said}</p>
      {work.lost.value > 0 && (
        <p class="notice" role="status">
          {text("web.list.work.progress.lost", { count: formatCount(work.lost.value) })}
        </p>
      )}
    </div>
  );
}
