/** The first step of a list: a file is dropped, or chosen as any file is. */
import { useRef, useState } from "preact/hooks";
import { text } from "../french/texts";
import type { Session } from "./session";
import { Fault, StepSection } from "./step-section";

const ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods";

export function ListFile({ session }: { session: Session }) {
  const { step, file, isReading, problem } = session.state.value;
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined) => {
    const [first] = files ?? [];
    if (first && step !== "running") void session.take(first);
  };
  const again = () => {
    session.forget();
    if (input.current) input.current.value = "";
    input.current?.focus();
  };
  const isBusy = step === "running";
  return (
    <StepSection step="file" takesFocus={false}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the field within does the same for keys. */}
      <div
        class={isOver ? "drop over" : "drop"}
        // Kept, so that the file stays chosen and can be replaced by dropping another.
        data-small={step !== "file"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(!isBusy);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <label for="list-file">{text("web.list.file.label")}</label>
        <input
          id="list-file"
          ref={input}
          type="file"
          accept={ACCEPTED}
          disabled={isBusy}
          aria-describedby="list-file-hint"
          onChange={(event) => take(event.currentTarget.files)}
        />
        <p id="list-file-hint" class="hint">
          {text("web.list.file.hint")}
        </p>
      </div>
      {file && (
        <p class="chosen-file">
          {text("web.list.file.chosen", { name: file.name, size: formatSize(file.size) })}{" "}
          {isReading && text("web.list.reading")}
        </p>
      )}
      {step === "file" && <Fault problem={problem} />}
      {file && (
        <div class="actions">
          <button type="button" onClick={again} disabled={isBusy}>
            {text("web.list.again")}
          </button>
        </div>
      )}
    </StepSection>
  );
}

/** `1 536` octets → `1,5 Ko`. */
export function formatSize(bytes: number): string {
  const say = (size: number, unit: string) =>
    `${size.toLocaleString("fr-FR", { maximumFractionDigits: size < 10 ? 1 : 0 })}\u00a0${unit}`;
  if (bytes < 1000) return say(bytes, text("web.list.unit.bytes"));
  return bytes < 999_500
    ? say(bytes / 1000, text("web.list.unit.kilobytes"))
    : say(bytes / 1_000_000, text("web.list.unit.megabytes"));
}
