/** The report of a check as a file to keep. What is asked goes in the body of the request, the file into a download. */
import { useId, useState } from "preact/hooks";
import { failure, type ReportBody, report } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import { save } from "../parts/download";
import { useLatestCall } from "../parts/latest-call";

export function ReportForm({ body }: { body: ReportBody }) {
  const id = useId();
  const [about, setAbout] = useState("");
  const [askedBy, setAskedBy] = useState("");
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const latest = useLatestCall();

  const ask = async () => {
    const signal = latest.start();
    setFault("");
    setSaid(text("web.report.making"));
    const printed = {
      ...(about.trim() && { about: about.trim() }),
      ...(askedBy.trim() && { asked_by: askedBy.trim() }),
    };
    try {
      save(await report({ ...body, ...printed }, signal));
      setSaid(text("web.report.done"));
    } catch (error) {
      if (signal.aborted) return;
      setSaid("");
      setFault(refusal(failure(error)));
    }
  };
  return (
    <details class="report">
      <summary>{text("web.report.title")}</summary>
      <form
        class="form"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <Printed id={`${id}-about`} about="about" length={120} value={about} onInput={setAbout} />
        <Printed
          id={`${id}-by`}
          about="asked_by"
          length={80}
          value={askedBy}
          onInput={setAskedBy}
        />
        <p class="hint">
          {text(body.footprint ? "web.report.notice.building" : "web.report.notice")}
        </p>
        <p>
          <button type="submit">{text("web.report.submit")}</button>
        </p>
      </form>
      <p role="status">{said}</p>
      <p role="alert" class="fault">
        {fault}
      </p>
    </details>
  );
}

interface PrintedProps {
  id: string;
  about: "about" | "asked_by";
  length: number;
  value: string;
  onInput: (typed: string) => void;
}

/** A text that is printed in the report. */
function Printed({ id, about, length, value, onInput }: PrintedProps) {
  return (
    <div>
      <label for={id}>{text(`web.report.${about}`)}</label>
      <input
        id={id}
        type="text"
        maxLength={length}
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="hint">
        {text(`web.report.${about}.hint`)}
      </p>
    </div>
  );
}
