/** The day asked, folded away: most people ask about today. Another one is never in force unseen. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatLongDay, isUnread, readDay, today } from "../french/dates";
import { text } from "../french/texts";
import { DayField } from "./day-field";

interface Props {
  /** The day as typed. */
  value: string;
  isJudged: boolean;
  onInput: (typed: string) => void;
  /** Called to ask about today instead. */
  onToday: () => void;
  /** Called for Enter in the field; none in a form, which is sent. */
  onEnter?: () => void;
}

export function OtherDay({ value, isJudged, onInput, onToday, onEnter }: Props) {
  // The browser folds and unfolds it: a state of ours could lag behind what was clicked just now.
  const [isOpenAtFirst] = useState(value !== "");
  const details = useRef<HTMLDetailsElement>(null);
  const summary = useRef<HTMLElement>(null);
  const isFaulty = isJudged && isUnread(value);
  // A fault is not folded away.
  useEffect(() => {
    if (isFaulty && details.current) details.current.open = true;
  }, [isFaulty]);
  const day = readDay(value);
  const other = day && day !== today() ? day : null;
  return (
    <div class={other ? "day other" : "day"}>
      <details open={isOpenAtFirst} ref={details}>
        <summary ref={summary}>
          {other
            ? text("web.day.other", { day: formatLongDay(other) })
            : text("web.check.day.other")}
        </summary>
        <DayField
          label={text("web.check.day")}
          hint={text("web.check.day.hint")}
          value={value}
          isJudged={isJudged}
          onInput={onInput}
          onEnter={onEnter}
        />
      </details>
      {other && (
        <TodayButton
          onToday={() => {
            onToday();
            if (details.current) details.current.open = false;
            // The button goes away with the day.
            summary.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** The notice over an answer that it is not of today. */
export function OtherDayNotice({ day, onToday }: { day: string; onToday: () => void }) {
  return (
    <p class="other-day">
      <strong>{text("web.day.other", { day: formatLongDay(day) })}</strong>
      <TodayButton onToday={onToday} />
    </p>
  );
}

function TodayButton({ onToday }: { onToday: () => void }) {
  return (
    <button type="button" class="small" onClick={onToday}>
      <svg width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">
        <path stroke="currentColor" stroke-width="3" d="M4 4l16 16M20 4l-16 16" />
      </svg>
      {text("web.day.today")}
    </button>
  );
}
