/**
 * The colours and symbols of `tiles/`, as modules of the page: `tiles/palette.toml` itself for the map, `virtual:palette.css`
 * for the custom properties of the style sheets, and `virtual:symbols` for the paths of `tiles/symbols/`.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import type { Plugin } from "vite";

type Colours = Record<string, string>;

/** A screen: results and page in words, the map in lines and surfaces. */
interface Scheme {
  results: Colours;
  page: Colours;
  map: Colours;
}

export interface PaletteFile {
  classes: string[];
  movements: Colours;
  light: Scheme;
  dark: Scheme;
  print: { page: Colours };
}

const PATH = fileURLToPath(new URL("../../tiles/palette.toml", import.meta.url));
/** The style of the pages that the service writes itself, in order. */
const PLAIN = ["common", "plain"].map((name) =>
  fileURLToPath(new URL(`../src/style/${name}.css`, import.meta.url)),
);
const CSS = "virtual:palette.css";
const SYMBOLS = "virtual:symbols";

/** Reads the palette. A colour that one screen has and the other lacks stops the build. */
export function readPalette(): PaletteFile {
  const file = parse(readFileSync(PATH, "utf8")) as unknown as PaletteFile;
  for (const part of ["results", "page", "map"] as const) {
    const [light, dark] = [file.light, file.dark].map((scheme) => Object.keys(scheme[part]).join());
    if (light !== dark) throw new Error(`${PATH}: light and dark differ in their names of ${part}`);
  }
  return file;
}

/** Returns the colours of the map on a screen. */
export function mapColours({ results, map }: Scheme): Colours {
  return { ...results, ...map };
}

/** Writes the custom properties of both screens and of paper, and the colour of each movement. */
export function css({ light, dark, print, movements }: PaletteFile): string {
  const coloured = Object.entries(movements).map(
    ([name, colour]) => `[data-movement="${name}"]{color:var(${property(colour)})}`,
  );
  return [
    root({ ...light.page, ...light.results }),
    `@media screen and (prefers-color-scheme:dark){${root({ ...dark.page, ...dark.results })}}`,
    `@media print{${root(print.page)}}`,
    ...coloured,
  ].join("\n");
}

function root(colours: Colours): string {
  const set = Object.entries(colours).map(([name, colour]) => `${property(name)}:${colour}`);
  return `:root{${set.join(";")}}`;
}

function property(name: string): string {
  return `--${name.replaceAll("_", "-")}`;
}

/** Reads the path of a symbol, 24 by 24. */
export function symbolPath(name: string): string {
  const file = fileURLToPath(new URL(`../../tiles/symbols/${name}.svg`, import.meta.url));
  const [, path] = /<path [^>]*\bd="([^"]+)"/.exec(readFileSync(file, "utf8")) ?? [];
  if (path === undefined) throw new Error(`${file}: no path`);
  return path;
}

function paths(kind: string, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, symbolPath(`${kind}-${name}`)]));
}

function exported(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join("\n");
}

/** The plugin of the build. The pages that the service writes itself take their colours and style from `plain.css`. */
export function palette(): Plugin {
  return {
    name: "palette",
    enforce: "pre",
    generateBundle() {
      const styles = PLAIN.map((path) => readFileSync(path, "utf8"));
      const source = [css(readPalette()), ...styles].join("\n");
      this.emitFile({ type: "asset", fileName: "plain.css", source });
    },
    resolveId: (id) => (id === CSS || id === SYMBOLS ? id : undefined),
    load(id) {
      if (id !== CSS && id !== SYMBOLS && id !== PATH) return undefined;
      this.addWatchFile(PATH);
      const file = readPalette();
      if (id === CSS) return css(file);
      if (id === SYMBOLS)
        return exported({
          movements: paths("movement", Object.keys(file.movements)),
          classes: paths("class", file.classes),
        });
      return exported({
        light: mapColours(file.light),
        dark: mapColours(file.dark),
        movements: file.movements,
      });
    },
  };
}
