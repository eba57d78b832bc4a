/** A button that copies the public link of a view: it holds no address, no position, no person. */
import { useState } from "preact/hooks";
import { text } from "../texts";

export function CopyLink({ href }: { href: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(href, document.baseURI).href);
    setCopied(true);
    setTimeout(() => setCopied(false), 4000);
  };
  return (
    <>
      <button type="button" onClick={() => void copy().catch(() => undefined)}>
        {text("web.link.copy")}
      </button>
      <span role="status" class="hint">
        {copied ? text("web.link.copied") : ""}
      </span>
    </>
  );
}
