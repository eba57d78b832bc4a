/** The colours of the map, for a light and a dark screen. They stand in `tiles/palette.toml`. */
import { signal } from "@preact/signals";
import { dark as DARK, light as LIGHT } from "../../../tiles/palette.toml";

/** The names of colours that the map uses; a test holds them to those of the file. */
export const COLOURS = [
  "paper",
  "land",
  "commune",
  "border",
  "street",
  "faint",
  "ink",
  "halo",
  "qpv",
  "qpv_past",
  "band_300m",
  "outside",
  "undetermined",
  "own",
  "count",
  "on_disc",
  "road",
  "building",
  "water",
  "green",
] as const;

export type Palette = Record<(typeof COLOURS)[number], string>;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The colours of a light screen, for what is taken along on white. */
export const LIGHT_PALETTE: Palette = LIGHT;

/** The colours for the screen as it is. */
export const palette = signal<Palette>(dark.matches ? DARK : LIGHT);

dark.addEventListener("change", showScreen);
// The map and its legend on paper are light, whatever the screen.
addEventListener("beforeprint", () => (palette.value = LIGHT));
addEventListener("afterprint", showScreen);

function showScreen(): void {
  palette.value = dark.matches ? DARK : LIGHT;
}

/** Calls `take` while the map has the colours of paper, whatever the screen. */
export function inLight<T>(take: () => T): T {
  const onScreen = palette.value;
  palette.value = LIGHT;
  try {
    return take();
  } finally {
    palette.value = onScreen;
  }
}
