/** Drawing a polygon on the map by its corners: the last click on the first corner, or Enter, closes it. */

import type { Polygon } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import { TerraDraw, TerraDrawPolygonMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";

/** Starts to draw; `drawn` receives each closed polygon, which then leaves the map. Returns the function that stops it. */
export function startDrawing(map: MapLibre, drawn: (outline: Polygon) => void): () => void {
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map }),
    modes: [new TerraDrawPolygonMode()],
  });
  const begin = () => {
    draw.start();
    draw.setMode("polygon");
    map.getCanvas().style.cursor = "crosshair";
  };
  draw.on("finish", (id) => {
    const feature = draw.getSnapshotFeature(id);
    if (feature?.geometry.type === "Polygon") drawn(feature.geometry as Polygon);
    draw.removeFeatures([id]);
  });
  if (map.isStyleLoaded()) begin();
  else map.once("idle", begin);
  return () => {
    map.off("idle", begin);
    if (draw.enabled) draw.stop();
    map.getCanvas().style.cursor = "";
  };
}
