/** An address typed for a row: without a commune of its own, it is one of the row's. */
import { check } from "../../api/client";
import { fold } from "../../french/fold";
import type { WorkRow } from "./rows";
import type { Work } from "./work";

const POSTCODE = /(?<!\d)\d{5}(?!\d)/;

/** Returns the words with the postcode and the commune of the row, where they name none and the row's commune has such a street. */
export async function inCommuneOf(work: Work, row: WorkRow, typed: string): Promise<string> {
  const place = placeOf(work, row);
  if (!place || POSTCODE.test(typed)) return typed;
  try {
    const leaving = AbortSignal.timeout(LONGEST_WAIT_MS);
    const [anywhere, there] = await Promise.all([
      check({ q: typed }, leaving),
      check({ q: typed, ...place }, leaving),
    ]);
    const words = ` ${fold(typed)} `;
    const isNamed = anywhere.candidates.some(({ properties: { city } }) =>
      words.includes(` ${fold(city)} `),
    );
    const [found] = there.candidates;
    if (isNamed || !found) return typed;
    const { postcode, city } = found.properties;
    return [typed.trim(), postcode, city].filter(Boolean).join(" ");
  } catch {
    // The row is asked all the same, and says what is wrong.
    return typed;
  }
}

/** No person waits longer for it, milliseconds. */
const LONGEST_WAIT_MS = 2_000;

function placeOf(work: Work, row: WorkRow): { citycode: string } | { postcode: string } | null {
  if (row.citycode) return { citycode: row.citycode };
  const [postcode] = POSTCODE.exec(work.ownAddressOf(row)) ?? [];
  return postcode ? { postcode } : null;
}
