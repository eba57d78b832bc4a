/** What a person may mean by the words of the box, of every kind, with its words in the list of suggestions. */
import type { Suggestion } from "../api/client";
import { isKey, text, typeset } from "../french/texts";
import { type Place, placeAt } from "./place";

/** What was chosen. */
export type Choice = { label: string } & (
  | { kind: "place"; place: Place }
  | { kind: "commune"; insee: string }
  | { kind: "perimeter"; code: string; communes: readonly string[] }
  | { kind: "none"; fault: string }
);

/** A choice in the list of suggestions. */
export interface Option {
  key: string;
  name: string;
  detail: string;
  /** True when the words are all of its name, or its code. */
  isExact: boolean;
  /** True for what has a name or a code of its own, which an address has not. */
  isNamed: boolean;
  choice: Choice;
}

/** Returns a suggestion of the service as it is shown. */
export function optionOf(found: Suggestion): Option {
  switch (found.kind) {
    case "address": {
      const { id, label, type } = found.address.properties;
      return {
        key: id,
        name: label,
        detail: text(`web.search.type.${type}`),
        isExact: false,
        isNamed: false,
        choice: { kind: "place", label, place: placeAt(found.address) },
      };
    }
    case "commune": {
      const { insee_com, lib_com, insee_dep, lib_dep } = found;
      const label = `${lib_com} (${insee_com})`;
      const detail = text(found.has_perimeters ? "web.search.commune" : "web.search.commune.none", {
        department: lib_dep ? `${lib_dep}, ${insee_dep}` : insee_dep,
      });
      return {
        key: `commune ${insee_com}`,
        name: lib_com,
        detail,
        isExact: found.exact,
        isNamed: true,
        choice: { kind: "commune", label, insee: insee_com },
      };
    }
    case "perimeter": {
      const { code_qp, lib_qp, lib_com, vintage, place, insee_com } = found;
      const where = text("web.search.perimeter", { vintage, communes: lib_com.join(", ") });
      const key =
        found.extent === "partial"
          ? "web.explore.search.place.partial"
          : "web.explore.search.place";
      return {
        key: code_qp + (place ?? ""),
        name: `${lib_qp} (${code_qp})`,
        detail: place ? `${where} · ${text(key, { name: place })}` : where,
        isExact: found.exact,
        isNamed: true,
        choice: { kind: "perimeter", label: lib_qp, code: code_qp, communes: insee_com },
      };
    }
    case "place": {
      const { list, name, lib_com } = found;
      const kind = `web.search.list.${list}`;
      const kindInWords = isKey(kind) ? text(kind) : list;
      const label = lib_com ? `${name}, ${lib_com}` : name;
      return {
        key: `${list} ${found.id ?? name}`,
        name,
        detail: lib_com ? `${kindInWords} · ${lib_com}` : kindInWords,
        isExact: found.exact,
        isNamed: true,
        choice: placeChoice(found, label),
      };
    }
    case "parcel": {
      const { id, lon, lat, reach_m, message } = found;
      const hasPosition = typeof lon === "number" && typeof lat === "number";
      return {
        key: id,
        name: id,
        detail: hasPosition ? text("web.search.parcel") : text("web.search.parcel.unknown"),
        isExact: true,
        isNamed: true,
        choice: hasPosition
          ? {
              kind: "place",
              label: id,
              // Somewhere on it: a line that cuts it leaves the answer open.
              place: { kind: "position", lon, lat, uncertainty_m: Math.ceil(reach_m ?? 0) },
            }
          : { kind: "none", label: id, fault: typeset(message ?? "") },
      };
    }
  }
}

/** The choice of a place of a list: its position, or else its address. */
function placeChoice(
  { lon, lat, address, insee_com }: Extract<Suggestion, { kind: "place" }>,
  label: string,
): Choice {
  if (typeof lon === "number" && typeof lat === "number")
    return { kind: "place", label, place: { kind: "position", lon, lat } };
  if (address) {
    const within = insee_com ? { citycode: insee_com } : {};
    return { kind: "place", label, place: { kind: "address", q: address, ...within } };
  }
  return { kind: "none", label, fault: text("web.search.place.unknown", { name: label }) };
}
