/** The places of an area by their movement: those that moved first, the others folded away. */

import { formatCount, isKey, text } from "../french/texts";
import { movementOf } from "../map/symbols";
import type { Comparison, MovedPlace } from "./api";
import type { NamedPosition } from "./scene";
import { MovementSymbol } from "./symbols";

/** The movements that people ask about come first. */
const GROUPS = ["entered", "left", "undetermined", "stayed", "band"] as const;
const OPEN: readonly string[] = ["entered", "left", "undetermined"];
/** Places shown of a group; the files have all. */
const MOST_PLACES = 200;

export function ComparePlaces({
  answer: { places, place_kinds: kinds, unplaced },
  onLook,
}: {
  answer: Comparison;
  onLook: (at: NamedPosition) => void;
}) {
  const all = places ?? [];
  const lost = unplaced ?? [];
  if (all.length + lost.length === 0) {
    const isLoaded = (kinds ?? []).length > 0;
    return (
      <p class="hint">{text(isLoaded ? "web.compare.places.none" : "compare.note.no_places")}</p>
    );
  }
  return (
    <section class="compare-places">
      <h3>{text("compare.sheet.places")}</h3>
      {GROUPS.map((movement) => {
        const group = all.filter((place) => movementOf(place.movement) === movement);
        return group.length === 0 ? null : (
          <details key={movement} open={OPEN.includes(movement)}>
            <summary>
              <MovementSymbol movement={movement} /> {text(`compare.places.${movement}`)}{" "}
              <small>({formatCount(group.length)})</small>
            </summary>
            <PlaceList places={group} onLook={onLook} />
          </details>
        );
      })}
      {lost.length > 0 && (
        <details>
          <summary>{text("compare.note.unplaced", { count: formatCount(lost.length) })}</summary>
          <ul class="moved-list">
            {lost.slice(0, MOST_PLACES).map(({ kind, id, name, city }, at) => (
              <li key={id ?? at}>
                {name} <small>{[kind, city].filter(Boolean).join(" · ")}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Places, each with its zones before and after; a press brings the map there. */
export function PlaceList({
  places,
  onLook,
}: {
  places: readonly MovedPlace[];
  onLook: (at: NamedPosition) => void;
}) {
  return (
    <>
      <ul class="moved-list">
        {places.slice(0, MOST_PLACES).map((place, at) => (
          <li key={place.id ?? at}>
            <button
              type="button"
              class="plain"
              onClick={() => onLook({ lon: place.lon, lat: place.lat, label: place.name })}
            >
              <MovementSymbol movement={movementOf(place.movement)} />
              <span>
                {place.name} <small>{describePlace(place)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {places.length > MOST_PLACES && (
        <p class="hint">
          {text("web.compare.more", { count: formatCount(places.length - MOST_PLACES) })}
        </p>
      )}
    </>
  );
}

/** Its kind and commune, the zones, and what weakens them. */
export function describePlace({
  kind,
  city,
  movement,
  from,
  to,
  sure,
  by_address,
}: MovedPlace): string {
  const zones = text("web.compare.place.zones", {
    from: describeZone(from?.zone),
    to: describeZone(to?.zone),
  });
  // « À vérifier » is said once: by the zones, else by the movement, else by what weakens them.
  const isOpenZone = [from?.zone, to?.zone].includes("undetermined");
  const key = movementKey(movement);
  const isOpen = key === "undetermined" || isOpenZone;
  const words = [
    describeKind(kind),
    city,
    key === "undetermined" && isOpenZone ? "" : text(`compare.movement.${key}`),
    zones,
  ];
  if (!sure) words.push(text(isOpen ? "web.compare.near" : "web.compare.unsure"));
  if (by_address) words.push(text("web.compare.by_address"));
  return words.filter(Boolean).join(" · ");
}

function movementKey(movement: string): (typeof GROUPS)[number] {
  return GROUPS.find((name) => name === movement) ?? "undetermined";
}

function describeZone(zone: string | undefined): string {
  const key = `compare.zone.${zone}`;
  return text(isKey(key) ? key : "compare.unknown");
}

/** A kind of ours in words; any other by the name it was imported as. */
function describeKind(kind: string): string {
  const key = `web.compare.kind.${kind}`;
  return isKey(key) ? text(key) : kind;
}
