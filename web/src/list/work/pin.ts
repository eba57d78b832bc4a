/** The pin of the row being settled: where its address was found, or where somebody has put its door. */
import { text } from "../../french/texts";
import type { Marker, PlacedPosition, Position } from "../../map/scene";
import type { RowPoint } from "../api";
import { toneOf } from "../tally";
import type { Work } from "./work";

export function pinOf(
  work: Work,
  points: readonly RowPoint[],
): { marker?: Marker; onPick?: (at: PlacedPosition) => void } {
  const row = work.row(work.chosen.value);
  if (!row) return {};
  const move = (to: PlacedPosition) =>
    void work.correct(row.row, {
      position: `${to.lat.toFixed(6)} ${to.lon.toFixed(6)} ± ${Math.ceil(to.uncertainty_m)} m`,
    });
  const { position, address } = work.corrections.value.get(row.row) ?? {};
  // Another address is elsewhere than that of the list was found.
  const place = placedAt(position) ?? (address ? undefined : foundAt(points, row.row));
  if (!place) return { onPick: move };
  const label = text("web.list.work.pin", { row: String(row.row) });
  return { marker: { ...place, tone: toneOf(row.result), label, doubtM: 0, onMove: move } };
}

function placedAt(position: string | undefined): Position | undefined {
  const [lat, lon] = position?.split(" ").map(Number) ?? [];
  return lat === undefined || lon === undefined || Number.isNaN(lat + lon)
    ? undefined
    : { lat, lon };
}

function foundAt(points: readonly RowPoint[], row: number): Position | undefined {
  const [lon, lat] =
    points.find(({ properties }) => properties.row === row)?.geometry.coordinates ?? [];
  return lon === undefined || lat === undefined ? undefined : { lon, lat };
}
