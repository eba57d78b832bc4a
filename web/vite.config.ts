import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { french } from "./build/french.ts";
import { head } from "./build/head.ts";
import { palette } from "./build/palette.ts";

/** The running `qpv serve` that `npm run dev` asks. */
const SERVICE = process.env.QPV_SERVICE ?? "http://127.0.0.1:8080";

/** Most that the first page may weigh on the wire, bytes; the map library comes after it and does not count. */
const BUDGET_BYTES = 350_000;

/** Weighs what the page loads before the map, compressed, and stops the build when it is too much. */
function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const later = new Set(
        files.flatMap((file) =>
          file.type === "chunk" && file.isDynamicEntry ? [file, ...styles(file)] : [],
        ),
      );
      const first = files.filter(
        (file) => !later.has(file) && !/maplibre|worker/.test(file.fileName),
      );
      const weight = first.reduce((sum, file) => {
        const content = file.type === "chunk" ? file.code : file.source;
        return sum + (file.fileName.endsWith("woff2") ? content.length : gzipSync(content).length);
      }, 0);
      this.info(
        `first page: ${(weight / 1000).toFixed(1)} kB compressed, of ${BUDGET_BYTES / 1000} kB`,
      );
      if (weight > BUDGET_BYTES)
        this.error(
          `the first page weighs ${weight} bytes, more than its budget of ${BUDGET_BYTES}`,
        );

      function styles(chunk: { viteMetadata?: { importedCss: Set<string> } }) {
        return files.filter(({ fileName }) => chunk.viteMetadata?.importedCss.has(fileName));
      }
    },
  };
}

export default defineConfig({
  // Relative addresses: the page works behind a proxy that serves it under a path.
  base: "./",
  plugins: [head(), french(), palette(), budget()],
  // No inlined asset and no inlined preload script: the page runs under a strict content security policy.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    // The page, and what other sites show of it in frames.
    rollupOptions: { input: ["index.html", "embed.html", "grist.html"] },
  },
  // Browsers and builds are slow on a busy machine; tests go on as soon as what they wait for is there.
  test: {
    globalSetup: "tests/built-page.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
  server: {
    // The catalogue lies beside the crate that owns it; the API is the running `qpv serve`.
    fs: { allow: [".."] },
    proxy: Object.fromEntries(
      ["/api", "/ready", "/tiles", "/basemap", "/ogc", "/docs", "/openapi.json"].map((path) => [
        path,
        SERVICE,
      ]),
    ),
  },
});
