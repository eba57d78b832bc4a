/** What can be done with an answer: copy it, copy a link to the neighbourhood (never to the address), print it. */
import { useState } from "preact/hooks";
import type { CheckAnswer } from "../api/client";
import { href } from "../router";
import { named } from "../sentences";
import { text, type Key } from "../texts";

interface Props {
  answer: CheckAnswer;
  /** The answer as plain text. */
  plain: string;
}

export function AnswerActions({ answer, plain }: Props) {
  const [said, setSaid] = useState("");
  const copy = (words: string, done: Key) => {
    // Emptied first, so that a second copy is announced as well.
    setSaid("");
    navigator.clipboard.writeText(words).then(
      () => setSaid(text(done)),
      () => setSaid(text("web.answer.copy_failed")),
    );
  };
  const neighbourhoods = named(answer);
  return (
    <>
      <div class="actions">
        <button type="button" onClick={() => copy(plain, "web.answer.copied")}>
          {text("web.answer.copy")}
        </button>
        {neighbourhoods.map(({ code_qp, lib_qp }) => (
          <button key={code_qp} type="button" onClick={() => copy(sheet(code_qp), "web.answer.copied_link")}>
            {neighbourhoods.length > 1 ? text("web.answer.copy_link_of", { qpv: lib_qp }) : text("web.answer.copy_link")}
          </button>
        ))}
        <button type="button" onClick={() => window.print()}>
          {text("web.answer.print")}
        </button>
      </div>
      <p class="copied" role="status">
        {said}
      </p>
      {neighbourhoods.map(({ code_qp, lib_qp }) => (
        <p key={code_qp} class="unprinted">
          <a href={href("carte", code_qp)}>{text("web.answer.sheet", { qpv: `${lib_qp} (${code_qp})` })}</a>
        </p>
      ))}
    </>
  );
}

/** The full address of a neighbourhood's public sheet. */
function sheet(code: string): string {
  return new URL(href("carte", code), document.baseURI).href;
}
