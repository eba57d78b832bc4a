/**
 * French typography for plain sentences: the catalogue is typed with ordinary spaces and apostrophes, the page must not
 * break a line before a colon or between a number and its unit. Used by the build (vite.config.ts) and by the page.
 */
export function typeset(sentence: string): string {
  return sentence
    .replaceAll("'", "’")
    .replace(/ ([:»])/g, "\u00a0$1")
    .replace(/« /g, "«\u00a0")
    .replace(/ ([;!?])/g, "\u202f$1")
    .replace(/(\d) (?=(?:m|km|\d{3})\b)/g, "$1\u00a0");
}
