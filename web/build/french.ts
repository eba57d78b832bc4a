/**
 * The French of the page at build time: fills `{{key}}` in index.html, and gives the page no more of the one catalogue of
 * sentences than its sources ask for. A key asked for and missing stops the build.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { typeset } from "../src/french/typeset.ts";

export type Catalogue = Record<string, string>;

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const PATH = fileURLToPath(new URL("../../crates/qpv-french/fr.json", import.meta.url));

export function catalogue(): Catalogue {
  return JSON.parse(readFileSync(PATH, "utf8")) as Catalogue;
}

/** Reads all sources of the page. */
export function sources(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(SOURCES, name), "utf8"));
}

/**
 * The sentences that these sources ask for: by a key between quotes, or by one put together from parts, as in
 * `web.view.${view}.title`, which stands for every key of that form. There must be at least one.
 */
export function asked(whole: Catalogue, texts: string[]): Catalogue {
  const source = texts.join("\n");
  const quoted = new Set([...source.matchAll(/"([a-z][\w.]*\.\w+)"/g)].map(([, key]) => key));
  const forms = [
    ...source.matchAll(/`([a-z]\w*\.(?:\$\{[^}`]*\}|[\w.])*\$\{[^}`]*\}[\w.]*)`/g),
  ].map(([, form = ""]) => {
    const matches = new RegExp(`^${form.replaceAll(".", "\\.").replace(/\$\{[^}]*\}/g, "\\w+")}$`);
    if (!Object.keys(whole).some((key) => matches.test(key)))
      throw new Error(`no sentence has a key like "${form}"`);
    return matches;
  });
  const missing = [...quoted].find((key) => key?.startsWith("web.") && !Object.hasOwn(whole, key));
  if (missing) throw new Error(`no sentence "${missing}"`);
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([key]) => quoted.has(key) || forms.some((form) => form.test(key)),
    ),
  );
}

/** The plugin of the build. */
export function french(): Plugin {
  let isBuild = false;
  return {
    name: "french",
    enforce: "pre",
    configResolved(config) {
      isBuild = config.command === "build";
    },
    transform(_, id) {
      // Served from its sources, the page has all of it: a sentence used anew is there at once.
      return isBuild && id === PATH
        ? { code: JSON.stringify(asked(catalogue(), sources())), map: null }
        : undefined;
    },
    transformIndexHtml: { order: "pre", handler: (html) => fill(html, catalogue()) },
  };
}

/** Puts sentences in the place of `{{key}}`. */
export function fill(html: string, whole: Catalogue): string {
  return html.replace(/\{\{([\w.]+)\}\}/g, (_, key: string) => {
    const sentence = whole[key];
    if (sentence === undefined) throw new Error(`index.html: no sentence "${key}"`);
    return typeset(sentence)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll('"', "&quot;");
  });
}
