/**
 * The service as this page uses it: where points stand, and what is loaded. Positions travel in request bodies only.
 * Every failure, of the network or told by the service, is a `ServiceError` with a stable code.
 */

/** A generation of perimeters, named after its year. */
export type Vintage = "2015" | "2024";
export type Zone = "qpv" | "band_300m" | "outside" | "undetermined";

/** A perimeter named in an answer. */
export interface Perimeter {
  code_qp: string;
  lib_qp: string;
  insee_com: string[];
  lib_com: string[];
}

/** The data an answer comes from; `notice`, in French, when there is something to know about it. */
export interface Dataset {
  digest: string;
  sources: string[];
  fictional: boolean;
  notice?: string;
}

/** Where a point stands. Distances in metres, negative inside; null beyond 5 km. */
export interface Answer {
  zone: Zone;
  qpv: Perimeter[];
  distance_to_boundary_m: number | null;
  nearest: { code_qp: string; lib_qp: string; distance_m: number } | null;
  /** What the official layer of the 300 m band says; absent when none is loaded. */
  official_band_300m?: boolean;
  certainty: {
    level: "certain" | "near_boundary" | "imprecise_position";
    position_uncertainty_m: number;
    /** In French. */
    explanation: string;
  };
  vintage: Vintage;
}

/** An answer with the data it comes from. */
export interface Located {
  answer: Answer;
  dataset: Dataset;
}

/** What the service refuses, for one point or for the whole request. */
export interface Problem {
  code: string;
  /** What happened, in English. */
  detail?: string;
  /** The same for end users, in French: the catalogue's sentence of this code. */
  message?: string;
}

/** What is loaded; perimeters are counted by territory. */
export interface Ready {
  dataset: Dataset;
  vintages: { vintage: Vintage; perimeters: Record<string, number> }[];
}

/** A failed call: `code` is the service's own, or `network` or `timeout`. */
export class ServiceError extends Error implements Problem {
  constructor(
    readonly code: string,
    readonly detail: string = "",
    readonly message: string = "",
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 15_000;

/** One item per point; the data is the same for all. */
interface Answers {
  results: (Answer | { error: Problem })[];
  dataset: Dataset;
}

/** Where one point stands, in the vintage given or else the one in force today. */
export async function locate(
  { lon, lat, uncertaintyM }: { lon: number; lat: number; uncertaintyM: number | null },
  vintage: Vintage | null,
  stop: AbortSignal,
): Promise<Located> {
  const doubt = uncertaintyM !== null && { uncertainty_m: uncertaintyM };
  const body = JSON.stringify({ points: [[lon, lat]], ...(vintage && { vintage }), ...doubt });
  const headers = { "content-type": "application/json" };
  const { results, dataset } = await call<Answers>("api/v1/zones", { method: "POST", headers, body }, stop);
  const [result] = results;
  if (!result) throw new ServiceError("internal", "no result");
  if ("error" in result) throw toError(result.error);
  return { answer: result, dataset };
}

/** What is loaded; fails while the service is not ready. */
export function ready(): Promise<Ready> {
  return call<Ready>("ready", {}, new AbortController().signal);
}

/** One request; `stop` abandons it, and the promise is then rejected with the signal's reason. */
async function call<T>(path: string, request: RequestInit, stop: AbortSignal): Promise<T> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(path, { ...request, signal, cache: "no-store" });
    if (response.ok) return (await response.json()) as T;
    throw await problem(response);
  } catch (error) {
    stop.throwIfAborted();
    if (error instanceof ServiceError) throw error;
    throw new ServiceError(signal.aborted ? "timeout" : "network");
  }
}

/** The service's own words for a refusal; a proxy's page in between becomes `http_502` and the like. */
async function problem(response: Response): Promise<ServiceError> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== "object" || body === null || !("code" in body)) return new ServiceError(`http_${response.status}`);
  return toError(body as Problem);
}

function toError({ code, detail, message }: Problem): ServiceError {
  return new ServiceError(code, detail, message);
}
