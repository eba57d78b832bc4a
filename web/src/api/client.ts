/**
 * The service as these pages use it. Addresses, positions and lists travel in request bodies only. Every failure, of the
 * network or of the service, is a `ServiceError` with a stable code. The types are those of `/openapi.json`.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];
export type AddressFeature = Schemas["AddressFeature"];
export type Answer = Schemas["ZoneAnswer"];
export type CheckAnswer = Schemas["CheckAnswer"];
export type CheckBody = Partial<Schemas["CheckBody"]>;
export type Condition = Schemas["ConditionAnswer"];
export type Dataset = Schemas["DatasetRef"];
export type Eligibility = Schemas["EligibilityAnswer"];
export type BuildingAnswer = Schemas["FootprintAnswer"];
export type Example = Schemas["ExampleAnswer"];
export type Layer = Schemas["LayerAnswer"];
export type Ground = Schemas["GroundAnswer"];
export type LayerList = Pick<Schemas["LayerList"], "layers" | "version" | "grounds" | "opening">;
export type PerimeterProperties = Schemas["PerimeterProperties"];
export type Perimeter = Schemas["PerimeterAnswer"];
export type Problem = Partial<Schemas["Problem"]> & { code: string };
export type Programme = Schemas["ProgrammeAnswer"];
export type QpvRef = Schemas["QpvRef"];
export type Ready = Schemas["Ready"];
export type ReportBody = Partial<Schemas["ReportBody"]>;
export type SiteAnswer = Schemas["SiteAnswer"];
export type Source = Schemas["SourceAnswer"];
export type SourceFile = Schemas["SourceFileAnswer"];
export type SchoolSuggestion = Schemas["PlaceSuggestion"];
export type Suggestion = Schemas["SuggestionAnswer"];
export type CommuneSheet = Schemas["CommuneAnswer"];
export type CommunePlaces = Schemas["CommunePlaces"];
export type StreetProfile = Schemas["StreetAnswer"];
export type TileJson = Schemas["TileJson"];
export type Zone = Schemas["ZoneName"];

/**
 * A failed call: `code` is the service's own, or `network`, `timeout`, `http_502` and the like from a proxy, `bad_answer`
 * for what the service would never say (the page of a captive portal), `fault` for a mistake of this page.
 */
export class ServiceError extends Error implements Problem {
  constructor(
    readonly code: string,
    readonly detail: string = "",
    /** The service's message for end users, in French; empty when it sent none. */
    readonly message: string = "",
  ) {
    super(message);
  }
}

/** Turns whatever was thrown into a failure that can be shown. */
export function failure(thrown: unknown): ServiceError {
  return thrown instanceof ServiceError ? thrown : new ServiceError("fault", String(thrown));
}

/** A file that the service made. */
export interface Download {
  name: string;
  content: Blob;
}

const TIMEOUT_MS = 15_000;
const NEVER = new AbortController().signal;

/** Returns what is loaded; fails while the service is not ready. */
export function ready(): Promise<Ready> {
  return json<Ready>("ready", {}, NEVER);
}

/** Checks an address, a position or a building, and somebody's eligibility there. */
export function check(body: CheckBody, stop: AbortSignal): Promise<CheckAnswer> {
  return post("api/v1/check", body, stop);
}

/** The addresses that what is typed may become, best first. */
export async function suggest(typed: string, stop: AbortSignal): Promise<AddressFeature[]> {
  const body = { q: typed, limit: 6, autocomplete: true };
  return (await post<Schemas["AddressCollection"]>("api/v1/search", body, stop)).features;
}

/** The addresses of a commune or a postcode that what is typed may become, best first. */
export async function suggestWithin(
  typed: string,
  place: { citycode: string } | { postcode: string },
  stop: AbortSignal,
): Promise<AddressFeature[]> {
  const body = { q: typed, limit: 6, autocomplete: true, ...place };
  return (await post<Schemas["AddressCollection"]>("api/v1/search", body, stop)).features;
}

/** The middle of a commune by its address; null where its addresses are not loaded. */
export async function communeMiddle(
  insee: string,
  name: string,
  stop: AbortSignal,
): Promise<{ lon: number; lat: number } | null> {
  const body = { q: name, citycode: insee, type: "municipality", limit: 1 };
  try {
    const { features } = await post<Schemas["AddressCollection"]>("api/v1/search", body, stop);
    const [lon, lat] = features[0]?.geometry.coordinates ?? [];
    return lon === undefined || lat === undefined ? null : { lon, lat };
  } catch {
    // A service without any addresses has other ways to know a commune.
    return null;
  }
}

/** What words may mean, of all kinds, best first. */
export async function suggestAll(typed: string, stop: AbortSignal): Promise<Suggestion[]> {
  return (await post<Schemas["SuggestionList"]>("api/v1/suggest", { q: typed }, stop)).suggestions;
}

/** The schools that words may mean, those of a commune or a department (by INSEE code) first. */
export async function suggestSchools(
  typed: string,
  near: string | null,
  stop: AbortSignal,
): Promise<SchoolSuggestion[]> {
  const body = { q: typed, list: "schools", limit: 12, ...(near ? { near } : {}) };
  const { suggestions } = await post<Schemas["SuggestionList"]>("api/v1/suggest", body, stop);
  return suggestions.filter((found): found is SchoolSuggestion => found.kind === "place");
}

/** A commune and its neighbourhoods in every vintage. */
export function commune(insee: string, stop: AbortSignal): Promise<CommuneSheet> {
  return json(`api/v1/communes/${encodeURIComponent(insee)}`, {}, stop);
}

/** The neighbourhoods of a commune in a vintage, with their outlines. */
export async function perimetersOf(
  insee: string,
  vintage: string,
  stop: AbortSignal,
): Promise<Schemas["PerimeterCollection"]["features"]> {
  const query = new URLSearchParams({ insee, vintage });
  return (await json<Schemas["PerimeterCollection"]>(`api/v1/perimeters?${query}`, {}, stop))
    .features;
}

/** The places of lists, such as schools, in the neighbourhoods of a commune or near them. */
export function communePlaces(insee: string, stop: AbortSignal): Promise<CommunePlaces> {
  return json(`api/v1/communes/${encodeURIComponent(insee)}/places`, {}, stop);
}

/** The address nearest to a position, if one is near. */
export async function nearestAddress(
  lon: number,
  lat: number,
  stop: AbortSignal,
): Promise<AddressFeature | undefined> {
  return (await post<Schemas["AddressCollection"]>("api/v1/reverse", { lon, lat }, stop))
    .features[0];
}

/** The programmes that can be asked. */
export async function programmes(stop: AbortSignal): Promise<Programme[]> {
  return (await json<Schemas["ProgrammeList"]>("api/v1/programmes", {}, stop)).programmes;
}

/** A perimeter with its outline. */
export function perimeter(code: string, stop: AbortSignal): Promise<Perimeter> {
  return json(`api/v1/perimeters/${encodeURIComponent(code)}`, {}, stop);
}

/** Addresses of the loaded data to try, one at most for each zone. */
export async function examples(stop: AbortSignal): Promise<Example[]> {
  return (await json<Schemas["ExampleList"]>("api/v1/examples", {}, stop)).examples;
}

/** The files that the data was read from. */
export async function sourceFiles(stop: AbortSignal): Promise<SourceFile[]> {
  return (await json<Schemas["SourceList"]>("api/v1/sources", {}, stop)).files;
}

/** The layers that the map can draw. */
export function layers(stop: AbortSignal): Promise<LayerList> {
  return json("tiles", {}, stop);
}

/** Returns the description of a layer's tiles, with their attribution. */
export function tiles(id: string, stop: AbortSignal): Promise<TileJson> {
  return json(`tiles/${encodeURIComponent(id)}`, {}, stop);
}

/** The dated page of a check, a PDF that can be verified. */
export async function report(body: ReportBody, stop: AbortSignal): Promise<Download> {
  const response = await call("api/v1/reports", inBody(body), stop);
  return {
    name: fileName(response) ?? "qpv.pdf",
    content: await file(response, "application/pdf", stop),
  };
}

/** The name that the service gives to a file. */
export function fileName(response: Response): string | undefined {
  const header = response.headers.get("content-disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(header)?.[1];
  return encoded ? decodeURIComponent(encoded) : /filename="([^"]+)"/i.exec(header)?.[1];
}

export function post<T>(path: string, body: unknown, stop: AbortSignal): Promise<T> {
  return json(path, inBody(body), stop);
}

export async function json<T>(
  path: string,
  request: RequestInit,
  stop: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  return readJson<T>(await call(path, request, stop, timeoutMs), stop);
}

/** The JSON object of an answer. */
export async function readJson<T>(response: Response, stop: AbortSignal): Promise<T> {
  const content = await received(response.text(), stop);
  try {
    const body: unknown = JSON.parse(content);
    if (typeof body === "object" && body !== null) return body as T;
  } catch {
    // Told below.
  }
  throw new ServiceError("bad_answer");
}

/** The file of an answer, of the kind that was asked for. */
export async function file(response: Response, kind: string, stop: AbortSignal): Promise<Blob> {
  if (!response.headers.get("content-type")?.startsWith(kind)) throw new ServiceError("bad_answer");
  return received(response.blob(), stop);
}

/** The body of an answer, which can break off on its way. */
async function received<T>(body: Promise<T>, stop: AbortSignal): Promise<T> {
  try {
    return await body;
  } catch (error) {
    throw broken(error, stop);
  }
}

/** Why nothing, or not all, came; a call that was abandoned is rejected with the reason of its signal. */
function broken(error: unknown, stop: AbortSignal): ServiceError {
  stop.throwIfAborted();
  return new ServiceError(
    error instanceof DOMException && error.name === "TimeoutError" ? "timeout" : "network",
  );
}

export function inBody(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/**
 * One request; `stop` abandons it, and the promise is then rejected with the signal's reason. Nothing is kept in the
 * browser's cache.
 */
export async function call(
  path: string,
  request: RequestInit,
  stop: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<Response> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  let response: Response;
  try {
    response = await fetch(path, { ...request, signal, cache: "no-store" });
  } catch (error) {
    throw broken(error, stop);
  }
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response: Response): Promise<ServiceError> {
  const body: unknown = await response.json().catch(() => null);
  if (
    typeof body !== "object" ||
    body === null ||
    !("code" in body) ||
    typeof body.code !== "string"
  ) {
    return new ServiceError(`http_${response.status}`);
  }
  const { code, detail, message } = body as Problem;
  return new ServiceError(code, detail, message);
}
