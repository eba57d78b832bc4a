/** The layout of the sources: the folders that each folder may import from, and no circle of modules. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const SHARED = ["api", "french", "map", "parts", "router"];

/** The storeys of the page, lowest first; files at the top stand under their own name. */
const ALLOWED: Record<string, string[]> = {
  api: [],
  router: [],
  ready: ["api", "map", "parts"],
  french: ["api"],
  map: ["api", "french"],
  parts: ["api", "french", "map", "router"],
  answer: SHARED,
  share: SHARED,
  building: [...SHARED, "answer", "share"],
  check: [...SHARED, "answer"],
  child: [...SHARED, "answer"],
  compare: [...SHARED, "share"],
  // Hands an address that was searched there over to Check, and prints the legend of the map.
  commune: [...SHARED, "check", "explore", "share"],
  // Hands a point of the map over to Check.
  explore: [...SHARED, "check"],
  list: [...SHARED, "answer"],
  report: SHARED,
  // Frames for the sites of towns: a view, or what a sheet shows.
  embed: [...SHARED, "check", "explore", "ready", "style"],
  grist: ["answer", "api", "french", "parts", "style"],
  app: [
    ...SHARED,
    "building",
    "check",
    "child",
    "commune",
    "compare",
    "embed",
    "explore",
    "list",
    "ready",
    "report",
  ],
  main: ["app", "parts", "ready", "style"],
};

const imports = readImports();

/** Reads which modules of the page each module imports, types included. */
function readImports(): Map<string, string[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return new Map(
    files
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => {
        const source = readFileSync(join(SOURCES, name), "utf8");
        const written = [...source.matchAll(/(?:from|import\(?)\s*"(\.[^"]+)"/g)];
        return [name, written.map(([, path = ""]) => resolve(name, path))];
      }),
  );
}

function resolve(importer: string, path: string): string {
  const found = ["", ".ts", ".tsx"]
    .map((ending) => normalize(join(dirname(importer), path)) + ending)
    .find((name) => /\.\w+$/.test(name) && existsSync(join(SOURCES, name)));
  if (!found) throw new Error(`${importer}: no file ${path}`);
  return found;
}

function folderOf(name: string): string {
  return name.split(/[/.]/)[0] ?? "";
}

/** Returns a circle of modules that starts at the last of `trail`; undefined when there is none. */
function circleFrom(trail: string[], done: Set<string>): string[] | undefined {
  const last = trail.at(-1) ?? "";
  for (const next of imports.get(last) ?? []) {
    const at = trail.indexOf(next);
    if (at >= 0) return [...trail.slice(at), next];
    const circle = done.has(next) ? undefined : circleFrom([...trail, next], done);
    if (circle) return circle;
  }
  done.add(last);
  return undefined;
}

test("every folder imports only from those below it", () => {
  const faults = [...imports].flatMap(([name, imported]) =>
    imported
      .filter((target) => !target.startsWith(".."))
      .filter((target) => {
        const [from, to] = [folderOf(name), folderOf(target)];
        return from !== to && !ALLOWED[from]?.includes(to);
      })
      .map((target) => `${name} imports ${target}`),
  );
  expect(faults).toEqual([]);
});

test("no module imports itself through others", () => {
  const done = new Set<string>();
  for (const name of imports.keys()) expect(circleFrom([name], done)).toBeUndefined();
});
