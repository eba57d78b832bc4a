/** The colours of the map, for a light and a dark screen; lines and words keep a contrast of 3 and 4.5 on the paper. */
import { signal } from "@preact/signals";

export interface Palette {
  paper: string;
  land: string;
  commune: string;
  border: string;
  street: string;
  faint: string;
  ink: string;
  halo: string;
  qpv: string;
  qpv2015: string;
  band_300m: string;
  outside: string;
  undetermined: string;
  own: string;
  count: string;
  /** Words on a disc of `qpv` or `count`. */
  onDisc: string;
}

const LIGHT: Palette = {
  paper: "#e9eef0",
  land: "#f7f6f1",
  commune: "#b9bdb6",
  border: "#8b938f",
  street: "#4f5a63",
  faint: "#66707a",
  ink: "#1d2731",
  halo: "#ffffff",
  qpv: "#0b6273",
  qpv2015: "#8a3b12",
  band_300m: "#a15c00",
  outside: "#56606b",
  undetermined: "#6a3c9c",
  own: "#7a2e6e",
  count: "#2b4a6f",
  onDisc: "#ffffff",
};

const DARK: Palette = {
  paper: "#10161b",
  land: "#1a2128",
  commune: "#3a444e",
  border: "#66717d",
  street: "#b9c2cc",
  faint: "#8e99a5",
  ink: "#ecebe6",
  halo: "#10161b",
  qpv: "#79cbd9",
  qpv2015: "#f2a07b",
  band_300m: "#f0b35f",
  outside: "#b3bcc7",
  undetermined: "#c8a6f0",
  own: "#e7a3d8",
  count: "#a9c6ea",
  onDisc: "#07161b",
};

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The colours for the screen as it is. */
export const palette = signal<Palette>(dark.matches ? DARK : LIGHT);

dark.addEventListener("change", () => {
  palette.value = dark.matches ? DARK : LIGHT;
});
