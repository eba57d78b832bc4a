/** The day asked, folded away: most people ask about today. */
import { text } from "../french/texts";
import { DayField } from "./day-field";

interface Props {
  /** The day as typed. */
  value: string;
  isJudged: boolean;
  onInput: (typed: string) => void;
}

export function OtherDay({ value, isJudged, onInput }: Props) {
  return (
    <details class="day" open={value !== ""}>
      <summary>{text("web.check.day.other")}</summary>
      <DayField
        label={text("web.check.day")}
        hint={text("web.check.day.hint")}
        value={value}
        isJudged={isJudged}
        onInput={onInput}
      />
    </details>
  );
}
