/** The official code of a neighbourhood, as the page's address carries it. */

/** Returns the code in capitals; null when it is not of the form `QN06103M` or `QP093001`. */
export function readPerimeterCode(written: string | null): string | null {
  const code = written?.trim().toUpperCase() ?? "";
  return /^Q[PN][0-9A-Z]{6}$/.test(code) ? code : null;
}
