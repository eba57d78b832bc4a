/**
 * The department that the person works in, as far as the page can tell: that of the address answered last or of the list being
 * read, else the only one whose addresses are loaded. In memory only.
 */
import { computed, signal } from "@preact/signals";

/** The departments whose addresses are loaded, once the service has said so. */
export const addressDepartments = signal<readonly string[]>([]);
/** The department seen last; null before any. */
const seen = signal<string | null>(null);

/** Its INSEE code (`61`, `2A`, `974`); null while nothing tells it. */
export const department = computed<string | null>(() => {
  if (seen.value) return seen.value;
  const [only, ...others] = addressDepartments.value;
  return only && others.length === 0 ? only : null;
});

/** Notes where the person works; nothing is noted of a code that is none. */
export function noteDepartment(code: string | null | undefined): void {
  if (code) seen.value = code;
}

/** Returns the department of a commune, by INSEE code; null for what is no such code. */
export function departmentOfCommune(insee: string | null | undefined): string | null {
  if (!insee || !/^\d[\dAB]\d{3}$/.test(insee)) return null;
  return insee.slice(0, /^9[78]/.test(insee) ? 3 : 2);
}

/** Returns the department of a neighbourhood, by its code (`QN06103M`); null for what is no such code. */
export function departmentOfPerimeter(code: string | null | undefined): string | null {
  const written = /^Q[NP](\d[\dAB]\d|0[\dAB]{2})/.exec(code ?? "")?.[1];
  return written ? written.replace(/^0/, "") : null;
}

/**
 * Returns the department that most of these texts name by a postcode; null where none does. La Poste serves a few communes from
 * the department beside theirs, which a majority outweighs. Corsica shares the first two digits: 200 and 201 are the south.
 */
export function departmentOfPostcodes(texts: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const postcode = /(?<!\d)\d{5}(?!\d)/.exec(text)?.[0];
    if (!postcode) continue;
    const code = departmentOfPostcode(postcode);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}

function departmentOfPostcode(postcode: string): string {
  if (/^9[78]/.test(postcode)) return postcode.slice(0, 3);
  if (postcode.startsWith("20")) return /^20[01]/.test(postcode) ? "2A" : "2B";
  return postcode.slice(0, 2);
}
