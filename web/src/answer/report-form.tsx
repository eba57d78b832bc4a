/** The report of a check as a file to keep. What is asked goes in the body of the request, the file into a download. */
import { useId, useState } from "preact/hooks";
import { failure, type ReportBody, report } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import { save } from "../parts/download";
import { useLatestCall } from "../parts/latest-call";

const NO_REVIEW = { zone: "", reason: "", by: "" };
const REVIEWED_ZONES = ["qpv", "band_300m", "outside"] as const;

interface Props {
  body: ReportBody;
  /** The zone that was answered: an undetermined one can be reviewed. */
  zone?: string;
}

export function ReportForm({ body, zone }: Props) {
  const id = useId();
  const [review, setReview] = useState(NO_REVIEW);
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
      ...(review.zone && zone === "undetermined" && { review }),
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
        {zone === "undetermined" && <Review id={id} review={review} onChange={setReview} />}
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

interface ReviewProps {
  id: string;
  review: typeof NO_REVIEW;
  onChange: (review: typeof NO_REVIEW) => void;
}

/** What somebody with the evidence found: printed and signed beside the answer, and kept nowhere. */
function Review({ id, review, onChange }: ReviewProps) {
  return (
    <fieldset class="review">
      <legend>{text("web.report.review")}</legend>
      <label for={`${id}-zone`}>{text("web.report.review.zone")}</label>
      <select
        id={`${id}-zone`}
        value={review.zone}
        onChange={(event) => onChange({ ...review, zone: event.currentTarget.value })}
      >
        <option value="">{text("web.report.review.none")}</option>
        {REVIEWED_ZONES.map((zone) => (
          <option key={zone} value={zone}>
            {text(`check.zone.${zone}`)}
          </option>
        ))}
      </select>
      {review.zone && (
        <>
          <Printed
            id={`${id}-reason`}
            about="review_reason"
            length={160}
            value={review.reason}
            isNeeded
            onInput={(reason) => onChange({ ...review, reason })}
          />
          <Printed
            id={`${id}-review-by`}
            about="review_by"
            length={80}
            value={review.by}
            isNeeded
            onInput={(by) => onChange({ ...review, by })}
          />
        </>
      )}
    </fieldset>
  );
}

interface PrintedProps {
  id: string;
  about: "about" | "asked_by" | "review_reason" | "review_by";
  length: number;
  value: string;
  /** True when the report cannot be made without it. */
  isNeeded?: boolean;
  onInput: (typed: string) => void;
}

/** A text that is printed in the report. */
function Printed({ id, about, length, value, isNeeded = false, onInput }: PrintedProps) {
  return (
    <div>
      <label for={id}>{text(`web.report.${about}`)}</label>
      <input
        id={id}
        type="text"
        maxLength={length}
        required={isNeeded}
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
