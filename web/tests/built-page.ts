/** Builds the page once for all test files, and deletes it after them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the built page. */
    builtPage: string;
  }
}

export default async function builtPage(project: TestProject): Promise<() => void> {
  const dist = mkdtempSync(join(tmpdir(), "qpv-web-"));
  const root = fileURLToPath(new URL("..", import.meta.url));
  await build({ root, logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
  project.provide("builtPage", dist);
  return () => rmSync(dist, { recursive: true });
}
