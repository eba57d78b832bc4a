/** The outcome of a verification in plain words: what it is, what to do, and what a genuine report says. */
import { useEffect, useState } from "preact/hooks";
import { isKey, text, typeset } from "../french/texts";
import type { Tone } from "../map/scene";
import { ToneIcon } from "../parts/icons";
import { ownKey, type Verification } from "./api";
import { linesOf } from "./statement";

/** Digits of a public key, and of its fingerprint, its first ones. */
const KEY = /^[0-9a-f]{64}$/i;
const FINGERPRINT_DIGITS = 16;

const TONES: Record<string, Tone> = { genuine: "qpv", altered: "outside" };

interface Props {
  outcome: Verification;
  /** Called with the key of another service. */
  onKey: (key: string) => void;
}

export function Outcome({ outcome, onKey }: Props) {
  const tone = TONES[outcome.outcome] ?? "undetermined";
  const name = `web.verify.title.${outcome.outcome}`;
  const advice = `web.verify.advice.${outcome.outcome}`;
  const lines = linesOf(outcome.statement);
  return (
    <article class="card verification" data-outcome={outcome.outcome} data-tone={tone}>
      <h2>
        <ToneIcon tone={tone} />
        {isKey(name) ? text(name) : outcome.outcome}
      </h2>
      <p>{typeset(outcome.message)}</p>
      {isKey(advice) && <p>{text(advice)}</p>}
      {outcome.outcome === "another_key" && <OtherKey of={outcome.key_id ?? ""} onKey={onKey} />}
      {lines.length > 0 && (
        <>
          <h3>{text("web.verify.says")}</h3>
          <dl>
            {lines.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </article>
  );
}

/** The fingerprints of both keys, and the field for the key of the other service. */
function OtherKey({ of, onKey }: { of: string; onKey: (key: string) => void }) {
  const [own, setOwn] = useState("");
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  useEffect(() => {
    const leaving = new AbortController();
    // Without it the other fingerprint stands alone, which is the one that matters.
    ownKey(leaving.signal).then(setOwn, () => undefined);
    return () => leaving.abort();
  }, []);
  const ask = () => {
    const key = typed.replace(/\s/g, "").toLowerCase();
    const id = key.slice(0, FINGERPRINT_DIGITS);
    if (!KEY.test(key)) setFault(text("web.verify.key.bad"));
    else if (id !== of) setFault(text("web.verify.key.other", { key: id }));
    else onKey(key);
  };
  return (
    <>
      <dl>
        <div>
          <dt>{text("web.verify.fingerprint")}</dt>
          <dd>
            <code>{of}</code>
          </dd>
        </div>
        {own && (
          <div>
            <dt>{text("web.verify.own_key")}</dt>
            <dd>
              <code>{own}</code>
            </dd>
          </div>
        )}
      </dl>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <div>
          <label for="other-key">{text("web.verify.key")}</label>
          <input
            id="other-key"
            type="text"
            maxLength={200}
            spellcheck={false}
            autocomplete="off"
            value={typed}
            aria-invalid={fault !== ""}
            aria-describedby="other-key-hint other-key-fault"
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setFault("");
            }}
          />
          <p id="other-key-hint" class="hint">
            {text("web.verify.key.hint")}
          </p>
          <p id="other-key-fault" class="fault" role="status">
            {fault}
          </p>
        </div>
        <div>
          <button type="submit">{text("web.verify.key.ask")}</button>
        </div>
      </form>
    </>
  );
}
