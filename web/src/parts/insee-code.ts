/** The INSEE code of a commune, as addresses of pages carry it. */

/** Returns an INSEE code of a commune in capitals; null when it has not its form. */
export function readInsee(written: string | null): string | null {
  const code = written?.trim().toUpperCase() ?? "";
  return /^(\d{2}|2[AB])\d{3}$/.test(code) ? code : null;
}
