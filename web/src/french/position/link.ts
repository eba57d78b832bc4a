/** Links to a place: the addresses that map services write, and `geo:` (RFC 5870). Nothing is ever fetched from them. */
import { type CoordinateReading, decimalRoundingM, type Notation } from "./reading";

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?`;
const PAIR = String.raw`(${NUMBER})(?:,|%2C|~|_)[+\s]*(${NUMBER})`;

/** Latitude first: the place meant before the middle of the map. */
const LATITUDE_FIRST: readonly RegExp[] = [
  // Google: the place itself.
  new RegExp(`!3d(${NUMBER})!4d(${NUMBER})`),
  // OpenStreetMap: its marker.
  new RegExp(`[?&#]mlat=(${NUMBER})&mlon=(${NUMBER})`),
  new RegExp(`[?&#]lat(?:itude)?=(${NUMBER})&(?:lon|lng|long|longitude)=(${NUMBER})`),
  // Apple, Google, Waze, Bing.
  new RegExp(
    String.raw`[?&](?:q|query|ll|coordinate|daddr|destination|center|sp|cp|pt)=(?:point\.|loc:)?${PAIR}`,
  ),
  new RegExp(String.raw`[?&]to=ll\.${PAIR}`),
  new RegExp(`/(?:search|place|dir)/[^@]*?${PAIR}`),
  // The middle of the map.
  new RegExp(String.raw`#map=[\d.]+/(${NUMBER})/(${NUMBER})`),
  new RegExp(`/@${PAIR}`),
];

/** Longitude first: the portals of the State. */
const LONGITUDE_FIRST: readonly RegExp[] = [
  new RegExp(`[?&#]c=${PAIR}`),
  new RegExp(`[?&#]lon(?:gitude)?=(${NUMBER})&lat(?:itude)?=(${NUMBER})`),
];

/** Services whose short links say nothing without being opened. */
const SHORT =
  /\b(?:goo\.gl|maps\.app\.goo\.gl|osm\.org\/go|openstreetmap\.org\/go|waze\.com\/ul\/h|tinyurl|bit\.ly|binged\.it|apple\.com\/p\/)/i;

/** Checks that a text is a link. */
export function isLink(text: string): boolean {
  return (
    /^(?:https?:\/\/|geo:|www\.)\S+$/i.test(text) ||
    /^[a-z\d.-]+\.[a-z]{2,}\/\S*[?#@]\S*$/i.test(text)
  );
}

/** Reads the place of a link. */
export function readLink(text: string): CoordinateReading {
  const link = decoded(text);
  if (/^geo:/i.test(link)) return readGeo(link);
  // A marker or a place stands behind the middle of the map in some of them: the order of the patterns decides.
  for (const pattern of LATITUDE_FIRST) {
    const [, lat, lon] = pattern.exec(link) ?? [];
    if (lat && lon) return position(lon, lat, "link");
  }
  for (const pattern of LONGITUDE_FIRST) {
    const [, lon, lat] = pattern.exec(link) ?? [];
    if (lat && lon) return position(lon, lat, "link");
  }
  return { fault: SHORT.test(link) ? "short_link" : "link" };
}

function readGeo(link: string): CoordinateReading {
  const [, lat, lon] = new RegExp(`^geo:(${NUMBER}),(${NUMBER})`, "i").exec(link) ?? [];
  const [, qLat, qLon] = new RegExp(`[?&]q=${PAIR}`).exec(link) ?? [];
  // Telephones write `geo:0,0?q=…` for a place that is marked.
  if (qLat && qLon && Number(lat) === 0 && Number(lon) === 0) return position(qLon, qLat, "geo");
  return lat && lon ? position(lon, lat, "geo") : { fault: "link" };
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
