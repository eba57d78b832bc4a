/**
 * The answer of a programme about somebody, with its reasons: every condition with its finding, missing data and where to
 * fill it in, points that people must judge, sources of the rule. Never shows the unknown as a no.
 */
import type { ComponentChildren } from "preact";
import type { Condition, Eligibility, Programme, Source } from "../api/client";
import { formatDay } from "../french/dates";
import { text, typeset } from "../french/texts";
import type { Tone } from "../map/scene";
import { ToneIcon } from "../parts/icons";
import { byRule, type Completing, completing, toneOf, truthOf } from "./eligibility";
import "./eligibility.css";

interface Props {
  eligibility: Eligibility;
  programme: Programme | undefined;
  /** Leads to the field that is wanting. */
  onComplete: (wanting: Completing, programme: string) => void;
  /** The view's buttons below. */
  children?: ComponentChildren;
}

export function EligibilityCard({ eligibility, programme, onComplete, children }: Props) {
  const { result, message, name, on } = eligibility;
  return (
    <article class="card result" data-tone={toneOf(result)}>
      <p class="understood">
        {text("web.eligibility.asked", { programme: name, day: formatDay(on) })}
      </p>
      <h2 tabIndex={-1}>
        <ToneIcon tone={toneOf(result)} />
        <span>{typeset(message)}</span>
      </h2>
      <EligibilityReasons eligibility={eligibility} onComplete={onComplete} />
      <EligibilityTexts eligibility={eligibility} programme={programme} />
      {children}
    </article>
  );
}

/** Why: the note of the rule, what is missing, and every condition with its finding. */
export function EligibilityReasons({
  eligibility,
  onComplete,
}: Pick<Props, "eligibility" | "onComplete">) {
  const { rule, missing, conditions, annexes = [] } = eligibility;
  return (
    <>
      {rule?.note && <p>{typeset(rule.note)}</p>}
      {typeof rule?.quota_percent === "number" && (
        <p>{text("eligibility.quota", { percent: String(rule.quota_percent) })}</p>
      )}
      {annexes.length > 0 && (
        <ul>
          {annexes.map(({ message }) => (
            <li key={message}>{typeset(message)}</li>
          ))}
        </ul>
      )}
      {missing.length > 0 && <Missing eligibility={eligibility} onComplete={onComplete} />}
      {conditions.length > 0 && <Reasons conditions={conditions} />}
    </>
  );
}

/** The points that people must judge, and the sources. */
export function EligibilityTexts({
  eligibility: { to_assess, rule },
  programme,
}: Pick<Props, "eligibility" | "programme">) {
  return (
    <>
      {to_assess.length > 0 && (
        <>
          <h3>{text("web.eligibility.to_assess")}</h3>
          <ul>
            {to_assess.map((words) => (
              <li key={words}>{typeset(words)}</li>
            ))}
          </ul>
        </>
      )}
      <Sources sources={rule ? [rule.source] : (programme?.sources ?? [])} />
    </>
  );
}

function Missing({ eligibility, onComplete }: Pick<Props, "eligibility" | "onComplete">) {
  const { missing, programme } = eligibility;
  return (
    <>
      <h3>{text("web.eligibility.missing")}</h3>
      <ul class="missing">
        {missing.map((words) => {
          const wanting = completing(words, eligibility);
          return (
            <li key={words}>
              {typeset(words)}{" "}
              {wanting && (
                <button type="button" class="small" onClick={() => onComplete(wanting, programme)}>
                  {text(`web.eligibility.complete.${wanting.field}`)}
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
      <h3>{text("web.eligibility.reasons")}</h3>
      {rules.map(({ rule, conditions }) => (
        <section key={rule} class="rule">
          {(rules.length > 1 || conditions[0]?.rule_name) && (
            <h4>{ruleTitle(rule, conditions[0]?.rule_name)}</h4>
          )}
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

/** The title of a rule: its name, else its number. */
function ruleTitle(rule: number, name: string | null | undefined): string {
  if (name) return text("eligibility.rule.named", { name: typeset(name) });
  return text("eligibility.rule", { number: String(rule + 1) });
}

const TRUTHS: Record<string, Tone> = { met: "qpv", not_met: "outside" };

function Reason({ condition }: { condition: Condition }) {
  const tone = TRUTHS[condition.truth] ?? "undetermined";
  return (
    <li data-tone={tone}>
      <ToneIcon tone={tone} size={20} />
      <span>
        <strong>{truthOf(condition)}</strong>
        {condition.decisive ? ` (${text("web.eligibility.decisive")})` : ""}
        {"\u00a0: "}
        {typeset(condition.message)}
      </span>
    </li>
  );
}

function Sources({ sources }: { sources: Source[] }) {
  if (sources.length === 0) return null;
  return (
    <>
      <h3>{text("web.eligibility.sources")}</h3>
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
