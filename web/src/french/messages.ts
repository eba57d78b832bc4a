/** The sentences that several views need: failures, the reading of coordinates, distances to a line, the area of a neighbourhood, the days of a vintage. */
import type { Answer, Problem } from "../api/client";
import { type CoordinateReading, isExact, type TypedPosition } from "./coordinates";
import { formatDay } from "./dates";
import {
  formatDegrees,
  formatDistance,
  formatHectares,
  formatUncertainty,
  isKey,
  text,
  typeset,
} from "./texts";

/**
 * A refusal or a failure in French: the service's own message, which is the catalogue's for its code with the values
 * filled in; our sentence when the service could not be reached; else the bare code and detail.
 */
export function refusal({ code, detail, message }: Problem): string {
  if (message) return typeset(message);
  const key = `web.error.${code}`;
  return isKey(key) ? text(key) : text("web.failed", { code, detail: detail ?? "" }).trim();
}

/** A sentence of the service without the « À vérifier » at its end, for where the result beside it says so. */
export function unrepeated(sentence: string): string {
  return typeset(sentence).replace(/(?<=[.!?»])\s+À vérifier\.$/, "");
}

/** Describes how the coordinates were understood, or their fault. */
export function understood(reading: CoordinateReading): string {
  if ("fault" in reading) return text(`web.reading.${reading.fault}`);
  const { orderIsKnown, roundingM, notation } = reading.position;
  const parts = [placeInWords(reading.position)];
  if (!orderIsKnown) parts.push(text("web.understood.nowhere"));
  if (!isExact(roundingM)) {
    const key = notation === "view" ? "web.understood.within" : "web.understood.rounded";
    parts.push(text(key, { distance: formatUncertainty(roundingM) }));
  }
  return parts.join(" ");
}

/** The place in degrees, and what it was written in. */
function placeInWords({ lon, lat, order, notation, system }: TypedPosition): string {
  if (notation === "decimal")
    return text(`web.understood.${order}`, { lon: formatDegrees(lon), lat: formatDegrees(lat) });
  // A ten-thousandth of a second is nobody's: six decimals are a decimetre.
  const values = { lon: formatDegrees(round(lon)), lat: formatDegrees(round(lat)) };
  if (notation === "projected" && system) return text(`web.understood.projected.${system}`, values);
  return text(`web.understood.${notation as Exclude<typeof notation, "projected">}`, values);
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/** The area of a neighbourhood; one published as a point has none. */
export function formatPerimeterArea(areaHa: number | null | undefined): string {
  return typeof areaHa === "number" ? formatHectares(areaHa) : text("compare.sheet.no_area");
}

/** A vintage with the days it is in force in the territory, and what comes next. */
export function vintageDays({
  vintage,
  valid_from,
  valid_until,
  next_vintage,
}: Pick<Answer, "vintage" | "valid_from" | "valid_until" | "next_vintage">): string {
  if (!valid_from) return vintage;
  const first = formatDay(valid_from);
  if (!valid_until) return text("vintage.since", { label: vintage, first });
  const days = text("vintage.until", { label: vintage, first, last: formatDay(valid_until) });
  return next_vintage ? `${days}${text("vintage.next", { next: next_vintage })}` : days;
}

/** A distance to the line, negative inside. */
export function signedDistance(signedM: number | null | undefined): string {
  if (signedM === null || signedM === undefined) return text("web.answer.distance.none");
  if (Math.abs(signedM) < 0.05) return text("web.answer.distance.on_line");
  const side = signedM < 0 ? "inside" : "outside";
  return text(`web.answer.distance.${side}`, { distance: formatDistance(signedM) });
}

/** A distance of the building to the nearest neighbourhood. */
export function describeDistance(metres: number | null | undefined): string {
  if (metres === null || metres === undefined) return text("web.building.far");
  return metres === 0 ? text("web.building.zero") : formatDistance(metres);
}
