import { expect, test } from "vitest";
import { readCoordinates } from "../src/french/coordinates";

// A notation each, of which the texts below are made.
const TYPED = [
  "48.917735, 2.387311",
  "48,75 ; -0,57",
  "48°44'59.5\"N 0°34'12\"O",
  "N 48 44.990 W 000 34.205",
  "8FW4V75V+8Q",
  "V75V+8Q Paris",
  "geo:48.75,-0.57;u=20",
  "https://www.google.fr/maps/@48.75,-0.57,17z/data=!3d48.75!4d-0.57",
  "https://www.google.fr/maps/place/12+Rue+de+la+Paix/@48.75,-0.57,17z",
  "https://fr.mappy.com/#/12/M2/THome/N0,0,-0.57,48.75/Z17/",
  "SRID=4326;POINT Z (-0.57 48.75 120)",
  "https://www.openstreetmap.org/?mlat=48.75&mlon=-0.57#map=18/48.75/-0.57",
  "650 123,45 6 861 234,5",
  "X = 438000 Y = 6855000 Lambert 93",
];
const PIECES = [
  "-",
  "−",
  "°",
  "'",
  "″",
  ",",
  ";",
  " ",
  "\u00a0",
  "%",
  "%2C",
  "@",
  "!3d",
  "e308",
  "N",
  "O",
  "+",
  "\u0000",
  "1e-9",
  "999999999999",
];
const TEXTS = 20_000;

/** The numbers of mulberry32, from 0 to 1: the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function changed(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const other = TYPED[Math.floor(random() * TYPED.length)] ?? "";
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? "";
  switch (Math.floor(random() * 4)) {
    case 0:
      return text.slice(0, at) + piece + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 4));
    case 2:
      return text.slice(0, at) + other.slice(Math.floor(random() * other.length));
    default:
      return text.slice(0, at) + String(Math.floor(random() * 1_000)) + text.slice(at);
  }
}

test("any text is a position on the globe, or no position with a reason", () => {
  const random = numbers(24);
  let positions = 0;
  for (let count = 0; count < TEXTS; count++) {
    let text = TYPED[count % TYPED.length] ?? "";
    const changes = 1 + Math.floor(random() * 5);
    for (let change = 0; change < changes; change++) text = changed(text, random);
    const reading = readCoordinates(text);
    if ("fault" in reading) continue;
    positions++;
    const { lon, lat, roundingM } = reading.position;
    expect(Math.abs(lon), text).toBeLessThanOrEqual(180);
    expect(Math.abs(lat), text).toBeLessThanOrEqual(90);
    expect(roundingM, text).toBeGreaterThanOrEqual(0);
  }
  // Most mutations of some notations are still positions: the texts reach past the first test of each.
  expect(positions).toBeGreaterThan(TEXTS / 20);
});

test("a long text is read at once", () => {
  for (const piece of [...PIECES, "1 ", "1.", "1°", "48 44 ", "8FW4V75V+", "https://", "a"]) {
    // As long as any position may be, and a book pasted by mistake: patterns go back over what they have read.
    readCoordinates(`${piece.repeat(Math.floor(1_999 / piece.length))}x`);
    const fault = piece === "https://" ? "link" : "unreadable";
    expect(readCoordinates(piece.repeat(200_000))).toEqual({ fault });
  }
});
