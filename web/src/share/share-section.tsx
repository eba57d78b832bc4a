/** The share of an area in neighbourhoods, asked for once it is opened: a region takes seconds to count. */
import { useEffect, useState } from "preact/hooks";
import { failure, type Problem } from "../api/client";
import { text, typeset } from "../french/texts";
import { Failed } from "../parts/retry";
import type { Share } from "./api";
import { ShareTable } from "./share-table";
import "./share.css";

interface Props {
  title: "web.share.title" | "web.share.outline";
  /** Says which area it is: another one is asked about anew. */
  area: string;
  ask: (stop: AbortSignal) => Promise<Share>;
}

export function ShareSection({ title, area, ask }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [tries, setTries] = useState(0);
  const [found, setFound] = useState<{ share?: Share; problem?: Problem }>({});
  useEffect(() => {
    setFound({});
    if (!isOpen) return;
    const leaving = new AbortController();
    ask(leaving.signal).then(
      (share) => leaving.signal.aborted || setFound({ share }),
      (fault: unknown) => leaving.signal.aborted || setFound({ problem: failure(fault) }),
    );
    return () => leaving.abort();
    // The area stands for what is asked: `ask` is another function at each call.
  }, [isOpen, area, tries]);
  const { share, problem } = found;
  return (
    <details class="share" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text(title)}</summary>
      <p class={isOpen && !share && !problem ? "asking" : "unseen"} role="status">
        {isOpen && !share && !problem && text("web.share.asking")}
      </p>
      {problem && <Failed problem={problem} retry={() => setTries(tries + 1)} />}
      {share?.vintages.map((figures) => (
        <ShareTable key={figures.vintage} figures={figures} />
      ))}
      {share?.beyond && <p class="notice">{typeset(share.beyond)}</p>}
      {share?.dataset.notice && <p class="notice">{typeset(share.dataset.notice)}</p>}
    </details>
  );
}
