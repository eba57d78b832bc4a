/**
 * The areas that can be asked for by name: communes, intercommunalities, departments and regions with a neighbourhood, made
 * from the list of perimeters. Refuses nothing by itself: a code that is in no list can be asked for all the same.
 */
import type { PerimeterProperties } from "../api/client";
import { AREA_KINDS, type Area, type AreaKind, wholeCommune } from "./query";

export interface NamedArea extends Area {
  /** Its code where no name is known. */
  name: string;
  /** Name and code as they are compared with what is typed. */
  plain: string;
}

/** The areas that perimeters name; where vintages differ, by the newest name. */
export function areasOf(perimeters: readonly PerimeterProperties[]): NamedArea[] {
  const areas = new Map<string, NamedArea>();
  const add = (
    kind: AreaKind,
    code: string | null | undefined,
    name: string | null | undefined,
  ) => {
    if (code && name && !areas.has(kind + code))
      areas.set(kind + code, { kind, code, name, plain: plain(name) });
  };
  const newestFirst = [...perimeters].sort((a, b) => b.vintage.localeCompare(a.vintage));
  for (const {
    insee_com,
    lib_com,
    siren_epci,
    lib_epci,
    insee_dep,
    lib_dep,
    insee_reg,
    lib_reg,
  } of newestFirst) {
    // Lists of different lengths are not aligned: some names of 2015 match no code.
    if (insee_com.length === lib_com.length) {
      for (const [i, code] of insee_com.entries()) add("insee", code, lib_com[i]);
    }
    // Several intercommunalities have one text of names.
    if (siren_epci.length === 1) add("epci", siren_epci[0], lib_epci);
    add("departement", insee_dep, lib_dep);
    add("region", insee_reg, lib_reg);
  }
  for (const siren of perimeters.flatMap(({ siren_epci }) => siren_epci)) add("epci", siren, siren);
  return [...areas.values()];
}

/** The areas that what is typed may mean, best first. */
export function findAreas(areas: readonly NamedArea[], typed: string, most = 8): NamedArea[] {
  const words = plain(typed);
  const code = typed.trim().toUpperCase();
  if (words === "") return [];
  const ranked = areas.flatMap((area) => {
    const rank = rankOf(area, words, code);
    return rank === null ? [] : [{ area, rank }];
  });
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      a.area.name.length - b.area.name.length ||
      a.area.name.localeCompare(b.area.name, "fr"),
  );
  return ranked.slice(0, most).map(({ area }) => area);
}

/**
 * Finds the areas meant by these words: one, several with the same name, or none. A code is one area's: `76` is a
 * department.
 */
export function meantBy(areas: readonly NamedArea[], typed: string): Area[] {
  const [best] = findAreas(areas, typed, 1);
  if (best?.code === typed.trim().toUpperCase()) return [best];
  // A whole code is not the beginning of another one.
  const bare = byCode(typed);
  if (bare.length > 0) return bare;
  return best ? areas.filter(({ plain }) => plain === best.plain) : [];
}

/** A commune or an intercommunality by its bare code, as for one that has no neighbourhood. */
function byCode(typed: string): Area[] {
  const code = typed.trim().toUpperCase();
  if (/^\d{9}$/.test(code)) return [{ kind: "epci", code }];
  return /^(\d{2}|2[AB])\d{3}$/.test(code) ? [{ kind: "insee", code: wholeCommune(code) }] : [];
}

/** Its name; undefined where none is known. */
export function nameOf(areas: readonly NamedArea[], { kind, code }: Area): string | undefined {
  const name = areas.find((area) => area.kind === kind && area.code === code)?.name;
  return name === code ? undefined : name;
}

/** The less, the better; null when it is not meant. Of those that have this very code or name, a commune comes first, a region last. */
function rankOf({ kind, code, plain }: NamedArea, words: string, typed: string): number | null {
  if (code === typed || plain === words) return AREA_KINDS.indexOf(kind);
  if (plain.startsWith(words)) return AREA_KINDS.length;
  if (code.startsWith(typed)) return AREA_KINDS.length + 1;
  return ` ${plain}`.includes(` ${words}`) ? AREA_KINDS.length + 2 : null;
}

/** Drops accents, case and punctuation. */
function plain(words: string): string {
  const bare = words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare
    .replaceAll("œ", "oe")
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
    .replace(/^st(e?) /, "saint$1 ");
}
