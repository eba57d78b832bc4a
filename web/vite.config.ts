import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { typeset } from "./src/typeset.ts";

/** The running `qpv serve` that `npm run dev` asks. */
const SERVICE = process.env["QPV_SERVICE"] ?? "http://127.0.0.1:8080";

/** Fills `{{key}}` in index.html from the one catalogue of French sentences; an unknown key stops the build. */
function frenchPage(): Plugin {
  const path = new URL("../crates/qpv-service/fr.json", import.meta.url);
  return {
    name: "french-page",
    transformIndexHtml: {
      order: "pre",
      handler(html) {
        const catalogue = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
        return html.replace(/\{\{([\w.]+)\}\}/g, (_, key: string) => {
          const sentence = catalogue[key];
          if (sentence === undefined) throw new Error(`index.html: no sentence "${key}" in ${path.pathname}`);
          return typeset(sentence).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
        });
      },
    },
  };
}

export default defineConfig({
  // Relative addresses: the page works behind a proxy that serves it under a path.
  base: "./",
  plugins: [frenchPage()],
  // No inlined asset and no inlined preload script: the page runs under a strict content security policy.
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    // The catalogue lies beside the crate that owns it; the API is the running `qpv serve`.
    fs: { allow: [".."] },
    proxy: Object.fromEntries(
      ["/api", "/ready", "/tiles", "/docs", "/openapi.json"].map((path) => [path, SERVICE]),
    ),
  },
});
