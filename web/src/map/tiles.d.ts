/** The modules that the build makes of `tiles/` (`web/build/palette.ts`). */
declare module "*/tiles/palette.toml" {
  type Palette = import("./palette").Palette;
  export const light: Palette;
  export const dark: Palette;
  /** The name of the colour of each movement. */
  export const movements: Record<import("./symbols").Movement, keyof Palette>;
}

declare module "virtual:symbols" {
  export const movements: Record<import("./symbols").Movement, string>;
  export const classes: Record<string, string>;
}
