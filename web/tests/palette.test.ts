/** The colours and symbols of `tiles/`, as the page takes them. */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { css, mapColours, readPalette, symbolPath } from "../build/palette";

const file = readPalette();

/** Returns the relative luminance of a colour, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one = "", other = ""): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** A colour laid over another one with some opacity. */
function blend(below = "", above = "", opacity: number): string {
  const mixed = [1, 3, 5].map((at) => {
    const [low, high] = [below, above].map((colour) =>
      Number.parseInt(colour.slice(at, at + 2), 16),
    );
    return Math.round((low ?? 0) * (1 - opacity) + (high ?? 0) * opacity);
  });
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

describe.each(["light", "dark"] as const)("on a %s screen", (name) => {
  const scheme = file[name];

  test("words have a contrast of 4.5 on the page", () => {
    const words = { ...scheme.results, ink: scheme.page.ink, soft: scheme.page.soft };
    for (const [word, colour] of Object.entries(words))
      for (const ground of [scheme.page.paper, scheme.page.card])
        expect(contrast(colour, ground), word).toBeGreaterThanOrEqual(4.5);
  });

  test("results have a contrast of 3 on the map, and words of 4.5", () => {
    const colours = mapColours(scheme);
    for (const result of [...Object.keys(scheme.results), "own", "count"])
      expect(contrast(colours[result], colours.land), result).toBeGreaterThanOrEqual(3);
    for (const word of ["ink", "street", "faint", "qpv", "qpv_past"])
      expect(contrast(colours[word], colours.land), word).toBeGreaterThanOrEqual(4.5);
  });

  test("names and numbers have a contrast of 4.5 on a neighbourhood and its band, and on their halo", () => {
    const colours = mapColours(scheme);
    // As strong as `src/map/style.ts` fills them.
    const band = blend(colours.land, colours.band_300m, 0.16);
    const grounds = [
      band,
      blend(band, colours.qpv, 0.28),
      blend(band, colours.qpv_past, 0.12),
      colours.halo,
    ];
    for (const word of ["street", "faint"])
      for (const ground of grounds)
        expect(contrast(colours[word], ground), word).toBeGreaterThanOrEqual(4.5);
  });

  test("numbers have a contrast of 4.5 on their discs", () => {
    const colours = mapColours(scheme);
    for (const disc of ["qpv", "qpv_past", "count"])
      expect(
        contrast(colours.on_disc, blend(colours.land, colours[disc], 0.88)),
        disc,
      ).toBeGreaterThanOrEqual(4.5);
  });

  test("every movement has a colour, on the map and on the page", () => {
    for (const colour of Object.values(file.movements)) {
      expect(mapColours(scheme)).toHaveProperty(colour);
      expect({ ...scheme.page, ...scheme.results }).toHaveProperty(colour);
    }
  });
});

test("each movement and each class has a symbol, and no other is there", () => {
  const names = [
    ...Object.keys(file.movements).map((name) => `movement-${name}`),
    ...file.classes.map((name) => `class-${name}`),
  ];
  const files = readdirSync(new URL("../../tiles/symbols", import.meta.url));
  expect(files.sort()).toEqual(names.map((name) => `${name}.svg`).sort());
  expect(new Set(names.map(symbolPath)).size).toBe(names.length);
});

test("custom properties have the names of colours", () => {
  expect(css(file)).toContain(`--band-300m:${file.light.results.band_300m}`);
  expect(css(file)).toContain('[data-movement="left"]{color:var(--qpv-past)}');
});

test("the map uses the colours that the file has", async () => {
  // The module looks at the screen when it is loaded; tests have none.
  globalThis.matchMedia ??= () => new EventTarget() as MediaQueryList;
  globalThis.addEventListener ??= () => undefined;
  const { COLOURS } = await import("../src/map/palette");
  expect(Object.keys(mapColours(file.light)).sort()).toEqual([...COLOURS].sort());
});
