/** A server that keeps the service's contract with canned answers, and serves the built page under its security policy. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import * as samples from "./samples";

const TYPES: Record<string, string> = {
  ".mjs": "text/javascript",
  ".woff2": "font/woff2",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The answer of each longitude; any other is refused, for its item alone. */
const ANSWERS: Record<string, unknown> = {
  "-0.57": samples.inside,
  "-0.5702": samples.inside,
  "-0.58": samples.band,
  "-0.59": samples.outside,
  "-0.6": samples.undetermined,
  "-0.61": samples.inTwo,
};

/** What the page has asked, for the tests to look at. */
export interface StandIn {
  url: string;
  asked: { path: string; body: string }[];
  /** Answers of a test's own, by path; one that ends with a slash answers for all under it. */
  own: Map<string, (response: ServerResponse, body: string) => void>;
  close(): void;
}

/** Serves `dist` and the API on a free local port. */
export async function standIn(dist: string): Promise<StandIn> {
  const asked: StandIn["asked"] = [];
  const own: StandIn["own"] = new Map();
  const server: Server = createServer((request, response) => {
    void answer(dist, { asked, own }, request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked, own, close: () => server.close() };
}

type Kept = Pick<StandIn, "asked" | "own">;

async function answer(dist: string, { asked, own }: Kept, request: IncomingMessage, response: ServerResponse) {
  const path = request.url ?? "/";
  let body = "";
  for await (const chunk of request) body += String(chunk);
  asked.push({ path, body });
  const ownAnswer = own.get(path) ?? own.get(path.replace(/[^/]*$/, ""));
  if (ownAnswer && path !== "/") return ownAnswer(response, body);
  if (path === "/ready") return json(response, 200, samples.ready);
  if (path === "/api/v1/zones") return zones(response, body);
  try {
    const file = path === "/" ? "index.html" : path;
    const content = await readFile(join(dist, file));
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(content);
  } catch {
    json(response, 404, { code: "not_found", detail: "no such resource" });
  }
}

function zones(response: ServerResponse, body: string) {
  const { points, vintage } = JSON.parse(body) as { points: [number, number][]; vintage?: string };
  if (vintage === "2024" && points[0]?.[0] === 7) {
    const problem = { code: "overloaded", detail: "busy", message: "Le service est très sollicité." };
    return json(response, 503, problem);
  }
  const error = { code: "outside_coverage", detail: "not covered", message: "Ce point est hors des territoires." };
  const results = points.map(([lon]) => ANSWERS[String(lon)] ?? { error });
  json(response, 200, { results, dataset: samples.invented });
}

export function json(response: ServerResponse, status: number, body: unknown) {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}
