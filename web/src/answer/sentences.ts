/** Turns answers of the service into French, without touching the page: what is said, not where it is shown. */
import type {
  AddressFeature,
  Answer,
  CheckAnswer,
  Dataset,
  QpvRef,
  StreetProfile,
} from "../api/client";
import { formatDay } from "../french/dates";
import { refusal, signedDistance, unrepeated, vintageDays } from "../french/messages";
import {
  formatDegrees,
  formatDistance,
  formatList,
  formatUncertainty,
  isKey,
  type Key,
  text,
  typeset,
} from "../french/texts";
import type { PlaceQuestion } from "./inquiry";

/** One labelled fact under the headline. */
export interface Fact {
  label: string;
  value: string;
}

/** The place that an answer is about. */
export interface PlaceAnswer {
  /** The answer for the position asked, or for the best candidate; null when there is none. */
  answer: Answer | null;
  /** The best candidate. */
  feature: AddressFeature | null;
  /** True for one place rather than several addresses, a street or a commune: only then distances mean something. */
  isOnePlace: boolean;
}

/** Checks that an address is still to be chosen: of several, or one that is not surely the one meant. */
export function isChoice({ candidates, doubt, position }: CheckAnswer): boolean {
  // One address of that name is loaded, and another may be meant.
  const isOpen = candidates.length > 1 || doubt?.code === "unlike" || doubt?.place_not_named;
  return !position && isOpen === true && candidates.length > 0;
}

export function placeAnswer(check: CheckAnswer): PlaceAnswer {
  const { position, candidates } = check;
  const feature = candidates[0] ?? null;
  if (position) return { answer: position, feature, isOnePlace: true };
  const type = feature?.properties.type;
  const isOnePlace = !isChoice(check) && (type === "housenumber" || type === "locality");
  return { answer: feature ? zoneOf(feature) : null, feature, isOnePlace };
}

/** The zone of a candidate; null when the service has none for it. */
export function zoneOf({ properties }: AddressFeature): Answer | null {
  return properties.qpv && "zone" in properties.qpv ? properties.qpv : null;
}

/** The answer in one large sentence; that of a position says whose word it rests on. */
export function headline(check: CheckAnswer): string {
  const answer = zoneInWords(check);
  return check.position && check.zone !== "undetermined"
    ? text("placed.testimony", { answer: answer.replace(/\.$/, "") })
    : answer;
}

function zoneInWords(check: CheckAnswer): string {
  const { zone, doubt } = check;
  const { answer, feature, isOnePlace } = placeAnswer(check);
  // Neither a yes nor a no, and more than "to be verified": which side, how near, known how well.
  if (zone === "undetermined" && check.leaning) return typeset(check.leaning.message);
  if (zone === "undetermined") {
    // No line is near a position that is itself in doubt.
    if (doubt?.code === "position" && feature?.properties.position_doubtful)
      return text("web.check.doubt.doubtful_position");
    if (doubt?.place_not_named) return text("web.check.doubt.place_not_named");
    const cut = cutThrough(check);
    if (cut) return text(`web.check.doubt.cut.${cut}`);
    return text(keyOr(`web.check.doubt.${doubt?.code}`, "web.check.doubt.other"));
  }
  if (answer?.zone !== zone || (check.candidates.length > 1 && !isOnePlace))
    return text(`web.check.zone.${zone}`);
  if (zone === "qpv") return inside(answer.qpv);
  return isOnePlace ? without(zone, answer) : text(`web.check.zone.${zone}`);
}

function inside(qpv: QpvRef[]): string {
  if (qpv.length === 1) return text("zone.qpv", { qpv: names(qpv) });
  return text("web.answer.many", { count: String(qpv.length), names: names(qpv) });
}

function without(zone: "band_300m" | "outside", { nearest }: Answer): string {
  if (!nearest) return text("zone.outside_far");
  const values = {
    qpv: withCode(nearest.lib_qp, nearest.code_qp),
    distance: formatDistance(nearest.distance_m),
  };
  return text(`zone.${zone}`, values);
}

/** The place as the service understood it, in words. */
export function placeInWords(
  { place, placed }: PlaceQuestion,
  { candidates, doubt }: CheckAnswer,
): string {
  if (place.kind === "position") {
    return text("web.answer.asked.position", {
      lon: formatDegrees(place.lon),
      lat: formatDegrees(place.lat),
    });
  }
  const label = candidates[0]?.properties.label;
  if (placed) return text("web.answer.asked.placed", { label: label ?? place.q });
  // While several addresses may be meant, none counts as understood.
  const isOpen = !label || doubt?.code === "candidates" || doubt?.code === "unlike";
  return isOpen
    ? text("web.answer.asked.unknown", { label: place.q })
    : text("web.answer.asked.address", { label });
}

/** Explains how sure the answer is. */
export function certainty(check: CheckAnswer): string {
  // The headline of a doubt says that it is to be verified.
  if (check.doubt) return unrepeated(check.doubt.message);
  const { answer } = placeAnswer(check);
  return answer?.zone === check.zone ? unrepeated(answer.certainty.explanation) : "";
}

/** What a line runs through, of what the address stands on; undefined where none does. */
function cutThrough(check: CheckAnswer): "parcels" | "buildings" | undefined {
  const site = placeAnswer(check).answer?.certainty.site;
  if (site?.finding !== "cut") return undefined;
  return site.basis === "parcels" ? "parcels" : "buildings";
}

/** Advises what to do about a doubt. */
export function advice(check: CheckAnswer): string {
  const { doubt, leaning } = check;
  // Another position of the pin would still be in the same house.
  if (cutThrough(check)) return text("web.check.todo.cut");
  if (doubt?.place_not_named) return text("web.check.todo.place_not_named");
  if (leaning) return typeset(leaning.remedy);
  return doubt ? text(keyOr(`web.check.todo.${doubt.code}`, "web.check.todo.other")) : "";
}

/** Lists more facts, most useful first; `on` is the day asked. */
export function facts(check: CheckAnswer, on: string): Fact[] {
  const { answer, feature, isOnePlace } = placeAnswer(check);
  const list: Fact[] = [];
  if (answer && isChoice(check)) list.push(fact("web.answer.vintage", vintage(answer, on)));
  else if (answer) {
    list.push(...places(answer, isOnePlace, check.candidates.length === 1 ? feature : null));
    list.push(...position(check, answer, feature));
    if (typeof answer.official_band_300m === "boolean") {
      list.push(
        fact(
          "web.answer.official_band",
          text(`web.answer.official_band.${answer.official_band_300m ? "in" : "out"}`),
        ),
      );
    }
    list.push(fact("web.answer.vintage", vintage(answer, on)));
    if (answer.zonings && answer.zonings.length > 0)
      list.push(
        fact("web.answer.zonings", typeset(answer.zonings.map(({ message }) => message).join(" "))),
      );
  }
  return [...list, ...origin(check.dataset)];
}

/** Lists the reservations that go with an answer. */
export function caveats(check: CheckAnswer): string[] {
  const list: string[] = [];
  const { answer, isOnePlace } = placeAnswer(check);
  if (check.zone === "undetermined" && answer && isOnePlace) {
    const given = placed(check);
    list.push(
      answer.qpv.length > 0
        ? text(`web.answer.${given}_in`, { names: names(answer.qpv) })
        : text(`web.answer.${given}_out`),
    );
  }
  if (check.zone === "band_300m") list.push(text("web.answer.note.band"));
  if (check.dataset.fictional) list.push(text("web.banner.fictional.title"));
  else if (check.dataset.notice) list.push(typeset(check.dataset.notice));
  return list;
}

/** Whose position the answer is about: coordinates that were given, those that a person gave an address, or its own. */
function placed({ position, candidates }: CheckAnswer): "given" | "placed" | "address" {
  if (!position) return "address";
  return candidates.length > 0 ? "placed" : "given";
}

/** The answer as plain text, to be pasted into a file or a letter; `asked` is the place in words. */
export function plainText(check: CheckAnswer, asked: string, on: string): string {
  const { answer } = placeAnswer(check);
  const lines = [
    asked,
    headline(check),
    certainty(check),
    answer
      ? text("web.answer.copy.perimeters", { vintage: answer.vintage, day: formatDay(on) })
      : "",
    text("web.answer.copy.dataset", { digest: check.dataset.digest }),
    ...caveats(check),
    text("web.footer.legal"),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** The neighbourhoods that an answer names: those it is in, else the nearest. */
export function named(check: CheckAnswer): { code_qp: string; lib_qp: string }[] {
  const { answer, isOnePlace } = placeAnswer(check);
  if (!answer || isChoice(check)) return [];
  if (answer.qpv.length > 0) return answer.qpv;
  return answer.nearest && isOnePlace ? [answer.nearest] : [];
}

/** A range of numbers of a street, and where they stand. */
export function range(
  side: "odd" | "even",
  { from, to, count, zone, perimeters, error }: StreetProfile["odd"][number],
): Fact {
  const label =
    count === 1
      ? text("street.numbers.one", { from })
      : text(`street.numbers.${side}`, { from, to });
  if (!zone) return { label, value: error ? refusal(error) : text("web.check.zone.unknown") };
  return { label, value: zone === "qpv" ? inside(perimeters) : text(`web.check.zone.${zone}`) };
}

function places(
  { qpv, nearest, distance_to_boundary_m, zone }: Answer,
  isOnePlace: boolean,
  feature: AddressFeature | null,
): Fact[] {
  // Lists of different lengths are not aligned: some names of 2015 match no code.
  const communes = qpv.flatMap(({ lib_com, insee_com }) =>
    lib_com.map((name, i) =>
      withCode(name, lib_com.length === insee_com.length ? insee_com[i] : undefined),
    ),
  );
  const list: Fact[] = [];
  if (isOnePlace) list.push(fact("report.fact.distance", signedDistance(distance_to_boundary_m)));
  // A neighbourhood may lie in several communes, and the place is in one of them.
  const { city, citycode } = feature?.properties ?? {};
  const own = city && withCode(city, citycode);
  if (own) list.push(fact("web.answer.communes", own));
  const whole = [...new Set(communes)];
  if (whole.length > 1) list.push(fact("web.answer.qpv_communes", formatList(whole)));
  else if (whole[0] && whole[0] !== own) list.push(fact("web.answer.qpv_commune", whole[0]));
  // The headline names the nearest one, but for a doubtful answer.
  if (zone === "undetermined" && qpv.length === 0 && nearest) {
    list.push(fact("web.answer.nearest", withCode(nearest.lib_qp, nearest.code_qp)));
  }
  return list;
}

/** Describes what the position marks, and how far the true place may be. */
function position(check: CheckAnswer, answer: Answer, feature: AddressFeature | null): Fact[] {
  const doubtM = answer.certainty.position_uncertainty_m;
  const within =
    doubtM > 0
      ? text("report.within", { distance: formatUncertainty(doubtM) })
      : text("report.exact");
  return [fact("report.fact.position", `${text(positionKind(check, feature))}, ${within}`)];
}

function positionKind(check: CheckAnswer, feature: AddressFeature | null): Key {
  if (check.position)
    return check.candidates.length > 0 ? "report.position.by_hand" : "web.answer.position.given";
  return keyOr(`report.position.${feature?.properties.position}`, "report.position.unknown");
}

function vintage(answer: Answer, on: string): string {
  return `${vintageDays(answer)}\u202f; ${text("report.in_force", { day: formatDay(on) })}`;
}

function origin({ digest, sources }: Dataset): Fact[] {
  const list = [fact("web.answer.dataset", digest.slice(0, 12))];
  if (sources.length > 0) list.push(fact("web.answer.sources", typeset(sources.join(" ; "))));
  return list;
}

function fact(label: Key, value: string): Fact {
  return { label: text(label), value };
}

function keyOr(key: string, otherwise: Key): Key {
  return isKey(key) ? key : otherwise;
}

function names(perimeters: QpvRef[]): string {
  return formatList(perimeters.map((qpv) => withCode(qpv.lib_qp, qpv.code_qp)));
}

function withCode(name: string, code: string | undefined): string {
  return code ? `${name} (${code})` : name;
}
