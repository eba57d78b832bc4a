/**
 * The answer of a programme about somebody, with its reasons: every condition with its finding, missing data and where to
 * fill it in, points that people must judge, sources of the rule. Never shows the unknown as a no.
 */
import type { ComponentChildren } from "preact";
import type { Condition, Eligibility, Programme, Source } from "../api/client";
import { formatDay } from "../french/dates";
import { isKey, text, typeset } from "../french/texts";
import type { Tone } from "../map/scene";
import { ToneIcon } from "../parts/icons";
import { byRule, completing, type FormPart } from "./eligibility";

interface Props {
  eligibility: Eligibility;
  programme: Programme | undefined;
  /** Leads to the field that is wanting. */
  onComplete: (field: FormPart) => void;
  /** The view's buttons below. */
  children?: ComponentChildren;
}

export function EligibilityCard({ eligibility, programme, onComplete, children }: Props) {
  const { result, message, name, on, conditions, missing, to_assess, rule } = eligibility;
  return (
    <article class="card result" data-tone={toneOf(result)}>
      <p class="understood">{text("web.child.asked", { programme: name, day: formatDay(on) })}</p>
      <h2 tabIndex={-1}>
        <ToneIcon tone={toneOf(result)} />
        <span>{typeset(message)}</span>
      </h2>
      {rule?.note && <p>{typeset(rule.note)}</p>}
      {typeof rule?.quota_percent === "number" && (
        <p>{text("eligibility.quota", { percent: String(rule.quota_percent) })}</p>
      )}
      {missing.length > 0 && <Missing eligibility={eligibility} onComplete={onComplete} />}
      {conditions.length > 0 && <Reasons conditions={conditions} />}
      {to_assess.length > 0 && (
        <>
          <h3>{text("web.child.to_assess")}</h3>
          <ul>
            {to_assess.map((words) => (
              <li key={words}>{typeset(words)}</li>
            ))}
          </ul>
        </>
      )}
      <Sources sources={rule ? [rule.source] : (programme?.sources ?? [])} />
      {children}
    </article>
  );
}

/** Four results, four shapes: those of the zones. */
export function toneOf(result: string): Tone {
  const tones: Record<string, Tone> = {
    eligible: "qpv",
    outside_rule_possible: "band_300m",
    not_eligible: "outside",
  };
  return tones[result] ?? "undetermined";
}

function Missing({
  eligibility: { missing, conditions },
  onComplete,
}: Pick<Props, "eligibility" | "onComplete">) {
  return (
    <>
      <h3>{text("web.child.missing")}</h3>
      <ul class="missing">
        {missing.map((words) => {
          const field = completing(words, conditions);
          return (
            <li key={words}>
              {typeset(words)}{" "}
              {field && (
                <button type="button" class="small" onClick={() => onComplete(field)}>
                  {text(`web.child.complete.${field}`)}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Reasons({ conditions }: { conditions: Condition[] }) {
  const rules = byRule(conditions);
  return (
    <>
      <h3>{text("web.child.reasons")}</h3>
      {rules.map(({ rule, conditions }) => (
        <section key={rule} class="rule">
          {rules.length > 1 && <h4>{text("web.child.rule", { number: String(rule + 1) })}</h4>}
          <ul class="reasons">
            {conditions.map((condition, index) => (
              <Reason key={index} condition={condition} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

const TRUTHS: Record<string, Tone> = { met: "qpv", not_met: "outside" };

function Reason({ condition: { truth, negated, decisive, message } }: { condition: Condition }) {
  const tone = TRUTHS[truth] ?? "undetermined";
  // The rule asks that it does not hold: the sign is of what the rule asks, the sentence of what was found.
  const key = negated ? `web.child.truth.negated.${truth}` : `web.child.truth.${truth}`;
  return (
    <li data-tone={tone}>
      <ToneIcon tone={tone} size={20} />
      <span>
        <strong>{text(isKey(key) ? key : "web.child.truth.unknown")}</strong>
        {decisive ? ` (${text("web.child.decisive")})` : ""}
        {"\u00a0: "}
        {typeset(message)}
      </span>
    </li>
  );
}

function Sources({ sources }: { sources: Source[] }) {
  if (sources.length === 0) return null;
  return (
    <>
      <h3>{text("web.child.sources")}</h3>
      <ul>
        {sources.map(({ text: title, article, url, remark }) => (
          <li key={`${title} ${article}`}>
            {url ? (
              <a href={url} rel="noreferrer">
                {typeset(title)}
              </a>
            ) : (
              typeset(title)
            )}
            , {typeset(article)}
            {remark && <small class="remark">{typeset(remark)}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}
