/**
 * Chooses the area, and says its name: by the name of a commune, an intercommunality, a department or a region that has a
 * neighbourhood, or by the code of any commune. Refuses to choose between areas of one name.
 */
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatList, text } from "../french/texts";
import { usualPair, type VintagePair, vintages } from "../map/vintages";
import { Combobox } from "../parts/combobox";
import { open } from "../router";
import type { Comparison } from "./api";
import { findAreas, meantBy, type NamedArea, nameOf } from "./areas";
import { compareHref } from "./links";
import { type Area, type CompareQuery, vintagesOf } from "./query";
import type { LoadState } from "./state";

/** Longer than any name. */
const LONGEST = 80;

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
        longest={LONGEST}
        found={found}
        list={{
          label: text("web.compare.area.suggestions"),
          count: text("web.compare.area.count", { count: String(found.length) }),
        }}
        option={optionOf}
        onInput={type}
        onTake={take}
        onSubmit={submit}
        onClose={close}
        submit={text("web.compare.submit")}
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
  const type = (words: string) => {
    setTyped(words);
    setFault("");
    setOpen(true);
    if (areas.problem) areas.retry();
  };
  const take = ({ kind, code }: Area) => {
    setTyped("");
    open(compareHref({ ...query, area: { kind, code }, chosen: null }));
  };
  const submit = () => {
    const [area, ...others] = meantBy(list, typed);
    const isOne = area !== undefined && others.length === 0;
    if (isOne) take(area);
    else setFault(faultOf(typed, areas, others.length > 0));
    // Several are left open to choose from.
    setOpen(!isOne);
    return isOne;
  };
  return {
    typed,
    found: isOpen ? findAreas(list, typed) : [],
    fault,
    type,
    take,
    submit,
    close: () => setOpen(false),
  };
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
  if (typed.trim() === "") return text("web.compare.area.empty");
  if (isShared) return text("web.compare.area.shared");
  if (isAsking) return text("web.compare.area.loading");
  return text(answer ? "web.compare.area.unknown" : "web.compare.area.unlisted");
}

/** The area by its name and code, or its code alone while no name is known. */
export function describeArea(
  { area }: CompareQuery,
  areas: readonly NamedArea[],
  answer: Comparison | null,
): string {
  if (!area) return text("web.compare.france");
  const names = area.code.split(",").map((code) => {
    const name =
      nameOf(areas, { ...area, code }) ??
      (area.kind === "insee" ? nameIn(answer, code) : undefined);
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
