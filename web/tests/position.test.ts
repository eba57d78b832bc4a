/**
 * Positions in every notation. Metres are those of PROJ 9 (pyproj, EPSG codes beside), degrees are computed by hand, and the
 * plus codes are the examples of the Open Location Code specification.
 */
import { describe, expect, test } from "vitest";
import {
  type CoordinateFault,
  isNoAddress,
  type Notation,
  readCoordinates,
  type TypedPosition,
  wordsMeant,
} from "../src/french/coordinates";
import { understood } from "../src/french/messages";
import { readShortPlusCode, recoverPlusCode } from "../src/french/position/plus-code";
import { roundedUp } from "../src/french/texts";
import { type Place, placeOf } from "../src/parts/place";

/** A second of arc is 31 m: what is written to the second is compared to a tenth of that. */
const NEAR_DEG = 1e-6;

function expectAt(text: string, lon: number, lat: number, notation: Notation): void {
  const reading = readCoordinates(text);
  if ("fault" in reading) throw new Error(`${text}: ${reading.fault}`);
  expect(reading.position.notation).toBe(notation);
  expect(Math.abs(reading.position.lon - lon)).toBeLessThan(NEAR_DEG);
  expect(Math.abs(reading.position.lat - lat)).toBeLessThan(NEAR_DEG);
}

// 48 + 45/60 + 19/3600 and 0 + 34/60 + 14/3600.
const [LAT, LON] = [48.7552778, -0.5705556];

test.each([
  `48°45'19"N 0°34'14"W`,
  `48°45'19"N 0°34'14"O`,
  `48° 45' 19" N, 0° 34' 14" O`,
  "48°45′19″N, 0°34′14″W",
  "48º45’19”N 0º34’14”O",
  `N 48°45'19" O 0°34'14"`,
  `N48°45'19", W0°34'14"`,
  `0°34'14"O 48°45'19"N`,
  "48d45m19s N 0d34m14s O",
  "48d45m19sN, 0d34m14sW",
  "48 45 19 N 0 34 14 W",
  "48:45:19N 0:34:14W",
  `48°45'19" -0°34'14"`,
  `+48°45'19", -0°34'14"`,
  "48 deg 45 min 19 sec N, 0 deg 34 min 14 sec W",
  "48° 45' 19'' Nord, 0° 34' 14'' Ouest",
  `lat 48°45'19" N, lon 0°34'14" O`,
  `Latitude : 48° 45' 19" N Longitude : 0° 34' 14" O`,
  `(48°45'19"N, 0°34'14"W)`,
  "48°45'19''N 000°34'14''W",
])("degrees, minutes and seconds: %s", (text) => {
  expectAt(text, LON, LAT, "dms");
});

test.each([
  ["48° 45,3' N, 0° 34,2' O", -0.57, 48.755],
  ["48°45.300'N 0°34.200'W", -0.57, 48.755],
  ["48d45.3m N 0d34.2m W", -0.57, 48.755],
  // South and East: Saint-Denis of La Réunion.
  [`20°52'48"S 55°27'00"E`, 55.45, -20.88],
  [`55°27'00"E 20°52'48"S`, 55.45, -20.88],
  // Without letters, the place of France tells the order.
  [`55°27'00" -20°52'48"`, 55.45, -20.88],
  [`48°45'36.5"N 2°20'0,0"E`, 2.3333333, 48.7601389],
])("%s", (text, lon, lat) => {
  expectAt(text, lon, lat, "dms");
});

// Metres of pyproj: EPSG:2154, 5490, 2972, 2975, 4471, 4467.
test.each([
  ["437584.49 6856511.00", -0.5707, 48.7553],
  ["437584,49 6856511,00", -0.5707, 48.7553],
  ["437584,49;6856511,00", -0.5707, 48.7553],
  ["437 584,49 6 856 511,00", -0.5707, 48.7553],
  ["X : 437 584,49 m  Y : 6 856 511,00 m", -0.5707, 48.7553],
  ["X=652242.70 Y=6862939.61", 2.349014, 48.864716],
  ["E 652242.70, N 6862939.61", 2.349014, 48.864716],
  ["6862939.61 652242.70", 2.349014, 48.864716],
  ["Y 6862939.61 X 652242.70", 2.349014, 48.864716],
  ["Lambert-93 : 1228546.05 6199420.64", 9.45, 42.7],
  ["Lambert 93 146636.14, 6836217.36", -4.486, 48.39],
  ["L93 1050362.70 6840899.65", 7.7521, 48.5734],
  ["EPSG:2154 1050362.70 6840899.65", 7.7521, 48.5734],
  ["654838.81 1798797.02", -61.551, 16.265],
  ["709108.05 1615387.59", -61.0588, 14.6037],
  ["UTM 20N 494709.26 1999037.18", -63.05, 18.08],
  ["352980.20 545868.92", -52.326, 4.9372],
  ["338599.74 7690453.60", 55.4484, -20.8791],
  ["UTM 40S 338599.74 7690453.60", 55.4484, -20.8791],
  ["524691.78 8586905.74", 45.2275, -12.7825],
  ["UTM 21N 562803.43 5180945.35", -56.1773, 46.7791],
])("metres: %s", (text, lon, lat) => {
  expectAt(text, lon, lat, "projected");
});

test.each([
  ["https://www.openstreetmap.org/?mlat=48.7553&mlon=-0.5707#map=6/48.1/-0.1", -0.5707, 48.7553],
  [
    "https://www.google.fr/maps/place/Flers/@48.7,-0.5,6z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d48.7553!4d-0.5707",
    -0.5707,
    48.7553,
  ],
  ["https://www.google.com/maps?q=48.7553,-0.5707", -0.5707, 48.7553],
  ["https://www.google.com/maps?q=48.7553,-0.5707&z=6", -0.5707, 48.7553],
  ["https://maps.google.com/maps?q=loc:48.7553,-0.5707", -0.5707, 48.7553],
  ["https://www.google.com/maps/search/48.7553,+-0.5707", -0.5707, 48.7553],
  ["https://www.google.com/maps/place/48.7553,-0.5707/@48.1,-0.1,6z", -0.5707, 48.7553],
  ["https://www.google.com/maps/search/?api=1&query=48.7553%2C-0.5707", -0.5707, 48.7553],
  // From where its reader is to one place, or the only stop.
  ["https://www.google.com/maps/dir/?api=1&destination=48.7553,-0.5707", -0.5707, 48.7553],
  ["https://www.google.com/maps/dir//48.7553,-0.5707/@48.1,-0.1,6z", -0.5707, 48.7553],
  ["https://www.waze.com/ul?ll=48.7553%2C-0.5707&navigate=yes", -0.5707, 48.7553],
  ["https://www.waze.com/live-map/directions?to=ll.48.7553%2C-0.5707", -0.5707, 48.7553],
  ["https://maps.apple.com/?ll=48.7553,-0.5707&z=6", -0.5707, 48.7553],
  ["https://maps.apple.com/?q=Mairie&ll=48.7553,-0.5707", -0.5707, 48.7553],
  ["https://www.bing.com/maps?sp=point.48.7553_-0.5707_Ici&cp=48.1~-0.1&lvl=6", -0.5707, 48.7553],
  ["https://fr.mappy.com/plan#/48.7553,-0.5707", -0.5707, 48.7553],
  ["https://exemple.fr/ici?lon=-0.5707&couche=rues&lat=48.7553", -0.5707, 48.7553],
  ["https://exemple.fr/#/ici?lat=48.7553&lng=-0.5707", -0.5707, 48.7553],
  // Shared below the name of a place.
  ["La mairie\nhttps://www.google.com/maps?q=48.7553,-0.5707", -0.5707, 48.7553],
  ["google.com/maps/place/48.7553,-0.5707", -0.5707, 48.7553],
])("link: %s", (text, lon, lat) => {
  expectAt(text, lon, lat, "link");
  expect(placeOf(text)).toMatchObject({ written: { lon: String(lon), lat: String(lat) } });
});

test.each([
  "https://plus.codes/8FW4V75V+8Q",
  "https://plus.codes/8FW4V75V%2B8Q",
  "plus.codes/8fw4v75v+8q",
  "https://www.google.com/maps/place/8FW4V75V%2B8Q/@48.1,-0.1,6z",
])("the plus code of %s", (text) => {
  const { position } = readCoordinates("8FW4V75V+8Q") as { position: TypedPosition };
  expectAt(text, position.lon, position.lat, "link");
  expect(placeOf(text)).toMatchObject({ uncertainty_m: roundedUp(position.roundingM) });
});

// Half of 1920 pixels of 156 543 m / 2^zoom · cos 48.7553°.
const HALF_17_M = 756;

test.each([
  ["https://www.openstreetmap.org/#map=17/48.7553/-0.5707", HALF_17_M],
  ["https://www.openstreetmap.org/#map=19/48.7553/-0.5707", HALF_17_M / 4],
  ["https://www.openstreetmap.org/node/123#map=15/48.7553/-0.5707", HALF_17_M * 4],
  ["https://www.openstreetmap.org/?lat=48.7553&lon=-0.5707&zoom=17", HALF_17_M],
  ["https://www.google.com/maps/@48.7553,-0.5707,17z", HALF_17_M],
  ["https://www.google.com/maps/@48.7553,-0.5707,18.5z/data=!3m1!1e3", HALF_17_M / 2 ** 1.5],
  ["https://www.google.com/maps/@48.7553,-0.5707,820m/data=!3m1!1e3", 820],
  ["https://www.google.com/maps/@48.7553,-0.5707,3a,75y,90t/data=!3m6!1e1", 50],
  ["https://earth.google.com/web/@48.7553,-0.5707,95.3a,900d,35y,0h", 900],
  ["https://www.geoportail.gouv.fr/carte?c=-0.5707,48.7553&z=17&l0=ORTHO", HALF_17_M],
  ["https://cartes.gouv.fr/explorer-les-cartes/?c=-0.5707,48.7553&z=17", HALF_17_M],
  ["https://www.bing.com/maps?cp=48.7553~-0.5707&lvl=17", HALF_17_M],
  ["https://fr.mappy.com/#/12/M2/THome/N0,0,-0.5707,48.7553/Z17/", HALF_17_M],
  ["https://exemple.fr/carte#17/48.7553/-0.5707", HALF_17_M],
])("the middle of a map is as uncertain as half of the screen: %s", (text, metres) => {
  expectAt(text, -0.5707, 48.7553, "view");
  const place = placeOf(text) as Extract<Place, { kind: "position" }>;
  expect(place.written).toBeUndefined();
  expect((place.uncertainty_m ?? 0) / metres).toBeCloseTo(1, 1);
});

test.each([
  [
    "https://www.google.com/maps/place/10+Rue+du+8+Mai+1945,+90000+Belfort/@47.6,6.8,17z/data=!3m1",
    "10 Rue du 8 Mai 1945, 90000 Belfort",
  ],
  [
    "https://www.google.fr/maps/place/12+Rue+de+l'%C3%89glise,+61100+Flers,+France/@48.7,-0.5,17z",
    "12 Rue de l'Église, 61100 Flers",
  ],
  [
    "https://www.google.com/maps/search/12+rue+de+la+paix+flers/@48.7,-0.5,14z",
    "12 rue de la paix flers",
  ],
  [
    "https://www.google.com/maps/search/?api=1&query=12+rue+de+la+Paix%2C+Flers",
    "12 rue de la Paix, Flers",
  ],
  [
    "https://maps.google.com/maps?q=12+rue+de+la+Paix+Flers&ll=48.1,-0.1&z=6",
    "12 rue de la Paix Flers",
  ],
  [
    "https://www.google.com/maps/dir//12+Rue+de+la+Paix,+61100+Flers/@48.1,-0.1,6z",
    "12 Rue de la Paix, 61100 Flers",
  ],
  [
    "https://www.openstreetmap.org/search?query=12%20rue%20de%20la%20paix%20flers#map=6/48.1/-0.1",
    "12 rue de la paix flers",
  ],
  [
    "https://fr.mappy.com/plan#/6%20Impasse%20du%20G%C3%A9n%C3%A9ral%20Leclerc%2C%2048000%20Mende",
    "6 Impasse du Général Leclerc, 48000 Mende",
  ],
  [
    "https://fr.mappy.com/plan#/route?addresses=&daddr=20+rue+Lavoisier+95300+Pontoise",
    "20 rue Lavoisier 95300 Pontoise",
  ],
  ["https://fr.mappy.com/#/4/M2/TSearch/S12+rue+de+la+paix+flers/", "12 rue de la paix flers"],
  ["geo:0,0?q=12+rue+de+la+Paix%2C+Flers", "12 rue de la Paix, Flers"],
])("the address of %s", (text, q) => {
  expect(placeOf(text)).toEqual({ kind: "address", q });
  expect(wordsMeant(text)).toBe(q);
});

test.each([
  ["lat=48.7553&lon=-0.5707", -0.5707, 48.7553],
  ["?lat=48.7553&lng=-0.5707", -0.5707, 48.7553],
  ["lng=-0.5707&lat=48.7553", -0.5707, 48.7553],
  ["POINT(-0.5707 48.7553)", -0.5707, 48.7553],
  ["point ( -0.5707  48.7553 )", -0.5707, 48.7553],
  ["POINT Z (-0.5707 48.7553 120.5)", -0.5707, 48.7553],
  ["SRID=4326;POINT(-0.5707 48.7553)", -0.5707, 48.7553],
  // Longitude first, even where the other order would fall in France.
  ["POINT(48.7553 2.35)", 48.7553, 2.35],
])("%s", (text, lon, lat) => {
  expectAt(text, lon, lat, "decimal");
});

test("WKT may be in metres", () => {
  expectAt("SRID=2154;POINT(437584.49 6856511.00)", -0.5707, 48.7553, "projected");
});

test.each([
  ["geo:48.7553,-0.5707", -0.5707, 48.7553],
  ["geo:48.7553,-0.5707;u=35", -0.5707, 48.7553],
  ["geo:0,0?q=48.7553,-0.5707(Mairie)", -0.5707, 48.7553],
  ["geo:48.7553,-0.5707?q=Mairie&z=6", -0.5707, 48.7553],
])("%s", (text, lon, lat) => {
  expectAt(text, lon, lat, "geo");
});

test.each([
  // `test_data/decoding.csv` of the specification: the middles of its cells.
  ["7FG49QCJ+2V", 2.7821875, 20.3700625],
  ["8FVC2222+22", 8.0000625, 47.0000625],
  ["4VCPPQGP+Q9", 174.7859375, -41.2730625],
])("plus code %s", (text, lon, lat) => {
  expectAt(text, lon, lat, "plus_code");
  expectAt(text.toLowerCase(), lon, lat, "plus_code");
});

test.each([
  // `test_data/shortCodeTests.csv` of the specification: full code, position nearby, short code.
  ["9C3W9QCJ+2VX", 51.3708675, -1.217765625, "CJ+2VX"],
  ["9C3W9QCJ+2VX", 51.3693575, -1.217765625, "CJ+2VX"],
  ["9C3W9QCJ+2VX", 51.3852125, -1.217765625, "9QCJ+2VX"],
  ["9C3W9QCJ+2VX", 51.3701125, -1.202665625, "9QCJ+2VX"],
  // The position is in the area to the south, the north, the east and the west of the one meant.
  ["8FVC2GGG+GG", 46.976, 8.526, "2GGG+GG"],
  ["8FRCXGGG+GG", 47.026, 8.526, "XGGG+GG"],
  ["8FR9GXGG+GG", 46.526, 8.026, "GXGG+GG"],
  ["8FRCG2GG+GG", 46.526, 7.976, "G2GG+GG"],
  // Near the poles.
  ["CFX22222+22", 89.6, 0.0, "2222+22"],
  ["2CXXXXXX+XX", -81.0, 0.0, "XXXXXX+XX"],
] as const)("%s, near %f %f, is %s", (full, lat, lon, code) => {
  const recovered = recoverPlusCode({ code, place: "" }, { lon, lat });
  const meant = readCoordinates(full);
  if (!("position" in recovered && "position" in meant)) throw new Error("not read");
  expect(recovered.position.lat).toBeCloseTo(meant.position.lat, 9);
  expect(recovered.position.lon).toBeCloseTo(meant.position.lon, 9);
  expect(recovered.position.roundingM).toBe(meant.position.roundingM);
});

test.each([
  ["V75V+8Q Paris", "V75V+8Q", "Paris"],
  ["v75v+8q, Paris, France", "v75v+8q", "Paris"],
  ["  QCXH+9C  La Ferté-Macé ", "QCXH+9C", "La Ferté-Macé"],
  ["FR8V+QJ", "FR8V+QJ", ""],
  ["4VV75V+8Q Paris", "4VV75V+8Q", "Paris"],
  ["5V+8Q Paris", "5V+8Q", "Paris"],
] as const)("short plus code %s", (text, code, place) => {
  expect(readShortPlusCode(text)).toEqual({ code, place });
});

test.each([
  // Full, an odd number of digits before the sign, one digit behind it, none, a letter that is no digit, two signs.
  "8FW4V75V+8Q",
  "75V+8Q Paris",
  "V75V+8 Paris",
  "V75V+ Paris",
  "V75A+8Q Paris",
  "V75V++8Q Paris",
  "V75V 8Q Paris",
  "12 rue de la Paix Flers",
  "",
])("%s is no short plus code", (text) => {
  expect(readShortPlusCode(text)).toBeNull();
});

describe("what is not guessed", () => {
  const cases: [string, CoordinateFault][] = [
    // As many cuts as one likes, a minute too many, one angle, sides that fight.
    ["48 45 19 0 34 14", "too_many"],
    [`48°75'19"N 0°34'14"W`, "dms"],
    [`48°45'19"N`, "dms"],
    [`48°45'19"N 0°34'14"N`, "contradictory"],
    [`-48°45'19"N 0°34'14"W`, "contradictory"],
    // Metres of nowhere in France, and of the mainland's UTM, whose zone only its name could tell.
    ["12345 67890", "projected"],
    ["562803 5180945", "projected"],
    ["437584.49", "one_number"],
    ["FR8V+QJ Flers", "short_plus_code"],
    ["https://maps.app.goo.gl/AbCdEf123", "short_link"],
    ["https://example.org/?page=2", "link"],
    ["https://example.org/?q=mairie+flers", "link"],
    ["https://www.google.com/maps/place//data=!4m2!3m1!1s0x0:0x0", "link"],
    ["Vu ici : https://example.org/page", "link"],
    ["10 rue de la Paix https://maps.app.goo.gl/AbCdEf123", "short_link"],
    [`https://example.org/${"a".repeat(3000)}`, "link"],
    ["https://www.google.com/maps/dir/Flers/Argentan/@48.7,-0.3,11z/data=!4m2", "route_link"],
    ["https://www.google.com/maps/dir/48.7,-0.5/48.8,-0.6/@48.7,-0.3,18z", "route_link"],
    ["https://www.google.com/maps/dir/A/B/@48.7,-0.3,18z/data=!3d48.7!4d-0.5", "route_link"],
    ["https://www.google.com/maps/dir/?api=1&origin=48.7,-0.5&destination=48.8,-0.6", "route_link"],
    ["https://maps.apple.com/?saddr=48.7,-0.5&daddr=48.8,-0.6", "route_link"],
    ["https://www.openstreetmap.org/directions?from=&to=#map=18/48.7/-0.5", "route_link"],
    [
      "https://www.openstreetmap.org/directions?engine=car&route=48.7,-0.5;48.8,-0.6#map=18/48.7/-0.5",
      "route_link",
    ],
    ["https://www.waze.com/live-map/directions?to=ll.48.7,-0.5&from=ll.48.8,-0.6", "route_link"],
    ["https://fr.mappy.com/plan#/route", "route_link"],
    ["https://www.google.com/maps/@47.6,6.8,6z", "view_link"],
    ["https://www.google.com/maps/@47.6,6.8", "view_link"],
    ["https://www.google.com/maps/@47.6,6.8,250000m/data=!3m1!1e3", "view_link"],
    ["https://www.openstreetmap.org/#map=6/47.6/6.8", "view_link"],
    ["https://www.geoportail.gouv.fr/carte?c=6.8,47.6&z=6", "view_link"],
    ["https://www.geoportail.gouv.fr/carte?c=6.8,47.6", "view_link"],
    ["https://www.bing.com/maps?cp=47.6~6.8&lvl=6", "view_link"],
    ["POINT(6,84 47,63)", "wkt"],
    ["POLYGON((0 48, 1 48, 1 49, 0 48))", "wkt"],
    ["geo:Flers", "link"],
    ["geo:95,2", "out_of_range"],
  ];
  test.each(cases)("%s", (text, fault) => {
    expect(readCoordinates(text)).toEqual({ fault });
    if (isNoAddress(fault)) expect(placeOf(text)).toBe(understood({ fault }));
  });
});

test.each([
  "12 rue de la Paix 61100 Flers",
  "12 bis rue du 8 mai 1945",
  "Saint-Michel",
  "QN06103M",
  "61169000AB0123",
  "10 N 5 rue",
  "78000",
  "1 place d'Armes, 2e étage",
  "Lieu-dit Le Bois, 61100 Flers",
])("%s is no position", (text) => {
  expect(readCoordinates(text)).toHaveProperty("fault");
});

test.each([
  // The corner of a second of arc, of a hundredth of a minute, of a centimetre and a metre, and of the cell.
  [`48°45'19"N 0°34'14"W`, 18.5],
  ["48°45,30'N 0°34,20'O", 11.13],
  ["437584.49 6856511.00", 0.00707],
  ["437584 6856511", Math.SQRT1_2],
  ["8FVC2222+22", 8.41],
])("the rounding of %s is about %d m", (text, metres) => {
  const reading = readCoordinates(text);
  expect("position" in reading && reading.position.roundingM / metres).toBeCloseTo(1, 2);
});
