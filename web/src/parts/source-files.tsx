/** The files that the data was read from: asked for when somebody opens the list, for names may be long and many. */
import { useState } from "preact/hooks";
import { failure, type SourceFile, sourceFiles } from "../api/client";
import { refusal } from "../french/messages";
import { formatCount, text } from "../french/texts";

/** Files named on the page; the API and the command line have all of them. */
const MOST_LISTED = 100;
/** So many letters of a name are shown: its beginning and its end, which tell one file from another. */
const LONGEST_NAME = 80;

export function SourceFiles() {
  const [files, setFiles] = useState<SourceFile[] | null>(null);
  const [fault, setFault] = useState("");
  const ask = (event: Event) => {
    const { open } = event.currentTarget as HTMLDetailsElement;
    if (!open || files) return;
    setFault("");
    sourceFiles(new AbortController().signal).then(setFiles, (error: unknown) =>
      setFault(refusal(failure(error))),
    );
  };
  return (
    <details class="files" onToggle={ask}>
      <summary>{text("web.files.title")}</summary>
      <p role="status" class={fault ? "problem" : "hint"}>
        {fault || (files ? "" : text("web.files.asking"))}
        {files?.length === 0 && text("web.files.none")}
      </p>
      {files && (
        <ul>
          {files.slice(0, MOST_LISTED).map(({ part, name, sha256 }) => (
            <li key={`${part} ${sha256}`}>
              {shorten(name)} <small>{part}</small>
            </li>
          ))}
        </ul>
      )}
      {files && files.length > MOST_LISTED && (
        <p>{text("web.files.hidden", { count: formatCount(files.length - MOST_LISTED) })}</p>
      )}
    </details>
  );
}

/** The beginning and the end of a long name. */
export function shorten(name: string): string {
  const letters = [...name];
  if (letters.length <= LONGEST_NAME) return name;
  const half = LONGEST_NAME / 2;
  return `${letters.slice(0, half).join("")}…${letters.slice(1 - half).join("")}`;
}
