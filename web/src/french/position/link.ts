/**
 * Links to a place: the addresses that map services write, and `geo:` (RFC 5870). Nothing is ever fetched from them.
 *
 * A link may mark a place, name one in words, show a route between several, or only show a part of the map. The middle of
 * such a view is no place: whoever copied the link looked at something on the screen, so the doubt is half of the screen.
 */
import { type CoordinateReading, decimalRoundingM, type Notation } from "./reading";

/** What a link says: a position, or the words of a place as a person would type them. */
export type LinkReading = CoordinateReading | { words: string };

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?`;
const PAIR = String.raw`(${NUMBER})\s*[,~_]\s*(${NUMBER})`;

/** Parameters that mark a place, latitude first, or name it in words. */
const PLACES = [
  "q",
  "query",
  "ll",
  "coordinate",
  "daddr",
  "destination",
  "sp",
  "pt",
  "to",
  "address",
];
const LATITUDES = ["lat", "latitude", "mlat"];
const LONGITUDES = ["lon", "lng", "long", "longitude", "mlon"];
const ZOOMS = ["z", "zoom", "lvl", "level"];

/** Services whose short links say nothing without being opened. */
const SHORT =
  /\b(?:goo\.gl|maps\.app\.goo\.gl|osm\.org\/go|openstreetmap\.org\/go|waze\.com\/ul\/h|tinyurl|bit\.ly|binged\.it|apple\.com\/p\/)/i;
/** Services whose links may name a place in words; those of others have other words. */
const MAPS = /\bmaps?\b|openstreetmap|osm\.org|waze|mappy|geoportail|cartes\.gouv/i;
const ROUTE = /\/(?:dir|directions|itineraires?|route)(?:[/?#]|$)|\/TItinerary\//i;
/** Where Mappy has the words of a place. */
const IN_MAPPY =
  /mappy\.com\/(?:plan#\/(?:recherche\/)?(?!route|itineraire|categorie)|#\/\d+\/.*\/TSearch\/S)([^/?#&=]+)/i;

/** Half of the width of a usual screen, and a pixel of the whole world in one tile of 256 pixels, at the equator. */
const HALF_SCREEN_PX = 960;
const WORLD_PIXEL_M = 156_543;
/** What is seen from a camera in the street. */
const STREET_VIEW_M = 50;
/** The service names neighbourhoods as far as this: an answer that doubts more says nothing. */
const MAX_VIEW_M = 5_000;

/** Returns the link in a text: one alone, or one shared below the name of a place; null without any. */
export function linkIn(text: string): string | null {
  const trimmed = text.trim();
  if (/^(?:https?:\/\/|www\.)/i.test(trimmed) || /^geo:\S+$/i.test(trimmed)) return trimmed;
  if (/^[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}\/\S+$/i.test(trimmed)) return trimmed;
  return /https?:\/\/\S+/i.exec(trimmed)?.[0] ?? null;
}

/** Reads the place of a link. */
export function readLink(link: string): LinkReading {
  if (/^geo:/i.test(link)) return readGeo(decoded(link));
  const parameters = parametersOf(link);
  const stops = stopsOf(link);
  const [stop] = stops;
  if (stops.length > 1 || hasOrigin(parameters)) return { fault: "route_link" };
  const named = wordsOf(link, parameters);
  return (
    (stop ? placeIn(stop) : null) ??
    marked(link, parameters, named) ??
    (named ? placeIn(named) : null) ??
    // A route is shown as a whole: its middle is nowhere.
    (ROUTE.test(link) ? { fault: "route_link" } : viewed(link, parameters)) ?? {
      fault: SHORT.test(link) ? "short_link" : "link",
    }
  );
}

/** Reads the place that is marked, before any view. */
function marked(link: string, parameters: Parameters, named: string): CoordinateReading | null {
  // Google: the place itself.
  const [, lat, lon] = new RegExp(`!3d(${NUMBER})!4d(${NUMBER})`).exec(decoded(link)) ?? [];
  if (lat && lon) return position(lon, lat, "link");
  const [latGiven, lonGiven] = [first(parameters, LATITUDES), first(parameters, LONGITUDES)];
  const isView = first(parameters, ZOOMS) !== "" && !parameters.has("mlat");
  if (isNumber(latGiven) && isNumber(lonGiven) && !isView)
    return position(lonGiven, latGiven, "link");
  for (const key of PLACES) {
    // Google's is the middle of the map, where the words name the place.
    if (key === "ll" && named && /google/i.test(link)) continue;
    const place = pairIn(parameters.get(key) ?? "");
    if (place) return place;
  }
  return null;
}

/** Returns the words that name the place; empty without any. */
function wordsOf(link: string, parameters: Parameters): string {
  const plus = /\bplus\.codes\/([^?#/]*(?:\+|%2B)[^?#/]*)/i.exec(link)?.[1];
  // Its sign is no blank here.
  if (plus) return decoded(plus).replace(",", " ");
  if (!MAPS.test(link)) return "";
  const [, inPath = ""] = /\/(?:place|search)\/([^/?#@]+)/.exec(link) ?? [];
  const [, inMappy = ""] = IN_MAPPY.exec(link) ?? [];
  const candidates = [
    unescaped(inPath),
    ...PLACES.map((key) => parameters.get(key) ?? ""),
    unescaped(inMappy),
  ];
  // Identifiers of a place are for the service alone.
  return candidates.find((words) => /[\p{L}\d]/u.test(words) && !/^place_id:/.test(words)) ?? "";
}

/** Reads a place in words that may be its coordinates, latitude first. */
function placeIn(words: string, notation: Notation = "link"): LinkReading {
  const place = words.replace(/\s+/g, " ").replace(/, France ?$/i, "");
  return pairIn(words, notation) ?? { words: place.trim() };
}

function pairIn(words: string, notation: Notation = "link"): CoordinateReading | null {
  const pattern = new RegExp(String.raw`^\s*(?:point\.|loc:|ll\.)?\s*${PAIR}\s*(?:[_(].*)?$`);
  const [, lat, lon] = pattern.exec(words) ?? [];
  return lat && lon ? position(lon, lat, notation) : null;
}

/** Reads the middle of the map shown, as uncertain as half of the screen. */
function viewed(link: string, parameters: Parameters): CoordinateReading | null {
  const zoom = Number(first(parameters, ZOOMS) || Number.NaN);
  const plain = decoded(link);
  // Google: `@48.75,-0.57,17z`, or metres instead of a zoom, of the view, of the eye's height or of its distance.
  const [, lat, lon, extents = ""] =
    new RegExp(String.raw`/@${PAIR}((?:,[\d.]+[a-z])*)`).exec(plain) ?? [];
  if (lat && lon) {
    const [, googleZoom] = /,([\d.]+)z/.exec(extents) ?? [];
    if (googleZoom) return view(lon, lat, halfScreenM(lat, Number(googleZoom)));
    const metres = [...extents.matchAll(/,([\d.]+)[mad]/g)].map(([, extent]) => Number(extent));
    return view(lon, lat, metres.length > 0 ? Math.max(STREET_VIEW_M, ...metres) : Number.NaN);
  }
  // OpenStreetMap, and those that are made like it.
  const [, hashZoom, hashLat, hashLon] =
    new RegExp(String.raw`#(?:map=)?([\d.]+)/(${NUMBER})/(${NUMBER})`).exec(plain) ?? [];
  if (hashLat && hashLon) return view(hashLon, hashLat, halfScreenM(hashLat, Number(hashZoom)));
  const [, mappyLon, mappyLat, mappyZoom] =
    new RegExp(String.raw`/N[\d.]+,[\d.]+,(${NUMBER}),(${NUMBER})/Z(\d+)`).exec(plain) ?? [];
  if (mappyLon && mappyLat)
    return view(mappyLon, mappyLat, halfScreenM(mappyLat, Number(mappyZoom)));
  const latitudeFirst = new RegExp(`^${PAIR}$`).exec(
    parameters.get("center") ?? parameters.get("cp") ?? "",
  );
  // Longitude first: the portals of the State.
  const longitudeFirst = new RegExp(`^${PAIR}$`).exec(parameters.get("c") ?? "");
  const north = latitudeFirst?.[1] ?? longitudeFirst?.[2] ?? first(parameters, LATITUDES);
  const east = latitudeFirst?.[2] ?? longitudeFirst?.[1] ?? first(parameters, LONGITUDES);
  if (!isNumber(north) || !isNumber(east)) return null;
  return view(east, north, halfScreenM(north, zoom));
}

function view(lon: string, lat: string, halfM: number): CoordinateReading {
  // Without a zoom, the half is no number.
  if (!(halfM <= MAX_VIEW_M)) return { fault: "view_link" };
  return doubtful(position(lon, lat, "view"), halfM);
}

/** A position with a doubt that its digits do not show. */
function doubtful(reading: CoordinateReading, doubtM: number): CoordinateReading {
  if (!("position" in reading)) return reading;
  const { written: _, ...place } = reading.position;
  return { position: { ...place, roundingM: Math.max(place.roundingM, doubtM) } };
}

/** Returns half of the width of the ground that a screen shows, metres; the zooms are those of tiles of 256 pixels. */
function halfScreenM(lat: string, zoom: number): number {
  return (HALF_SCREEN_PX * WORLD_PIXEL_M * Math.cos((Number(lat) * Math.PI) / 180)) / 2 ** zoom;
}

/** Returns the stops of a route of Google that are written in its path; the place of whoever asks is none. */
function stopsOf(link: string): string[] {
  const [, path = ""] = /\/dir\/([^?#@]*)/.exec(link) ?? [];
  return path
    .split("/")
    .filter((stop) => stop !== "" && !stop.startsWith("data="))
    .map(unescaped);
}

/** Checks for a route that begins somewhere else than where its reader is. */
function hasOrigin(parameters: Parameters): boolean {
  const begins = ["saddr", "origin", "route", "rtp", "addresses"].some((key) =>
    parameters.get(key),
  );
  return begins || /^ll\./.test(parameters.get("from") ?? "");
}

type Parameters = ReadonlyMap<string, string>;

/** The parameters of a link, of its fragment too; of one given twice, the first. */
function parametersOf(link: string): Parameters {
  const found = new Map<string, string>();
  for (const [, key = "", value = ""] of link.matchAll(/[?&#]([\w-]+)=([^&#]*)/g)) {
    if (!found.has(key)) found.set(key, unescaped(value));
  }
  return found;
}

function first(parameters: Parameters, keys: readonly string[]): string {
  return keys.map((key) => parameters.get(key)).find((value) => value) ?? "";
}

function isNumber(words: string): boolean {
  return new RegExp(`^${NUMBER}$`).test(words);
}

function readGeo(link: string): LinkReading {
  const [, lat, lon] = new RegExp(`^geo:(${NUMBER}),(${NUMBER})`, "i").exec(link) ?? [];
  if (!lat || !lon) return { fault: "link" };
  const [, words] = /[?&]q=([^&]+)/.exec(link) ?? [];
  // Telephones write `geo:0,0?q=…` for a place that is marked, or named.
  if (words && Number(lat) === 0 && Number(lon) === 0) return placeIn(unescaped(words), "geo");
  const [, doubt] = /;u=([\d.]+)/.exec(link) ?? [];
  return doubt ? doubtful(position(lon, lat, "geo"), Number(doubt)) : position(lon, lat, "geo");
}

function position(lon: string, lat: string, notation: Notation): CoordinateReading {
  const [x, y] = [Number(lon), Number(lat)];
  if (Math.abs(x) > 180 || Math.abs(y) > 90) return { fault: "out_of_range" };
  const decimals = (it: string) => it.split(".")[1]?.length ?? 0;
  return {
    position: {
      lon: x,
      lat: y,
      order: "lat_lon",
      orderIsKnown: true,
      roundingM: decimalRoundingM(y, decimals(lon), decimals(lat)),
      written: { lon: lon.replace("+", ""), lat: lat.replace("+", "") },
      notation,
    },
  };
}

/** A value as it was typed: blanks are written as plus signs. */
function unescaped(value: string): string {
  return decoded(value.replaceAll("+", " "));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
