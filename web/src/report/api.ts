/** The verification of a report, in bodies only; the service keeps nothing of it. */
import { call, inBody, json, post, readJson } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Verification = Schemas["VerificationAnswer"];

/** What is verified: the file as it is, or the text of its code. */
export type Report = { pdf: Blob } | { text: string };

/** The largest file that can be a report: the limit of the service, bytes. */
export const MOST_BYTES = 16 << 20;

/** Verifies a report, with the public key of another service if it is given. */
export async function verify(
  report: Report,
  key: string,
  stop: AbortSignal,
): Promise<Verification> {
  const path = "api/v1/reports/verify";
  if ("text" in report) return post(path, { text: report.text, ...(key && { key }) }, stop);
  const request = {
    ...inBody(null),
    headers: { "content-type": "application/pdf" },
    body: report.pdf,
  };
  const response = await call(key ? `${path}?key=${key}` : path, request, stop);
  return readJson(response, stop);
}

/** The fingerprint of the key that this service signs with. */
export async function ownKey(stop: AbortSignal): Promise<string> {
  return (await json<Schemas["ReportKeyAnswer"]>("api/v1/reports/key", {}, stop)).key_id;
}
