/** One change in detail: its neighbourhoods, what the letter says, inhabitants and how they are estimated, addresses, places. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatPerimeterArea } from "../french/messages";
import { formatCount, formatDistance, text } from "../french/texts";
import { movementOf } from "../map/symbols";
import { IndicatorTable } from "../parts/indicator-table";
import { Asking } from "../parts/retry";
import { sheetHref } from "../router";
import type { Change, Comparison, Estimate, MovedAddress, MovedWith } from "./api";
import { placesOf } from "./changes";
import { PlaceList } from "./places";
import type { CompareQuery } from "./query";
import type { NamedPosition } from "./scene";
import { type LoadState, listed, useDetail } from "./state";
import { MovementSymbol } from "./symbols";
import { countsOf } from "./totals";

/** Addresses shown at first; the files have all. */
const MOST_ADDRESSES = 200;

interface Props {
  query: CompareQuery;
  answer: Comparison;
  change: Change;
  outline: LoadState<Change>;
  onLook: (at: NamedPosition) => void;
}

export function ChangeDetail({ query, answer, change, outline, onLook }: Props) {
  const { from, to, moved, moved_m, agrees_with_letter } = change;
  const places = placesOf(change, answer.places ?? []);
  // Nobody moved with lines that were only drawn anew.
  const isMoved = change.class !== "identical" && change.class !== "adjusted";
  return (
    <div class="change-detail" tabIndex={-1}>
      <Asking {...outline} />
      <Side vintage={answer.from} perimeters={from} population={moved?.inhabitants_from} />
      <Side vintage={answer.to} perimeters={to} population={moved?.inhabitants_to} />
      {agrees_with_letter === false && <p class="notice">{text("compare.sheet.disagrees")}</p>}
      {typeof moved_m === "number" && (
        <p>{text("web.compare.moved_m", { distance: formatDistance(moved_m) })}</p>
      )}
      {isMoved && moved?.inhabitants_gained && (
        <p>{describeEstimate("gained", moved.inhabitants_gained)}</p>
      )}
      {isMoved && moved?.inhabitants_lost && (
        <p>{describeEstimate("lost", moved.inhabitants_lost)}</p>
      )}
      {moved && <Addresses {...{ query, change, moved, onLook }} />}
      {places.length > 0 && <PlaceList places={places} onLook={onLook} />}
      <PublishedFigures query={query} change={change} />
    </div>
  );
}

function Side({
  vintage,
  perimeters,
  population,
}: {
  vintage: string;
  perimeters: Change["from"];
  population: MovedWith["inhabitants_from"];
}) {
  return (
    <p>
      <strong>{vintage}</strong>
      {"\u00a0: "}
      {perimeters.length === 0 && text("web.compare.side.none")}
      {perimeters.map(({ code_qp, lib_qp, lib_com, area_ha }, at) => (
        <span key={code_qp}>
          {at > 0 && ", "}
          <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a> {formatPerimeterArea(area_ha)}{" "}
          <small>{lib_com.join(", ")}</small>
        </span>
      ))}
      {perimeters.length > 0 && `\u202f; ${describePopulation(population)}`}
    </p>
  );
}

function describePopulation(population: MovedWith["inhabitants_from"]): string {
  if (!population) return text("web.compare.population.unknown");
  const count = formatCount(population.inhabitants);
  return population.year
    ? text("web.sheet.population.of", { count, year: String(population.year) })
    : text("web.sheet.population.count", { count });
}

function describeEstimate(side: "gained" | "lost", { estimate, by }: Estimate): string {
  const how = text(by === "addresses" ? "compare.estimate.addresses" : "compare.estimate.ground");
  return text(`compare.sheet.estimate_${side}`, { count: formatCount(estimate), by: how });
}

/** The number of addresses that moved, and the addresses themselves on demand. */
function Addresses({
  query,
  change,
  moved: { addresses },
  onLook,
}: Pick<Props, "query" | "change" | "onLook"> & { moved: MovedWith }) {
  const [isWanted, want] = useState(false);
  const found = useDetail(query, change, isWanted ? "addresses" : null);
  const list = found.answer?.addresses;
  if (!addresses)
    return (
      <p>{`${text("compare.sheet.addresses")}\u00a0: ${text("web.compare.addresses.unknown")}`}</p>
    );
  const unsure = addresses.gained_unsure + addresses.lost_unsure;
  const others = addresses.from_other + addresses.to_other;
  return (
    <>
      <p>
        {text("compare.sheet.addresses_moved", countsOf(addresses))}
        {unsure > 0 && ` ${text("web.compare.addresses.unsure", { count: formatCount(unsure) })}`}
        {others > 0 && ` ${text("compare.sheet.addresses_other", { count: formatCount(others) })}`}
      </p>
      {addresses.gained + addresses.lost > 0 && !list && !found.problem && (
        <button type="button" aria-disabled={found.isAsking} onClick={() => want(true)}>
          {text("web.compare.addresses.show")}
        </button>
      )}
      <Asking {...found} />
      <p role="status" class="unseen">
        {list && text("web.compare.addresses.count", { count: formatCount(list.length) })}
      </p>
      {list && <AddressList addresses={list} onLook={onLook} />}
    </>
  );
}

/** The figures published on the neighbourhoods of both vintages, on demand: most changes are looked at for their ground. */
function PublishedFigures({ query, change }: Pick<Props, "query" | "change">) {
  const [isWanted, want] = useState(false);
  const found = useDetail(query, change, isWanted ? "fields" : null);
  const told = found.answer && [...found.answer.from, ...found.answer.to];
  return (
    <>
      {!told && !found.problem && (
        <p>
          <button type="button" aria-disabled={found.isAsking} onClick={() => want(true)}>
            {text("web.compare.figures.show")}
          </button>
        </p>
      )}
      <Asking {...found} />
      {told?.every(({ figures }) => Object.keys(figures ?? {}).length === 0) && (
        <p class="hint" role="status">
          {text("web.compare.figures.none")}
        </p>
      )}
      {told?.map(({ code_qp, lib_qp, figures }) => (
        <IndicatorTable
          key={code_qp}
          figures={figures}
          title={text("web.compare.figures.of", { name: `${lib_qp} (${code_qp})` })}
        />
      ))}
    </>
  );
}

/** The addresses, shown on the map while they are listed. */
function AddressList({
  addresses,
  onLook,
}: {
  addresses: MovedAddress[];
  onLook: (at: NamedPosition) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    listed.value = addresses;
    // The button that asked for them is gone, and with it the focus.
    if (document.activeElement === document.body) list.current?.focus();
    return () => (listed.value = []);
  }, [addresses]);
  return (
    <>
      <ul class="moved-list" ref={list} tabIndex={-1} aria-label={text("compare.layer.addresses")}>
        {addresses.slice(0, MOST_ADDRESSES).map(({ id, label, side, sure, lon, lat }, at) => (
          <li key={`${id}-${at}`}>
            <button type="button" class="plain" onClick={() => onLook({ lon, lat, label })}>
              <MovementSymbol movement={movementOf(side)} />
              <span>
                {label}{" "}
                <small>
                  {text(side === "gained" ? "compare.side.gained" : "compare.side.lost")}
                </small>
                {!sure && <small> {text("web.compare.unsure")}</small>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {addresses.length > MOST_ADDRESSES && (
        <p class="hint">
          {text("web.compare.more", { count: formatCount(addresses.length - MOST_ADDRESSES) })}
        </p>
      )}
    </>
  );
}
