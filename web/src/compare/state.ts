/** The requests of the view of comparisons, one of a kind at a time, and their answers. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { commune, failure, type Problem } from "../api/client";
import { areVintagesAsked } from "../map/vintages";
import { allPerimeters, type Change, type Comparison, compare, type MovedAddress } from "./api";
import { areasOf, type NamedArea } from "./areas";
import { codesOf, communeCodes } from "./changes";
import { type CompareQuery, serviceParams } from "./query";

export interface LoadState<T> {
  isAsking: boolean;
  answer: T | null;
  problem: Problem | null;
  /** Asks the same again. */
  retry: () => void;
}

const NOTHING = { isAsking: false, answer: null, problem: null };

/** The addresses of the list that is open, for the map to show. */
export const listed = signal<readonly MovedAddress[]>([]);

/** The comparison of an area; a new question takes the former answer away. */
export function useComparison({ area, vintages }: CompareQuery): LoadState<Comparison> {
  // The largest region has 3 MB of outlines; the country would have 20.
  const geometry = area ? { geometry: "true" } : {};
  const params = serviceParams({ area, vintages }, { ...geometry, moved: "true" });
  // Until it is known which vintages there are, the question would be asked twice.
  const found = useAnswer(compare, areVintagesAsked.value ? null : params);
  return areVintagesAsked.value ? { ...found, isAsking: true } : found;
}

/** The sheet of the one commune of a comparison without any neighbourhood: it knows more of it, its name too. */
export function useEmptyCommune({ area }: CompareQuery, answer: Comparison | null) {
  const isOne = area?.kind === "insee" && !area.code.includes(",");
  return useAnswer(commune, isOne && answer && !answer.known ? area.code : null);
}

/** A change with its outlines, its addresses or its figures, asked for in its own communes. */
export function useDetail(
  query: CompareQuery,
  change: Change | null,
  part: "geometry" | "addresses" | "fields" | null,
): LoadState<Change> {
  const insee = change ? communeCodes(change) : [];
  const isWanted = change && part && insee.length > 0;
  const params = isWanted
    ? serviceParams(
        { ...query, area: { kind: "insee", code: insee.join(",") } },
        { [part]: part === "fields" ? "all" : "true" },
      )
    : null;
  const { answer, ...state } = useAnswer(compare, params);
  const codes = change && codesOf(change).join();
  return { ...state, answer: answer?.changes.find((one) => codesOf(one).join() === codes) ?? null };
}

let named: NamedArea[] | null = null;

/** The areas that have a name, asked for once; while they are not known, codes can still be asked for. */
export function useAreas(): LoadState<NamedArea[]> {
  return useAnswer(namedAreas, "");
}

async function namedAreas(_: string, stop: AbortSignal): Promise<NamedArea[]> {
  named ??= areasOf(await allPerimeters(stop));
  return named;
}

function useAnswer<T>(
  ask: (params: string, stop: AbortSignal) => Promise<T>,
  params: string | null,
): LoadState<T> {
  const [state, setState] = useState<Omit<LoadState<T>, "retry"> & { of: string | null }>({
    ...NOTHING,
    of: null,
  });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    setState({ ...NOTHING, isAsking: params !== null, of: params });
    if (params === null) return;
    const asking = new AbortController();
    ask(params, asking.signal).then(
      (answer) => asking.signal.aborted || setState({ ...NOTHING, answer, of: params }),
      (error: unknown) =>
        asking.signal.aborted || setState({ ...NOTHING, problem: failure(error), of: params }),
    );
    return () => asking.abort();
  }, [params, tries]);
  // Until the effect has run, the state is that of the former question.
  const now = state.of === params ? state : { ...NOTHING, isAsking: params !== null };
  return { ...now, retry: () => setTries(tries + 1) };
}
