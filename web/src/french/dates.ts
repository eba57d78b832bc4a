/**
 * Days as people of France type them, read into the service's own form (`2015-12-31`) and said back. Refuses what is no
 * day, and a year of two digits, for it does not say its century.
 */

const MONTHS = [
  ["janvier", "janv"],
  ["fevrier", "fevr"],
  ["mars"],
  ["avril", "avr"],
  ["mai"],
  ["juin"],
  ["juillet", "juil"],
  ["aout"],
  ["septembre", "sept"],
  ["octobre", "oct"],
  ["novembre", "nov"],
  ["decembre", "dec"],
];

/** Reads `31/12/2015`, `31-12-2015`, `31.12.2015`, `31122015`, `2015-12-31` or `31 décembre 2015`; null when it is no day. */
export function readDay(typed: string): string | null {
  const clean = typed.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(clean);
  if (iso) return day(iso[1], iso[2], iso[3]);
  const french =
    /^(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})$/.exec(clean) ??
    /^(\d{2})(\d{2})(\d{4})$/.exec(clean);
  if (french) return day(french[3], french[2], french[1]);
  const words = /^(\d{1,2})(?:er)?\s+([a-z]+)\.?\s+(\d{4})$/.exec(clean);
  const month = MONTHS.findIndex((names) => names.includes(words?.[2] ?? ""));
  return words && month >= 0 ? day(words[3], String(month + 1), words[1]) : null;
}

/** Checks for typed text that is no day; nothing typed is no fault. */
export function isUnread(typed: string): boolean {
  return typed.trim() !== "" && readDay(typed) === null;
}

/** `2015-12-31` → `31/12/2015`. */
export function formatDay(iso: string): string {
  return iso.split("-").reverse().join("/");
}

/** `2015-12-31` → `31 décembre 2015`; the first of a month is `1er`. */
export function formatLongDay(iso: string): string {
  const noon = new Date(`${iso}T12:00:00Z`);
  const day = noon.toLocaleDateString("fr-FR", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return day.replace(/^1 /, "1er ");
}

/** Today where the person is. */
export function today(): string {
  const now = new Date();
  return day(String(now.getFullYear()), String(now.getMonth() + 1), String(now.getDate())) ?? "";
}

function day(year = "", month = "", date = ""): string | null {
  const iso = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const read = new Date(`${iso}T00:00:00Z`);
  // 31 February is read by Date as 3 March: a day that does not come back is none.
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : null;
}
