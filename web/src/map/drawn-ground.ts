/** The style of the ground that is drawn, for the screen as it is. */
import { computed } from "@preact/signals";
import type { StyleSpecification } from "maplibre-gl";
import { FONT } from "./font";
import { basemap, groundName, importedGround, ONLINE } from "./ground";
import { groundStyle } from "./ground-style";
import { palette } from "./palette";

/** A ground to draw in place of the plain one. */
export interface DrawnGround {
  style: StyleSpecification;
  /** True for one on the network, which may fail and covers all; it has names and numbers of its own. */
  isOnline: boolean;
}

/** The ground that is drawn; null for the plain one. */
export const drawnGround = computed<DrawnGround | null>(() => {
  const imported = importedGround.value;
  if (imported) {
    const base = new URL(".", document.baseURI).href;
    return { style: groundStyle(imported, palette.value, FONT, base), isOnline: false };
  }
  const { style } = basemap.value;
  return style && groundName.value === ONLINE ? { style, isOnline: true } : null;
});
