/**
 * Chooses the area, and says its name: by the name of a commune, an intercommunality, a department or a region that has a
 * neighbourhood, or by the code of any commune. Refuses to choose between areas of one name.
 */
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type CommuneSheet, nearestAddress } from "../api/client";
import { isNoAddress, readCoordinates, wordsMeant } from "../french/coordinates";
import { understood } from "../french/messages";
import { formatList, text } from "../french/texts";
import { usualPair, type VintagePair, vintages } from "../map/vintages";
import type { Choice, Option } from "../parts/choice";
import { Combobox } from "../parts/combobox";
import { useLatestCall } from "../parts/latest-call";
import { placeOfPosition, positionOf } from "../parts/place";
import { readingOf } from "../parts/search-box";
import { mayTakeFocus } from "../parts/sight";
import { mayBeName, useSuggestions } from "../parts/suggestions";
import { open } from "../router";
import type { Comparison } from "./api";
import { findAreas, meantBy, type NamedArea, nameOf } from "./areas";
import { compareHref } from "./links";
import { type Area, type CompareQuery, vintagesOf, wholeCommune } from "./query";
import type { LoadState } from "./state";

interface Props {
  areas: LoadState<NamedArea[]>;
  query: CompareQuery;
}

export function AreaBox({ areas, query }: Props) {
  const { typed, found, fault, type, take, submit, close } = useChoice({ areas, query });
  return (
    <div class="area-box unprinted">
      <Combobox
        label={text("web.compare.area")}
        hint={<Hint query={query} />}
        value={typed}
        found={found}
        list={{
          label: text("web.compare.area.suggestions"),
          count: text("web.compare.area.count", { count: String(found.length) }),
        }}
        option={(found) => ("choice" in found ? found : optionOf(found))}
        onInput={type}
        onTake={take}
        onSubmit={submit}
        onClose={close}
        submit={text("web.compare.submit")}
        reading={readingOf(typed)}
        isFirst={mayTakeFocus(query.area !== null)}
        fault={fault}
      />
    </div>
  );
}

/** The typed words, the areas they may mean, and their fault. */
function useChoice({ areas, query }: Props) {
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [fault, setFault] = useState("");
  const list = areas.answer ?? [];
  // Words that could not be resolved without the list are read again once it is there.
  useEffect(() => setFault(""), [areas.answer, areas.problem]);
  const suggestions = useSuggestions();
  const latest = useLatestCall();
  const type = (words: string) => {
    setTyped(words);
    setFault("");
    setOpen(true);
    suggestions.seek(words);
    if (areas.problem) areas.retry();
  };
  const goTo = ({ kind, code }: Area, chosen: string | null = null) => {
    setTyped("");
    open(compareHref({ ...query, area: { kind, code }, chosen }));
  };
  // Of an address or a school, the commune is compared; of a neighbourhood, its commune with it opened.
  const goToChoice = async (choice: Choice) => {
    if (choice.kind === "none") return setFault(choice.fault);
    const stop = latest.start();
    const commune = await communeOf(choice, stop).catch(() => null);
    if (stop.aborted) return;
    if (!commune) return setFault(text("web.compare.area.no_commune"));
    goTo(
      { kind: "insee", code: wholeCommune(commune) },
      choice.kind === "perimeter" ? choice.code : null,
    );
  };
  const take = (found: NamedArea | Option) => {
    if ("choice" in found) void goToChoice(found.choice);
    else goTo(found);
  };
  const submit = () => {
    const reading = readCoordinates(typed);
    if ("position" in reading) {
      const place = placeOfPosition(reading.position);
      void goToChoice({ kind: "place", label: typed, place });
      return true;
    }
    if (isNoAddress(reading.fault) && !mayBeName(wordsMeant(typed))) {
      setFault(understood(reading));
      return false;
    }
    const [area, ...others] = meantBy(list, typed);
    const isOne = area !== undefined && others.length === 0;
    if (isOne) goTo(area);
    else if (others.length > 0 || !/[\p{L}\d]/u.test(typed) || areas.isAsking)
      setFault(faultOf(typed, areas, others.length > 0));
    else {
      const words = typed;
      void suggestions.all(words).then((options) => {
        const exact = options.filter(({ isExact }) => isExact);
        const [only] = exact;
        if (only && exact.length === 1) return take(only);
        suggestions.show(options);
        setOpen(true);
        setFault(exact.length > 0 ? text("web.search.several") : faultOf(words, areas, false));
      });
    }
    // Several are left open to choose from.
    setOpen(!isOne);
    return isOne;
  };
  const named = isOpen ? findAreas(list, typed) : [];
  // A commune in both lists is an area: its name is there once.
  const isListed = ({ choice }: Option) =>
    choice.kind === "commune" && named.some(({ code }) => code === choice.insee);
  return {
    typed,
    found: [...named, ...suggestions.found.filter((option) => !isListed(option))].slice(0, 12),
    fault,
    type,
    take,
    submit,
    close: () => {
      setOpen(false);
      suggestions.close();
    },
  };
}

/** Returns the commune that a choice lies in; null when it is not known. */
async function communeOf(choice: Choice, stop: AbortSignal): Promise<string | null> {
  if (choice.kind === "commune") return choice.insee;
  if (choice.kind === "perimeter") return choice.communes[0] ?? null;
  if (choice.kind !== "place") return null;
  const { place } = choice;
  if (place.kind === "address" && place.citycode) return place.citycode;
  const at = await positionOf(place, stop);
  const nearest = at && (await nearestAddress(at.lon, at.lat, stop));
  return nearest?.properties.citycode ?? null;
}

function Hint({ query }: Pick<Props, "query">) {
  const { from, to } = vintagesOf(query);
  return (
    <>
      {text("web.compare.area.hint")}{" "}
      {query.area && (
        <a href={compareHref({ ...query, area: null, chosen: null })}>
          {text("web.compare.france")}
        </a>
      )}{" "}
      <a href={compareHref({ ...query, vintages: asked(to, from) })}>
        {text("web.compare.exchange", { from: to, to: from })}
      </a>
      {pairs(from, to).map((pair) => (
        <Fragment key={pair.from + pair.to}>
          {" "}
          <a href={compareHref({ ...query, vintages: asked(pair.from, pair.to) })}>
            {text("web.compare.pair", { ...pair })}
          </a>
        </Fragment>
      ))}
    </>
  );
}

/** The pair to put in the address; null for the one compared without it. */
function asked(from: string, to: string): VintagePair | null {
  const usual = usualPair.value;
  return from === usual?.from && to === usual.to ? null : { from, to };
}

/** The other pairs of vintages loaded, older first, one apart or more. */
function pairs(from: string, to: string): VintagePair[] {
  const ids = vintages.value.map(({ vintage }) => vintage);
  return ids
    .flatMap((older, at) => ids.slice(at + 1).map((newer) => ({ from: older, to: newer })))
    .filter((pair) => [from, to].sort().join() !== [pair.from, pair.to].join());
}

function optionOf({ kind, code, name }: NamedArea) {
  const coded = text(`web.compare.area.${kind}`, { code });
  return {
    key: kind + code,
    ...(name === code ? { name: coded, detail: "" } : { name, detail: coded }),
  };
}

function faultOf(
  typed: string,
  { answer, isAsking }: LoadState<NamedArea[]>,
  isShared: boolean,
): string {
  if (!/[\p{L}\d]/u.test(typed)) return text("web.compare.area.empty");
  if (isShared) return text("web.compare.area.shared");
  if (isAsking) return text("web.compare.area.loading");
  return text(answer ? "web.compare.area.unknown" : "web.compare.area.unlisted");
}

/** The area by its name and code, or its code alone while no name is known. */
export function describeArea(
  { area }: CompareQuery,
  areas: readonly NamedArea[],
  answer: Comparison | null,
  sheet: CommuneSheet | null = null,
): string {
  if (!area) return text("web.compare.france");
  const names = area.code.split(",").map((code) => {
    const name =
      nameOf(areas, { ...area, code }) ??
      (area.kind === "insee" ? (nameIn(answer, code) ?? sheet?.lib_com) : undefined);
    return name ? `${name} (${code})` : text(`web.compare.area.${area.kind}`, { code });
  });
  return formatList(names);
}

/** The name that perimeters give to a commune. */
function nameIn(answer: Comparison | null, code: string): string | undefined {
  const perimeters = answer?.changes.flatMap(({ from, to }) => [...to, ...from]) ?? [];
  const aligned = perimeters.filter(
    ({ insee_com, lib_com }) => insee_com.length === lib_com.length,
  );
  return aligned
    .map(({ insee_com, lib_com }) => lib_com[insee_com.indexOf(code)])
    .find((name) => name !== undefined);
}
