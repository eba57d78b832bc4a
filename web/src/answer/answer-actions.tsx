/** The actions on an answer: copy it, copy a link to the neighbourhood (never to the address), print it. */
import type { CheckAnswer } from "../api/client";
import { text } from "../french/texts";
import { Copying } from "../parts/copying";
import { linkTo, sheetHref } from "../router";
import { named } from "./sentences";

interface Props {
  answer: CheckAnswer;
  /** The answer as plain text. */
  plain: string;
}

export function AnswerActions({ answer, plain }: Props) {
  const neighbourhoods = named(answer);
  const links = neighbourhoods.map(({ code_qp, lib_qp }) => ({
    label:
      neighbourhoods.length > 1
        ? text("web.answer.copy_link_of", { qpv: lib_qp })
        : text("web.answer.copy_link"),
    words: () => linkTo(sheetHref(code_qp)),
    done: "web.answer.copied_link" as const,
  }));
  return (
    <>
      <Copying
        things={[
          { label: text("web.answer.copy"), words: () => plain, done: "web.answer.copied" },
          ...links,
        ]}
      >
        <button type="button" onClick={() => window.print()}>
          {text("web.answer.print")}
        </button>
      </Copying>
      {neighbourhoods.map(({ code_qp, lib_qp }) => (
        <p key={code_qp} class="unprinted">
          <a href={sheetHref(code_qp)}>
            {text("web.answer.sheet", { qpv: `${lib_qp} (${code_qp})` })}
          </a>
        </p>
      ))}
    </>
  );
}
