/** The head that all pages share, `head.html`: stands in the place of `<!-- head -->` of each. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const SHARED = fileURLToPath(new URL("head.html", import.meta.url));
const PLACE = "<!-- head -->";

/** The plugin of the build. */
export function head(): Plugin {
  return {
    name: "head",
    enforce: "pre",
    // Before its addresses are read, so that the font is found and named by its content.
    transformIndexHtml: { order: "pre", handler: (html) => withHead(html) },
  };
}

/** Puts the shared head into a page. */
function withHead(html: string): string {
  if (!html.includes(PLACE)) throw new Error(`a page lacks ${PLACE}`);
  return html.replace(PLACE, readFileSync(SHARED, "utf8").trimEnd());
}
