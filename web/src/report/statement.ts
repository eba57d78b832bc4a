/** The lines of a genuine report in words: the signed text has short names and values, for phones. */
import { formatDay } from "../french/dates";
import { formatDistance, isKey, text, typeset } from "../french/texts";

export interface Line {
  label: string;
  value: string;
}

/** The lines in the order that people compare them: what it is about, the answer, where it comes from. */
const ORDER = [
  ["date", "demandeur", "objet", "demande", "dans", "adresse", "position", "reserve"],
  ["zone", "doute", "penche", "qpv", "distance", "dans-qpv", "a-300m", "a-500m"],
  ["distance-min", "distance-max", "pres-limite", "bati"],
  ["revue-zone", "revue-motif", "revue-par", "revue-resultat"],
  ["programme", "resultat", "eligible", "possible", "indetermine", "non-eligible"],
].flat();

/** Returns the lines in words, the most important ones first; what is not known here keeps its own name. */
export function linesOf(statement: Record<string, string>): Line[] {
  const names = Object.keys(statement);
  const known = ORDER.filter((name) => names.includes(name));
  const others = names.filter((name) => !ORDER.includes(name));
  return [...known, ...others].map((name) => ({
    label: label(name),
    value: value(name, statement[name] ?? ""),
  }));
}

function label(name: string): string {
  const key = `web.verify.line.${name.replaceAll("-", "_")}`;
  return isKey(key) ? text(key) : name;
}

function value(name: string, written: string): string {
  const keys: Record<string, string> = {
    zone: `web.verify.zone.${written}`,
    "revue-zone": `web.verify.zone.${written}`,
    doute: `web.verify.doubt.${written}`,
    position: `report.position.${written}`,
    "position-adresse": `report.position.${written}`,
    "dans-qpv": `web.verify.part.${written}`,
    "a-300m": `web.verify.part.${written}`,
    "a-500m": `web.verify.part.${written}`,
  };
  const key = keys[name] ?? "";
  if (isKey(key)) return text(key);
  if (name === "date") return time(written);
  if (name === "jour" && /^\d{4}-\d\d-\d\d$/.test(written)) return formatDay(written);
  if (/^distance|^deplacement$|^incertitude$/.test(name) && Number.isFinite(Number(written)))
    return distance(Number(written));
  return typeset(written);
}

/** `-12.3` → `12,3 m à l'intérieur`, as the answer says it. */
function distance(metres: number): string {
  return metres < 0
    ? text("web.answer.distance.inside", { distance: formatDistance(metres) })
    : formatDistance(metres);
}

/** `2026-11-21T23:05:03+01:00` → `21 novembre 2026 à 23 h 05`, at the hour of Paris, which it is written in. */
function time(written: string): string {
  const [, day, hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(written) ?? [];
  if (!day || !hour || !minute) return written;
  return text("date.time", { day: formatDay(day), hour: String(Number(hour)), minute });
}
