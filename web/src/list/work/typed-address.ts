/** An address typed for a row: without a place of its own, it is one of the row's. */
import {
  type AddressFeature,
  check,
  type Suggestion,
  suggestAll,
  suggestWithin,
} from "../../api/client";
import { fold } from "../../french/fold";
import type { WorkRow } from "./rows";
import type { Work } from "./work";

const POSTCODE = /(?<!\d)\d{5}(?!\d)/;

type RowPlace = { citycode: string } | { postcode: string };

/** Returns the words with the postcode and the commune of the row, where they name none. */
export async function inCommuneOf(work: Work, row: WorkRow, typed: string): Promise<string> {
  if (POSTCODE.test(typed)) return typed;
  const own = ownPlaceOf(work, row);
  try {
    const leaving = AbortSignal.timeout(LONGEST_WAIT_MS);
    const place = await placeOf(work, row, leaving);
    const [anywhere, there] = await Promise.all([
      check({ q: typed }, leaving),
      place ? check({ q: typed, ...place }, leaving) : null,
    ]);
    // A place that is not loaded is a place named.
    if (anywhere.doubt?.unloaded || isNamed(typed, anywhere.candidates)) return typed;
    const [found] = there?.candidates ?? [];
    return joined(typed, found ? [found.properties.postcode, found.properties.city] : own);
  } catch {
    // The row is asked all the same, and says what is wrong.
    return typed;
  }
}

/** What words may mean that are typed for a row: without a place of their own, the addresses of the row's place come first. */
export async function suggestFor(
  work: Work,
  row: WorkRow,
  typed: string,
  stop: AbortSignal,
): Promise<Suggestion[]> {
  if (POSTCODE.test(typed)) return suggestAll(typed, stop);
  const place = placeOf(work, row, stop).catch(() => null);
  const within = place.then((place) => (place ? suggestWithin(typed, place, stop) : []));
  // Without those of the place there are the others.
  const [anywhere, there] = await Promise.all([suggestAll(typed, stop), within.catch(() => [])]);
  const addresses = anywhere.flatMap((found) => (found.kind === "address" ? found.address : []));
  if (isNamed(typed, addresses)) return anywhere;
  const first = there.map((address): Suggestion => ({ kind: "address", address }));
  const known = new Set(there.map(({ properties: { id } }) => id));
  const others = anywhere.filter(
    (found) => found.kind !== "address" || !known.has(found.address.properties.id),
  );
  return [...first, ...others];
}

/** No person waits longer for it, milliseconds. */
const LONGEST_WAIT_MS = 2_000;

/** Checks that words name the commune of one of the addresses that they may mean, beside its street. */
function isNamed(typed: string, candidates: readonly AddressFeature[]): boolean {
  return candidates.some(({ properties: { city, street } }) => {
    const words = ` ${fold(typed)} `;
    // « Rue de Paris » names no town.
    return holds(street ? words.replace(` ${fold(street)} `, " ") : words, city);
  });
}

function holds(words: string, name: string): boolean {
  return ` ${fold(words)} `.includes(` ${fold(name)} `);
}

function joined(typed: string, place: readonly (string | null | undefined)[]): string {
  return [typed.trim(), ...place].filter(Boolean).join(" ");
}

/** The place that the row itself names: its postcode, and its town where the list has a column of towns. */
function ownPlaceOf(work: Work, row: WorkRow): string[] {
  const [postcode = ""] = POSTCODE.exec(work.ownAddressOf(row)) ?? [];
  return [postcode, work.ownTownOf(row)].filter(Boolean);
}

/** The commune of a row that was found, else the postcode or the town that it names; null where none is known. */
async function placeOf(work: Work, row: WorkRow, stop: AbortSignal): Promise<RowPlace | null> {
  if (row.citycode) return { citycode: row.citycode };
  const [postcode] = POSTCODE.exec(work.ownAddressOf(row)) ?? [];
  if (postcode) return { postcode };
  const town = work.ownTownOf(row);
  if (!town) {
    const { postcode } = work.placeFields();
    return postcode ? { postcode } : null;
  }
  const meant = (await suggestAll(town, stop)).filter(
    (found) => found.kind === "commune" && found.exact,
  );
  const [only, ...others] = meant;
  return only?.kind === "commune" && others.length === 0 ? { citycode: only.insee_com } : null;
}
