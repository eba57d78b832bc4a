/** The code to copy into a page of another site, for a frame with the search, a neighbourhood or a commune. */
import { useState } from "preact/hooks";
import { formatList, text } from "../french/texts";
import { Copying } from "../parts/copying";
import { readInsee } from "../parts/insee-code";
import { readPerimeterCode } from "../parts/perimeter-code";
import { loaded } from "../ready";
import { linkTo } from "../router";
import "./integrate.css";

const KINDS = ["box", "qpv", "insee"] as const;
type Kind = (typeof KINDS)[number];

/** Heights of the frame, pixels: a form and its answer, a sheet, a short list, each with the map below. */
const HEIGHTS: Record<Kind, number> = { box: 900, qpv: 900, insee: 700 };

export function Integrate() {
  const [kind, setKind] = useState<Kind>("box");
  const [code, setCode] = useState("");
  const [insee, setInsee] = useState("");
  const read = { box: "", qpv: readPerimeterCode(code), insee: readInsee(insee) }[kind];
  const typed = { box: "", qpv: code, insee }[kind].trim();
  const url = read === null ? "" : linkTo(kind === "box" ? "embed?box" : `embed?${kind}=${read}`);
  return (
    <>
      <p>{text("web.embed.intro")}</p>
      <div class="form">
        <fieldset>
          <legend>{text("web.embed.what")}</legend>
          {KINDS.map((each) => (
            <label key={each} class="choice">
              <input
                type="radio"
                name="embed-kind"
                checked={kind === each}
                onChange={() => setKind(each)}
              />
              {text(`web.embed.what.${each}`)}
            </label>
          ))}
        </fieldset>
        {kind === "qpv" && (
          <CodeField name="code" value={code} onInput={setCode} isBad={typed !== "" && !url} />
        )}
        {kind === "insee" && (
          <CodeField name="insee" value={insee} onInput={setInsee} isBad={typed !== "" && !url} />
        )}
      </div>
      {url && <Snippet url={url} height={HEIGHTS[kind]} />}
      <Origins />
    </>
  );
}

interface CodeFieldProps {
  name: "code" | "insee";
  value: string;
  onInput: (typed: string) => void;
  isBad: boolean;
}

function CodeField({ name, value, onInput, isBad }: CodeFieldProps) {
  return (
    <div>
      <label for={`embed-${name}`}>{text(`web.embed.${name}`)}</label>
      <input
        id={`embed-${name}`}
        type="text"
        maxLength={20}
        spellcheck={false}
        autocomplete="off"
        value={value}
        aria-invalid={isBad}
        aria-describedby={`embed-${name}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`embed-${name}-hint`} class={isBad ? "fault" : "hint"}>
        {text(isBad ? `web.embed.${name}.bad` : `web.embed.${name}.hint`)}
      </p>
    </div>
  );
}

/** The element to copy. */
function Snippet({ url, height }: { url: string; height: number }) {
  const title = text("web.embed.frame");
  const html = `<iframe src="${url}" title="${title}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
  const copied = {
    label: text("web.embed.copy"),
    words: () => html,
    done: "web.embed.copied" as const,
  };
  return (
    <section class="snippet" aria-labelledby="embed-html">
      <h2 id="embed-html">{text("web.embed.html")}</h2>
      <pre>
        <code>{html}</code>
      </pre>
      <Copying things={[copied]}>
        <a class="button" href={url} target="_blank" rel="noopener">
          {text("web.embed.preview")}
        </a>
      </Copying>
    </section>
  );
}

/** The sites that the frame is allowed on: without any the browser would show an empty box. */
function Origins() {
  const origins = loaded.value?.frame_ancestors ?? [];
  if (origins.length > 0) return <p>{text("web.embed.origins", { list: formatList(origins) })}</p>;
  return (
    <div class="notice">
      <p>{text("web.embed.origins.none")}</p>
      <p>
        <code>qpv serve --frame-ancestors https://www.ville.fr</code>
      </p>
    </div>
  );
}
