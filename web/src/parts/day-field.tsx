/**
 * A day, typed as people of France write it whatever the language of the browser, or chosen in the browser's own
 * calendar. Says back what it understood.
 */
import { useId, useRef } from "preact/hooks";
import { formatLongDay, readDay } from "../french/dates";
import { text } from "../french/texts";

interface Props {
  id?: string;
  label: string;
  hint: string;
  /** The day as typed. */
  value: string;
  onInput: (typed: string) => void;
  /** True once the form was sent: an unreadable day is a fault from then on, not while it is typed. */
  isJudged: boolean;
  /** Called for Enter where no form around is sent by it. */
  onEnter?: (() => void) | undefined;
}

export function DayField({ id: given, label, hint, value, onInput, isJudged, onEnter }: Props) {
  const own = useId();
  const id = given ?? own;
  const calendar = useRef<HTMLInputElement>(null);
  const day = readDay(value);
  const isWrong = isJudged && value.trim() !== "" && day === null;
  return (
    <div class="day-field">
      <label for={id}>{label}</label>
      <div class="beside">
        <input
          id={id}
          type="text"
          inputMode="numeric"
          autocomplete="off"
          maxLength={20}
          value={value}
          aria-describedby={`${id}-reading ${id}-hint`}
          aria-invalid={isWrong}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onEnter?.();
          }}
        />
        <button
          type="button"
          aria-label={`${text("web.day.calendar")} (${label})`}
          onClick={() => calendar.current?.showPicker()}
        >
          <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
            <path fill="currentColor" d="M7 2v2H4v17h16V4h-3V2h-2v2H9V2ZM6 10h12v9H6Z" />
          </svg>
        </button>
        <input
          ref={calendar}
          class="calendar"
          type="date"
          tabIndex={-1}
          aria-hidden="true"
          value={day ?? ""}
          onInput={(event) => onInput(event.currentTarget.value.split("-").reverse().join("/"))}
        />
      </div>
      <p
        id={`${id}-reading`}
        class={isWrong ? "reading fault" : "reading"}
        role={isWrong ? "alert" : undefined}
      >
        {isWrong
          ? text("web.day.fault")
          : day
            ? text("web.day.understood", { day: formatLongDay(day) })
            : ""}
      </p>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}
