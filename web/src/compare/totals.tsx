/** The totals of the changes of an area. A figure that is known for some of them only says for how many. */

import { formatCount, formatHectares, type Key, text } from "../french/texts";
import { CLASS_SYMBOLS } from "../map/symbols";
import type { Comparison, KnownSum } from "./api";
import { ClassSymbol } from "./symbols";

export function CompareTotals({ answer }: { answer: Comparison }) {
  const { totals, from, to } = answer;
  const side = (perimeters: number, area_ha: number) =>
    text("web.compare.totals.side", {
      count: formatCount(perimeters),
      area: formatHectares(area_ha),
    });
  return (
    <section class="totals" aria-label={text("web.compare.totals")}>
      <dl>
        <Total label={from} value={side(totals.from.perimeters, totals.from.area_ha)} />
        <Total label={to} value={side(totals.to.perimeters, totals.to.area_ha)} />
        <Total label={text("compare.part.kept")} value={formatHectares(totals.shared_ha)} />
        <Total label={text("compare.part.gained")} value={formatHectares(totals.gained_ha)} />
        <Total label={text("compare.part.lost")} value={formatHectares(totals.lost_ha)} />
      </dl>
      <Classes answer={answer} />
      <dl>
        <Moved answer={answer} />
      </dl>
    </section>
  );
}

function Total({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The numbers of changes by class, without those that do not occur. */
function Classes({ answer: { totals } }: { answer: Comparison }) {
  const names = Object.keys(CLASS_SYMBOLS).filter(
    (name) => (totals.by_class[name]?.changes ?? 0) > 0,
  );
  return (
    <ul class="classes" aria-label={text("web.compare.totals.classes")}>
      {names.map((name) => (
        <li key={name}>
          <ClassSymbol name={name} />
          <span>
            {describeClass(name)}
            {"\u00a0: "}
            <strong>{formatCount(totals.by_class[name]?.changes ?? 0)}</strong>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A class in words; one that has none has its own name. */
export function describeClass(name: string): string {
  return name in CLASS_SYMBOLS ? text(`compare.class.${name}` as Key) : name;
}

function Moved({ answer: { moved, changes, from, to } }: { answer: Comparison }) {
  if (!moved) return null;
  const { addresses, changes_with_addresses } = moved;
  const sums: [string, KnownSum][] = [
    [text("compare.column.inhabitants_from", { from }), moved.inhabitants_from],
    [text("compare.column.inhabitants_to", { to }), moved.inhabitants_to],
    [text("compare.column.inhabitants_gained_estimate"), moved.inhabitants_gained],
    [text("compare.column.inhabitants_lost_estimate"), moved.inhabitants_lost],
  ];
  const gained = addresses
    ? knownFor(
        text("web.compare.addresses", countsOf(addresses)),
        changes_with_addresses,
        changes.length,
      )
    : text("web.compare.addresses.unknown");
  return (
    <>
      <Total label={text("compare.sheet.addresses")} value={gained} />
      {sums.map(([label, { inhabitants, changes, of }]) => (
        <Total
          key={label}
          label={label}
          value={
            typeof inhabitants === "number"
              ? knownFor(formatCount(inhabitants), changes, of)
              : text("compare.unknown")
          }
        />
      ))}
    </>
  );
}

/** Addresses kept, gained and lost, for sentences. */
export function countsOf({ kept, gained, lost }: { kept: number; gained: number; lost: number }) {
  return { kept: formatCount(kept), gained: formatCount(gained), lost: formatCount(lost) };
}

function knownFor(value: string, changes: number, all: number): string {
  if (changes >= all) return value;
  return text("web.compare.known_for", {
    value,
    changes: formatCount(changes),
    all: formatCount(all),
  });
}
