/** Hands a file to the person: through an address of the browser's own that is withdrawn at once. */
import type { Download } from "../api/client";

export function save({ name, content }: Download): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
