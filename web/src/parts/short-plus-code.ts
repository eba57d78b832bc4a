/** What a short plus code beside the name of a commune means: the nearest such place to the middle of the commune. */
import { communeMiddle, perimetersOf, type Suggestion, suggestAll } from "../api/client";
import { recoverPlusCode, type ShortPlusCode } from "../french/position/plus-code";
import { text } from "../french/texts";
import { boxAround } from "../map/box";
import type { Position } from "../map/scene";
import { current } from "../map/vintages";
import type { Option } from "./choice";
import { placeOfPosition } from "./place";

type CommuneSuggestion = Extract<Suggestion, { kind: "commune" }>;

/** Communes of a name that are tried: there may be more of one that is common. */
const MOST_COMMUNES = 5;

/** Returns the places that a short code may mean, one for each commune that its words may name. */
export async function shortCodeOptions(short: ShortPlusCode, stop: AbortSignal): Promise<Option[]> {
  if (short.place === "") return [];
  const found = await suggestAll(short.place, stop);
  const communes = found.filter((it): it is CommuneSuggestion => it.kind === "commune");
  // « Paris » is Paris: communes whose names only begin so are not meant beside it.
  const exact = communes.filter((it) => it.exact);
  const meant = (exact.length > 0 ? exact : communes).slice(0, MOST_COMMUNES);
  const options = await Promise.all(meant.map((commune) => optionOf(short, commune, stop)));
  return options.filter((option) => option !== null);
}

async function optionOf(
  short: ShortPlusCode,
  { insee_com, insee_dep, lib_com, exact }: CommuneSuggestion,
  stop: AbortSignal,
): Promise<Option | null> {
  const middle = await middleOf(insee_com, lib_com, stop);
  const reading = middle && recoverPlusCode(short, middle);
  if (!reading || !("position" in reading)) return null;
  const label = `${short.code.toUpperCase()} ${lib_com}`;
  return {
    key: `plus code ${insee_com}`,
    name: label,
    detail: text("web.search.plus_code", { department: insee_dep }),
    isExact: exact,
    isNamed: true,
    choice: { kind: "place", label, place: placeOfPosition(reading.position) },
  };
}

/** The middle of a commune by its address, else of its neighbourhoods; null where neither is loaded. */
async function middleOf(insee: string, name: string, stop: AbortSignal): Promise<Position | null> {
  const known = await communeMiddle(insee, name, stop);
  if (known) return known;
  const vintage = current.value;
  if (!vintage) return null;
  const outlines = await perimetersOf(insee, vintage, stop);
  const corners = outlines.flatMap(({ geometry }) =>
    geometry ? (geometry.coordinates as number[][][][]).flat(2) : [],
  );
  const box = boxAround(corners);
  return box ? { lon: (box[0] + box[2]) / 2, lat: (box[1] + box[3]) / 2 } : null;
}
