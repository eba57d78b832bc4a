/** The scene of a question about one place: the pin with its doubt, or the addresses to choose from. */
import type { FeatureCollection, MultiPolygon } from "geojson";
import type { AddressFeature, CheckAnswer, SiteAnswer } from "../api/client";
import { text } from "../french/texts";
import { boxAround } from "../map/box";
import type { Focus, Marker, PlacedPosition, Position, ResultPoints, Scene } from "../map/scene";
import type { InquiryState } from "./inquiry";
import { headline, isChoice, placeAnswer, zoneOf } from "./sentences";

interface SceneActions {
  /** Only where a place picked on the map is a question. */
  onPick?: (at: PlacedPosition) => void;
  onMove: (to: PlacedPosition) => void;
  onChoose: (candidate: AddressFeature) => void;
}

/** Zoom on one address, and the metres around it that a small map then shows. */
const DOOR_ZOOM = 17;
const DOOR_M = 150;
/** A limit farther than this does not widen the look, metres. */
const FAR_M = 1500;

export function sceneOf(state: InquiryState, { onPick, onMove, onChoose }: SceneActions): Scene {
  const { question, answer } = state;
  const picks = onPick ? { onPick } : {};
  if (!question) return picks;
  const choices =
    answer && !question.placed ? answer.candidates.filter((candidate) => zoneOf(candidate)) : [];
  if (answer && choices.length > 0 && isChoice(answer)) {
    const onRow = (row: number) => choices[row] && onChoose(choices[row]);
    const box = question.isSought && boxAround(choices.map(({ geometry }) => geometry.coordinates));
    return { ...picks, onRow, points: points(choices), ...(box && { focus: { box } }) };
  }
  const at = place(state);
  if (!at) return picks;
  const stands = answer && !state.isAsking ? placeAnswer(answer).answer : null;
  const doubtM = stands?.certainty.position_uncertainty_m ?? 0;
  const limitM = Math.abs(stands?.distance_to_boundary_m ?? 0);
  const marker: Marker = { ...at, ...look(state), doubtM, onMove };
  const outline = stands?.certainty.site && siteOutline(stands.certainty.site);
  return {
    ...picks,
    marker,
    ...(outline && { outline }),
    ...(question.isSought && answer ? { focus: near(at, doubtM, limitM) } : {}),
  };
}

/** The vintages that an answer rests on: several, when addresses to choose from lie in territories that changed at different times. */
export function vintagesOf({ position, candidates, profile }: CheckAnswer): string[] {
  const answers = position
    ? [position]
    : candidates.flatMap((candidate) => zoneOf(candidate) ?? []);
  return [
    ...new Set([...answers, ...(profile ? [profile] : [])].map(({ vintage }) => vintage)),
  ].sort();
}

/** The vintages for the map to show; undefined while the answer is being asked for. */
export function vintagesShown({ isAsking, answer }: InquiryState): string[] | undefined {
  if (isAsking) return undefined;
  return answer ? vintagesOf(answer) : [];
}

/** Returns the position of the pin: where it was put, else the position asked, else the best candidate. */
function place({ question, answer }: InquiryState): Position | null {
  if (question?.placed) return question.placed;
  if (question?.place.kind === "position")
    return { lon: question.place.lon, lat: question.place.lat };
  if (answer && isChoice(answer)) return null;
  const [lon, lat] = answer?.candidates[0]?.geometry.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : { lon, lat };
}

function look({
  answer,
  isAsking,
}: {
  answer: CheckAnswer | null;
  isAsking: boolean;
}): Pick<Marker, "tone" | "label"> {
  if (!answer || isAsking) return { tone: "plain", label: text("web.check.pin.plain") };
  return { tone: answer.zone, label: text("web.check.pin", { headline: headline(answer) }) };
}

/** The parcels or buildings that an address was decided by, as one outline. */
function siteOutline({ basis, outlines }: SiteAnswer): MultiPolygon {
  const features = (outlines as unknown as FeatureCollection<MultiPolygon>).features;
  const decided = features.filter(({ properties }) => properties?.kind === basis);
  return { type: "MultiPolygon", coordinates: decided.flatMap((it) => it.geometry.coordinates) };
}

/** Near enough to see the door, and far enough to see the whole doubt, and the limit when it is near. */
function near({ lon, lat }: Position, doubtM: number, limitM: number): Focus {
  const seenM = Math.max(DOOR_M, 2 * doubtM, limitM < FAR_M ? 1.2 * limitM : 0);
  return { lon, lat, zoom: DOOR_ZOOM - Math.log2(seenM / DOOR_M) };
}

function points(candidates: AddressFeature[]): ResultPoints {
  const features = candidates.map((candidate, row) => ({
    type: "Feature" as const,
    geometry: { type: "Point" as const, coordinates: candidate.geometry.coordinates },
    properties: {
      row,
      tone: zoneOf(candidate)?.zone ?? ("plain" as const),
      label: candidate.properties.label,
    },
  }));
  return { type: "FeatureCollection", features };
}
