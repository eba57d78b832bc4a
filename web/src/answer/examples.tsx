/** Addresses of the loaded data to try, for whoever opens the page for the first time: gone once something is asked. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Example, examples } from "../api/client";
import { text } from "../french/texts";

interface Props {
  /** The zones that are offered, in this order. */
  zones: readonly string[];
  /** The words of a button. */
  label: (zone: string) => string;
  onTake: (address: string) => void;
  /** More beside the buttons, given the zones there are. */
  children?: (zones: string[]) => ComponentChildren;
}

export function Examples({ zones, label, onTake, children }: Props) {
  const [found, setFound] = useState<Example[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    // Without examples the page is as it was.
    examples(leaving.signal).then(setFound, () => undefined);
    return () => leaving.abort();
  }, []);
  const offered = zones.flatMap((zone) => found.filter((example) => example.zone === zone));
  if (offered.length === 0) return null;
  return (
    <section class="examples unprinted" aria-labelledby="examples">
      <h2 id="examples">{text("web.examples.title")}</h2>
      <ul>
        {offered.map(({ zone, label: address }) => (
          <li key={zone}>
            <button type="button" onClick={() => onTake(address)}>
              {label(zone)}
            </button>{" "}
            <small>{address}</small>
          </li>
        ))}
        {children?.(offered.map(({ zone }) => zone))}
      </ul>
    </section>
  );
}
