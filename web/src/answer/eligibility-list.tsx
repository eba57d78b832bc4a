/**
 * What several programmes answer about one person or building: a line for each, with its result and what is missing, whose
 * reasons unfold. On paper a table comes first, then a part for each programme with all its reasons.
 */
import { useId, useState } from "preact/hooks";
import type { Eligibility, Programme } from "../api/client";
import { text, typeset } from "../french/texts";
import { ToneIcon } from "../parts/icons";
import { type Completing, toneOf } from "./eligibility";
import { EligibilityReasons, EligibilityTexts } from "./eligibility-card";

interface Props {
  eligibilities: Eligibility[];
  programmes: readonly Programme[];
  /** Leads to the field that is wanting. */
  onComplete: (wanting: Completing, programme: string) => void;
}

export function EligibilityList({ eligibilities, programmes, onComplete }: Props) {
  return (
    <>
      <SummaryTable eligibilities={eligibilities} />
      <ul class="eligibilities">
        {eligibilities.map((eligibility) => (
          <EligibilityLine
            key={eligibility.programme}
            eligibility={eligibility}
            programme={programmes.find(({ id }) => id === eligibility.programme)}
            onComplete={onComplete}
          />
        ))}
      </ul>
    </>
  );
}

/** On paper only: on the screen the lines say the same. */
function SummaryTable({ eligibilities }: Pick<Props, "eligibilities">) {
  return (
    <table class="summary printed">
      <caption>{text("report.programmes")}</caption>
      <thead>
        <tr>
          <th scope="col">{text("web.child.programme")}</th>
          <th scope="col">{text("web.eligibility.result")}</th>
        </tr>
      </thead>
      <tbody>
        {eligibilities.map(({ programme, name, message }) => (
          <tr key={programme}>
            <th scope="row">{typeset(name)}</th>
            <td>{typeset(message)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface LineProps {
  eligibility: Eligibility;
  programme: Programme | undefined;
  onComplete: Props["onComplete"];
}

function EligibilityLine({ eligibility, programme, onComplete }: LineProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { result, name, message, missing } = eligibility;
  const tone = toneOf(result);
  return (
    <li data-tone={tone}>
      <h3>
        <button
          type="button"
          class="line"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <ToneIcon tone={tone} />
          <span>
            <span class="programme">{typeset(name)}</span>
            <span class="outcome">{typeset(message)}</span>
          </span>
          <Chevron />
        </button>
        {/* Buttons are not printed. */}
        <span class="printed">
          {typeset(name)}
          {"\u00a0: "}
          {typeset(message)}
        </span>
      </h3>
      {missing.length > 0 && !isOpen && <p class="wanting">{inShort(missing)}</p>}
      <div id={id} class={isOpen ? "unfolded" : "unfolded folded"}>
        <EligibilityReasons eligibility={eligibility} onComplete={onComplete} />
        <EligibilityTexts eligibility={eligibility} programme={programme} />
      </div>
    </li>
  );
}

/** So many missing facts are named in a line; of more, the first, and how many others. */
const MOST_MISSING = 3;

function inShort(missing: string[]): string {
  const named = missing.length > MOST_MISSING ? missing.slice(0, MOST_MISSING - 1) : missing;
  const more = missing.length - named.length;
  const words = text("web.eligibility.wanting", { missing: named.map(typeset).join(" ") });
  return more > 0 ? `${words} ${text("report.more", { count: String(more) })}` : words;
}

function Chevron() {
  return (
    <svg class="chevron" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
      <path fill="none" stroke="currentColor" stroke-width="2.5" d="M5 9l7 7l7-7" />
    </svg>
  );
}
