/** The sentences of a commune's sheet: what it has, what it surely has not, and what is not known. */
import type { CommuneSheet } from "../api/client";
import { fold } from "./fold";
import { formatCount, formatList, text } from "./texts";

export type CommuneVintage = CommuneSheet["qpv"][number];

/** Checks that a commune surely has no neighbourhood: every vintage that is loaded has all of its territory, and none of it. */
export function isNone({ qpv, unmatched }: CommuneSheet): boolean {
  const isEmpty = qpv.every(({ perimeters }) => perimeters.length === 0);
  return (
    isEmpty && qpv.length > 0 && qpv.every(({ complete }) => complete) && unmatched.length === 0
  );
}

/** Communes whose first letter takes no elision: an aspirated H, or a Y that sounds as a consonant. */
const NOT_ELIDED =
  /^(?:h(?:aguenau|am\b|aut(?:e|es|s)?[ -]|em\b|onfleur|ouilles|uningue|.*heim\b)|y[aou])/;

/** `Argentan` → `d'Argentan`, `Le Mans` → `du Mans`, `Les Abymes` → `des Abymes`, `La Rochelle` → `de La Rochelle`. */
export function ofCommune(name: string): string {
  if (/^Les? /i.test(name))
    return name.replace(/^Le(s?) /i, (_, s: string) => `d${s ? "es" : "u"} `);
  const plain = fold(name);
  const isElided = (/^[aeiouyh]/.test(plain) && !NOT_ELIDED.test(plain)) || /^[œæ]/i.test(name);
  return isElided ? `d'${name}` : `de ${name}`;
}

/** `Aucun quartier prioritaire, ni en 2015 ni en 2024.` */
export function absence({ qpv }: CommuneSheet): string {
  const years = qpv.map(({ vintage }) => vintage);
  const [first = "", ...others] = years;
  if (others.length === 0) return text("web.commune.none_in", { vintage: first });
  return text("web.commune.none", { years: years.map((year) => `ni en ${year}`).join(" ") });
}

/** What is known of a commune that no neighbourhood is known in: that it has none, or which vintages are not all loaded. */
export function absenceKnown(sheet: CommuneSheet): string {
  if (isNone(sheet)) return absence(sheet);
  const empty = sheet.qpv.filter(({ perimeters }) => perimeters.length === 0);
  const sure = empty.filter(({ complete }) => !complete || sheet.unmatched.length === 0);
  const parts = sure.map(({ vintage, complete }) =>
    text(complete ? "web.commune.none_in" : "web.commune.unknown_in", { vintage }),
  );
  return [...parts, ...unmatchedInWords(sheet)].join(" ");
}

/** Names the neighbourhoods that may be of a commune, for they name one that matches no code; none without any. */
export function unmatchedInWords({ unmatched }: CommuneSheet): string[] {
  if (unmatched.length === 0) return [];
  const names = formatList(unmatched.map(({ lib_qp, code_qp }) => `${lib_qp} (${code_qp})`));
  return [text("web.commune.unmatched", { names })];
}

/** The inhabitants of a neighbourhood, as published. */
export function inhabitants({ population }: CommuneVintage["perimeters"][number]): string {
  if (typeof population !== "number") return text("web.commune.population.unknown");
  return text("web.sheet.population.count", { count: formatCount(population) });
}

/** The inhabitants of all neighbourhoods of a vintage together; empty where those of one are not known. */
export function totalInhabitants({ perimeters }: CommuneVintage): string {
  const counts = perimeters.map(({ population }) => population);
  if (perimeters.length < 2 || counts.some((count) => typeof count !== "number")) return "";
  const count = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  // A neighbourhood may reach into another commune: its inhabitants are not all of this one.
  const isWider = perimeters.some(({ insee_com, lib_com }) =>
    [insee_com, lib_com].some((communes) => communes.length > 1),
  );
  const key = isWider ? "web.commune.population.wider" : "web.commune.population.total";
  return text(key, { count: formatCount(count) });
}
