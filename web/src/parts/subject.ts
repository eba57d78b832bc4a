/**
 * What the open view is about, for the title of the tab: a commune, a neighbourhood, an area. Browsers keep titles in their
 * history, so it is only what the page's address holds too, never an address that was asked.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export const subject = signal("");

/** Names what the view is about, as long as it is open; empty while that is not known. */
export function useSubject(name: string): void {
  useEffect(() => {
    subject.value = name;
    return () => {
      subject.value = "";
    };
  }, [name]);
}
