/**
 * Is this report genuine? Its file is dropped or chosen, its code photographed, or the text of the code pasted. The service
 * verifies it and keeps nothing.
 */
import { useRef, useState } from "preact/hooks";
import { failure } from "../api/client";
import { refusal } from "../french/messages";
import { type Key, text } from "../french/texts";
import { useLatestCall } from "../parts/latest-call";
import { useSight } from "../parts/sight";
import { MOST_BYTES, type Report, type Verification, verify } from "./api";
import { readCode } from "./code";
import { Outcome } from "./outcome";
import "./report.css";

/** Most letters of the text of a code: twice what the largest code holds. */
const LONGEST_TEXT = 6000;

export function VerifyReport() {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const [doing, setDoing] = useState<Key | "">("");
  const [found, setFound] = useState<{ report: Report; outcome: Verification } | null>(null);
  const latest = useLatestCall();
  const root = useRef<HTMLDivElement>(null);
  useSight(root, found?.outcome ?? null);

  const judge = async (report: Report, key: string, signal: AbortSignal) => {
    setDoing("web.verify.asking");
    try {
      const outcome = await verify(report, key, signal);
      if (!signal.aborted) setFound({ report, outcome });
    } catch (error) {
      if (!signal.aborted) setFault(refusal(failure(error)));
    }
    if (!signal.aborted) setDoing("");
  };
  const begin = () => {
    setFault("");
    setFound(null);
    return latest.start();
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    const signal = begin();
    setDoing("web.verify.reading");
    const report = await read(file);
    if (signal.aborted) return;
    if (typeof report === "string") {
      setDoing("");
      setFault(text(report));
      return;
    }
    if ("text" in report) setTyped(report.text);
    await judge(report, "", signal);
  };
  const ask = () => {
    const signal = begin();
    if (typed.trim() === "") setFault(text("web.verify.empty"));
    else void judge({ text: typed }, "", signal);
  };
  return (
    <div class="report-view">
      <p>{text("web.verify.intro")}</p>
      <FileField onFile={(file) => void take(file)} />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <div>
          <label for="code-text">{text("web.verify.text")}</label>
          <textarea
            id="code-text"
            rows={4}
            maxLength={LONGEST_TEXT}
            spellcheck={false}
            autocomplete="off"
            value={typed}
            aria-describedby="code-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <p id="code-hint" class="hint">
            {text("web.verify.text.hint")}
          </p>
        </div>
        <div>
          <button type="submit" class="main">
            {text("web.verify.ask")}
          </button>
        </div>
      </form>
      <div role="status">
        {doing && <p>{text(doing)}</p>}
        {fault && <p class="problem">{fault}</p>}
      </div>
      <div aria-live="polite" ref={root}>
        {found && (
          <Outcome
            outcome={found.outcome}
            onKey={(key) => void judge(found.report, key, latest.start())}
          />
        )}
      </div>
    </div>
  );
}

/** The field for a file or a photograph: dropped, chosen, or taken with the telephone. */
function FileField({ onFile }: { onFile: (file: File | undefined) => void }) {
  const [isOver, setOver] = useState(false);
  const chosen = useRef<HTMLInputElement>(null);
  const taken = (event: { currentTarget: HTMLInputElement }) => {
    onFile(event.currentTarget.files?.[0]);
    // The same file can be given again.
    event.currentTarget.value = "";
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the fields within do the same for keys.
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer?.files[0]);
      }}
    >
      <label for="report-file">{text("web.verify.file")}</label>
      <input
        id="report-file"
        ref={chosen}
        type="file"
        accept=".pdf,.txt,application/pdf,image/*"
        aria-describedby="report-drop"
        onChange={taken}
      />
      <p id="report-drop" class="hint">
        {text("web.verify.file.drop")}
      </p>
      <div class="photo">
        <label for="report-photo">{text("web.verify.photo")}</label>
        <input
          id="report-photo"
          type="file"
          accept="image/*"
          capture="environment"
          onChange={taken}
        />
      </div>
    </div>
  );
}

/** Returns what a file holds, or the key of the sentence that says why it is nothing to verify. */
async function read(file: File): Promise<Report | Key> {
  if (file.size > MOST_BYTES) return "web.verify.too_large";
  const start = await file.slice(0, 5).text();
  // Its first bytes say more than its name.
  if (start === "%PDF-") return { pdf: file };
  if (file.type.startsWith("image/")) {
    try {
      const code = await readCode(file);
      return code === null ? "web.verify.no_code" : { text: code };
    } catch {
      return "web.verify.unreadable_image";
    }
  }
  if (file.type.startsWith("text/") && file.size <= LONGEST_TEXT)
    return { text: await file.text() };
  return "web.verify.not_taken";
}
