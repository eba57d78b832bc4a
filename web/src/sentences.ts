/** Turns answers of the service into French, without touching the page: what is said, not where it is shown. */
import type { Answer, Dataset, Problem, QpvRef } from "./api/client";
import type { Position, Reading } from "./coordinates";
import { formatDegrees, formatDistance, formatList, isKey, text, typeset } from "./texts";

/** An answer with the data it comes from. */
export interface Located {
  answer: Answer;
  dataset: Dataset;
}

/** One labelled fact under the headline. */
export interface Fact {
  label: string;
  value: string;
}

/** The answer in one large sentence. */
export function headline({ zone, qpv, nearest }: Answer): string {
  if (zone === "undetermined") return text("zone.undetermined");
  if (zone === "qpv") {
    return qpv.length === 1
      ? text("zone.qpv", { qpv: names(qpv) })
      : text("web.answer.many", { count: String(qpv.length), names: names(qpv) });
  }
  if (!nearest) return text("zone.outside_far");
  const values = { qpv: withCode(nearest.lib_qp, nearest.code_qp), distance: formatDistance(nearest.distance_m) };
  return text(`zone.${zone}`, values);
}

/** What to know besides, most useful first. */
export function facts({ answer, dataset }: Located): Fact[] {
  const list = [...places(answer), fact("web.answer.certainty", typeset(answer.certainty.explanation))];
  if (typeof answer.official_band_300m === "boolean") {
    const side = answer.official_band_300m ? "in" : "out";
    list.push(fact("web.answer.official_band", text(`web.answer.official_band.${side}`)));
  }
  list.push(fact("web.answer.vintage", text(answer.vintage === "2015" ? "web.answer.vintage.2015" : "web.answer.vintage.2024")), ...origin(dataset));
  return list;
}

/** What an answer must be read with. */
export function caveats({ answer, dataset }: Located): string[] {
  const list: string[] = [];
  if (answer.zone === "undetermined") {
    const isIn = answer.qpv.length > 0;
    list.push(isIn ? text("web.answer.given_in", { names: names(answer.qpv) }) : text("web.answer.given_out"));
  }
  if (answer.zone === "band_300m") list.push(text("web.answer.note.band"));
  if (dataset.fictional) list.push(text("web.banner.fictional.title"));
  else if (dataset.notice) list.push(typeset(dataset.notice));
  return list;
}

/**
 * A refusal or a failure in French: the service's own message, which is the catalogue's for its code with the values
 * filled in; our sentence when the service could not be reached; else the bare code and detail.
 */
export function refusal({ code, detail, message }: Problem): string {
  if (message) return typeset(message);
  const key = `web.error.${code}`;
  return isKey(key) ? text(key) : text("web.error.unknown", { code, detail: detail ?? "" }).trim();
}

/** How the coordinates were understood, or what is wrong with them. */
export function understood(reading: Reading): string {
  if ("fault" in reading) return text(`web.reading.${reading.fault}`);
  const { lon, lat, order, orderIsKnown, roundingM }: Position = reading.position;
  const parts = [text(`web.understood.${order}`, { lon: formatDegrees(lon), lat: formatDegrees(lat) })];
  if (!orderIsKnown) parts.push(text("web.understood.nowhere"));
  if (roundingM > 10) parts.push(text("web.understood.rounded", { distance: formatDistance(roughly(roundingM)) }));
  return parts.join(" ");
}

function places({ qpv, nearest, distance_to_boundary_m, zone }: Answer): Fact[] {
  // Lists of different lengths are not aligned: some names of 2015 match no code.
  const communes = qpv.flatMap(({ lib_com, insee_com }) =>
    lib_com.map((name, i) => withCode(name, lib_com.length === insee_com.length ? insee_com[i] : undefined)),
  );
  const list: Fact[] = [];
  if (communes.length > 0) list.push(fact("web.answer.communes", formatList([...new Set(communes)])));
  list.push(fact("web.answer.distance.label", distance(distance_to_boundary_m)));
  // The headline names the nearest one, but for a doubtful answer.
  if (zone === "undetermined" && qpv.length === 0 && nearest) {
    list.push(fact("web.answer.nearest", withCode(nearest.lib_qp, nearest.code_qp)));
  }
  return list;
}

function origin({ digest, sources }: Dataset): Fact[] {
  const list = [fact("web.answer.dataset", digest.slice(0, 12))];
  if (sources.length > 0) list.push(fact("web.answer.sources", typeset(sources.join(" ; "))));
  return list;
}

function fact(label: Parameters<typeof text>[0], value: string): Fact {
  return { label: text(label), value };
}

function names(perimeters: QpvRef[]): string {
  return formatList(perimeters.map((qpv) => withCode(qpv.lib_qp, qpv.code_qp)));
}

function withCode(name: string, code: string | undefined): string {
  return code ? `${name} (${code})` : name;
}

function distance(signedM: number | null | undefined): string {
  if (signedM === null || signedM === undefined) return text("web.answer.distance.none");
  if (Math.abs(signedM) < 0.05) return text("web.answer.distance.on_line");
  const side = signedM < 0 ? "inside" : "outside";
  return text(`web.answer.distance.${side}`, { distance: formatDistance(signedM) });
}

/** One significant digit: a rounding error is an order of size. */
function roughly(metres: number): number {
  return Number(metres.toPrecision(1));
}
