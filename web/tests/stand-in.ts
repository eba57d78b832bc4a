/** A server that keeps the service's contract with canned answers, and serves the built page under its security policy. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Answer, CheckBody } from "../src/api/client";
import * as comparisons from "./compare-samples";
import * as samples from "./samples";
import * as search from "./search-samples";

const TYPES: Record<string, string> = {
  ".mjs": "text/javascript",
  ".woff2": "font/woff2",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** The pages for frames, as the service serves them when it was told of other sites. */
const FRAMES = ["/embed", "/grist"];

/** The answer of each longitude; any other is refused. */
const ANSWERS: Record<string, Answer> = {
  "-0.57": samples.inside,
  "-0.5702": samples.inside,
  "-0.58": samples.band,
  "-0.59": samples.outside,
  "-0.6": samples.undetermined,
  "-0.61": samples.inTwo,
};

/** The requests of the page, for the tests to look at. */
export interface StandIn {
  url: string;
  asked: { path: string; body: string }[];
  /** Answers of a test's own, by path with or without its query; one that ends with a slash answers for all under it. */
  own: Map<string, (response: ServerResponse, body: string, query: URLSearchParams) => void>;
  /** The answer of a foreign server to all under `/theirs/`. */
  theirs?: (response: ServerResponse) => void;
  /** The tile `z/x/y` of a layer, or of the map `ground/NAME`; without it, no tile has anything in it. */
  tile?: (layer: string, at: [number, number, number]) => Buffer | null;
  close(): void;
}

/** Serves `dist` and the API on a free local port. */
export async function standIn(dist: string): Promise<StandIn> {
  const asked: StandIn["asked"] = [];
  const own: StandIn["own"] = new Map();
  const site: StandIn = { url: "", asked, own, close: () => server.close() };
  const server: Server = createServer((request, response) => {
    void answer(dist, site, request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  site.url = `http://127.0.0.1:${port}/`;
  return site;
}

async function answer(
  dist: string,
  { asked, own, theirs, tile }: StandIn,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const path = request.url ?? "/";
  let body = "";
  for await (const chunk of request) body += String(chunk);
  asked.push({ path, body });
  const { pathname, searchParams } = new URL(path, "http://stand-in");
  const ownAnswer = own.get(path) ?? own.get(pathname) ?? own.get(pathname.replace(/[^/]*$/, ""));
  if (ownAnswer && path !== "/") return ownAnswer(response, body, searchParams);
  if (path === "/ready") return json(response, 200, samples.ready);
  if (theirs && path.startsWith("/theirs/")) return theirs(response);
  const [, layer, z, x, y] =
    /^\/tiles\/(ground\/[^/]+|[^/]+)\/(\d+)\/(\d+)\/(\d+)/.exec(path) ?? [];
  if (layer) {
    const content = tile?.(layer, [Number(z), Number(x), Number(y)]);
    return response.writeHead(content ? 200 : 204).end(content ?? undefined);
  }
  const code = /^\/api\/v1\/perimeters\/(\w+)$/.exec(path)?.[1];
  if (code) return json(response, 200, samples.perimeter(code));
  const api = API[pathname];
  if (api) return api(response, body ? (JSON.parse(body) as CheckBody) : {});
  try {
    const pages: Record<string, string> = {
      "/": "index.html",
      "/embed": "embed.html",
      "/grist": "grist.html",
    };
    const file = pages[pathname] ?? path;
    const content = await readFile(join(dist, file));
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response
      .writeHead(200, {
        "content-type": type,
        "content-security-policy": FRAMES.includes(pathname)
          ? POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
          : POLICY,
      })
      .end(content);
  } catch {
    json(response, 404, { code: "not_found", detail: "no such resource" });
  }
}

/** The answers of the API, by path. */
const API: Record<string, (response: ServerResponse, body: CheckBody) => void> = {
  "/tiles": (response) => json(response, 200, { layers: [], version: "" }),
  "/basemap": (response) => json(response, 200, { configured: false, style: null }),
  "/api/v1/check": check,
  "/api/v1/examples": (response) => json(response, 200, { examples: [] }),
  "/api/v1/sources": (response) => json(response, 200, { files: [] }),
  "/api/v1/compare": (response) => json(response, 200, comparisons.comparison),
  "/api/v1/perimeters": (response) =>
    json(response, 200, { features: comparisons.listed.map((properties) => ({ properties })) }),
  "/api/v1/search": (response) =>
    json(response, 200, { features: [samples.door, samples.otherDoor] }),
  "/api/v1/suggest": (response, { q }) =>
    json(response, 200, {
      suggestions: search.suggestions(q ?? "", [samples.door, samples.otherDoor]),
    }),
  "/api/v1/communes/14047": (response) => json(response, 200, search.bayeux),
  "/api/v1/communes/61169": (response) => json(response, 200, search.flers),
  "/api/v1/communes/14047/places": (response) =>
    json(response, 200, { lists: ["schools"], places: [] }),
  "/api/v1/communes/61169/places": (response) => json(response, 200, search.flersPlaces),
  "/api/v1/reverse": (response) =>
    json(response, 200, {
      features: [{ ...samples.door, properties: { ...samples.door.properties, distance: 7 } }],
    }),
  "/api/v1/programmes": (response) => json(response, 200, { programmes: samples.programmes }),
  "/api/v1/reports": report,
};

/** Addresses by a word of theirs; any other is the door. */
const ADDRESSES: Record<string, unknown> = {
  introuvable: samples.notFound,
  plusieurs: samples.severalFound,
  "sans commune": samples.placeOpen,
  "61100 Flers non": samples.unloaded,
  voie: samples.street,
};

function check(response: ServerResponse, { q, lon, placed, programme, birth_date }: CheckBody) {
  if (Number(lon) === 7)
    return json(response, 503, {
      code: "overloaded",
      detail: "busy",
      message: "Le service est très sollicité.",
    });
  // A person's coordinates come as texts, the map's as numbers.
  if (lon !== undefined && lon !== null) {
    const position = ANSWERS[String(Number(lon))];
    if (position) return json(response, 200, samples.at(position));
    const message =
      "Ce point est hors des territoires : cela ne veut pas dire hors quartier prioritaire.";
    return json(response, 422, { code: "outside_coverage", detail: "not covered", message });
  }
  const [, found = samples.found] =
    Object.entries(ADDRESSES).find(([word]) => q?.includes(word)) ?? [];
  const message = "Position placée à la main à 23 m de celle de l'adresse.";
  const position = { ...samples.band, kind: "placed_by_hand", ...placed, moved_m: 23, message };
  const byHand = placed && { zone: "band_300m", position };
  const one = birth_date ? samples.eligible : samples.incomplete;
  const eligibility = programme?.includes(",")
    ? { eligibilities: programme.split(",").map((id) => samples.eligibilities[id] ?? one) }
    : programme && { eligibility: one };
  json(response, 200, { ...(found as object), ...byHand, ...eligibility });
}

function report(response: ServerResponse, { q }: CheckBody) {
  if (q?.includes("introuvable")) {
    const message = "Un texte est trop long pour tenir sur le compte rendu.";
    return json(response, 422, { code: "report_text_too_long", detail: "too long", message });
  }
  const headers = {
    "content-type": "application/pdf",
    "content-disposition": 'inline; filename="compte-rendu-qpv.pdf"',
  };
  response.writeHead(200, headers).end("%PDF-1.7");
}

export function json(response: ServerResponse, status: number, body: unknown) {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}
