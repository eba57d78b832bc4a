/** The lines of a genuine report in words: the signed text has short names and values, for phones. */
import { formatDay } from "../french/dates";
import { describeDistance, signedDistance } from "../french/messages";
import {
  formatDistance,
  formatList,
  formatUncertainty,
  isKey,
  text,
  typeset,
  withMinus,
} from "../french/texts";

export interface Line {
  label: string;
  value: string;
}

/** The lines in the order that people compare them: what it is about, the answer, where it comes from. */
const ORDER = [
  ["date", "demandeur", "objet", "demande", "dans", "adresse", "score", "position", "lat", "lon"],
  ["incertitude", "reserve"],
  ["zone", "doute", "penche", "qpv", "distance", "dans-qpv", "a-300m", "a-500m"],
  ["distance-min", "distance-max", "pres-limite", "annexes", "bati"],
  ["deplacement", "position-adresse", "lat-adresse", "lon-adresse"],
  ["revue-zone", "revue-motif", "revue-par", "revue-resultat"],
  ["programme", "resultat", "eligible", "possible", "indetermine", "non-eligible"],
  ["resultat-annexes"],
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
    zone: `web.check.zone.${written}`,
    "revue-zone": `web.check.zone.${written}`,
    position: `report.position.${written}`,
    "position-adresse": `report.position.${written}`,
    "dans-qpv": `web.verify.part.${written}`,
    "a-300m": `web.verify.part.${written}`,
    "a-500m": `web.verify.part.${written}`,
  };
  const key = keys[name] ?? "";
  if (isKey(key)) return text(key);
  const words = WORDS[name]?.(written) ?? written;
  return typeset(words);
}

/** Values that are not one word of the format, in words; null where they are of another form. */
const WORDS: Record<string, (written: string) => string | null> = {
  date: time,
  jour: (written) => (/^\d{4}-\d\d-\d\d$/.test(written) ? formatDay(written) : null),
  doute: doubt,
  penche: (written) => {
    const [zone = "", share = ""] = written.split(" ");
    const key = `web.check.zone.${zone}`;
    const percent = percentOf(share);
    return isKey(key) && percent ? text("web.verify.leaning", { zone: text(key), percent }) : null;
  },
  score: (written) => {
    const percent = percentOf(written);
    return percent && text("web.share.percent", { percent });
  },
  distance: (written) => ofNumber(written, signedDistance),
  "distance-min": (written) => ofNumber(written, describeDistance),
  "distance-max": (written) => ofNumber(written, describeDistance),
  deplacement: (written) => ofNumber(written, formatDistance),
  incertitude: (written) =>
    ofNumber(written, (metres) => text("report.within", { distance: formatUncertainty(metres) })),
  "pres-limite": (written) =>
    listOf(written, (limit) =>
      limit === "0" ? text("report.building.limit.qpv") : ofNumber(limit, formatDistance),
    ),
  lat: decimal,
  lon: decimal,
  "lat-adresse": decimal,
  "lon-adresse": decimal,
  bati: site,
  annexes: (written) => parts(written, annex),
  "resultat-annexes": (written) => parts(written, results),
  "revue-resultat": (written) => parts(written, results),
  qpv: (written) => listOf(written),
  dans: (written) => listOf(written),
  eligible: (written) => listOf(written),
  possible: (written) => listOf(written),
  indetermine: (written) => listOf(written),
  "non-eligible": (written) => listOf(written),
};

/** The cause of a doubt as the answer names it, without the « À vérifier » that the zone says already. */
function doubt(written: string): string | null {
  const key = `web.check.doubt.${written}`;
  return isKey(key) ? text(key).replace(/^[^:]*:\s*/, "") : null;
}

function ofNumber(written: string, inWords: (value: number) => string): string | null {
  const value = Number(written);
  return written !== "" && Number.isFinite(value) ? inWords(value) : null;
}

/** `0.92` → `92`; a share of other decimals than two is of another form. */
function percentOf(written: string): string | null {
  return /^[01]\.\d\d$/.test(written) ? String(Math.round(Number(written) * 100)) : null;
}

/** A number with all of its decimals, as the report prints it. */
function decimal(written: string): string | null {
  return /^-?\d+(?:\.\d+)?$/.test(written) ? withMinus(written.replace(".", ",")) : null;
}

/** Codes or numbers with blanks between them, as a list. */
function listOf(
  written: string,
  inWords: (word: string) => string | null = (word) => word,
): string {
  return formatList(written.split(" ").map((word) => inWords(word) ?? word));
}

function parts(written: string, inWords: (part: string) => string): string {
  return written.split(" ; ").map(inWords).join(" ; ");
}

/** `7f3a 12.5 40` → `7f3a : le plus proche à 12,5 m d'un quartier, le plus éloigné à 40 m`. */
function annex(written: string): string {
  const [outline = "", nearest = "", farthest = ""] = written.split(" ");
  const distances = [nearest, farthest].map((metres) => ofNumber(metres, formatDistance));
  const [near, far] = distances;
  return near && far
    ? text("web.verify.annex", { outline, nearest: near, farthest: far })
    : written;
}

/** `pre-national eligible not_eligible` → `pre-national : éligible, non éligible`; a sentence stays itself. */
function results(written: string): string {
  const [programme = "", ...outcomes] = written.split(" ");
  const inWords: Record<string, string> = {
    eligible: text("eligibility.eligible"),
    not_eligible: text("eligibility.not_eligible"),
    outside_rule_possible: text("eligibility.outside_rule_possible"),
    undetermined: text("eligibility.undetermined"),
  };
  const said = outcomes.map((outcome) => inWords[outcome]?.replace(/\.$/, "").toLowerCase());
  return said.length > 0 && said.every((it) => it !== undefined)
    ? `${programme} : ${said.join(", ")}`
    : written;
}

/** `clear buildings identifier 90010000AB0123`: what a line does to the ground of an address, and which ground that is. */
function site(written: string): string | null {
  const [finding = "", basis = "", join = "", ...parcels] = written.split(" ");
  const keys = [
    `web.verify.site.finding.${finding}`,
    `web.verify.site.basis.${basis}`,
    `web.verify.site.join.${join}`,
  ];
  const [does, on, found] = keys.map((key) => (isKey(key) ? text(key) : null));
  if (!does || !on || !found) return null;
  const named = parcels.length > 0 ? ` (${formatList(parcels)})` : "";
  return `${on} : ${does} ; ${found}${named}`;
}

/** `2026-11-21T23:05:03+01:00` → `21 novembre 2026 à 23 h 05`, at the hour of Paris, which it is written in. */
function time(written: string): string | null {
  const [, day, hour, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(written) ?? [];
  if (!day || !hour || !minute) return null;
  return text("date.time", { day: formatDay(day), hour: String(Number(hour)), minute });
}
