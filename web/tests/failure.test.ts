/** The messages of the pages for failures, without a page. */
import { afterEach, describe, expect, test, vi } from "vitest";
import catalogue from "../../crates/qpv-french/fr.json";
import { check, failure, report, ServiceError } from "../src/api/client";
import { refusal } from "../src/french/messages";
import { counts, preview } from "../src/list/api";

const plain = (sentence: string) => sentence.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");
const stop = () => new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

describe("a failure", () => {
  const html = () =>
    Promise.resolve(
      new Response("<html>Connectez-vous</html>", { headers: { "content-type": "text/html" } }),
    );
  const file = () => new File(["a"], "a.csv");

  test.each([
    ["a check", () => check({}, stop())],
    ["a report", () => report({}, stop())],
    ["the start of a list", () => preview(file(), [], stop())],
    ["the counts of a list", () => counts(file(), [], null, stop())],
  ])("the page of a captive portal is not the answer to %s", async (_, ask) => {
    vi.stubGlobal("fetch", html);
    const told = await ask().then(
      () => "an answer",
      (error: unknown) => plain(refusal(failure(error))),
    );
    expect(told).toContain("La réponse reçue n'est pas celle du service");
  });

  test.each([
    ["a body that breaks off", new TypeError("terminated"), "network"],
    ["a body that takes too long", new DOMException("late", "TimeoutError"), "timeout"],
  ])("%s is shown as such", async (_, thrown, code) => {
    const text = () => Promise.reject(thrown);
    vi.stubGlobal("fetch", () => Promise.resolve({ ok: true, text }));
    await expect(check({}, stop())).rejects.toMatchObject({ code });
  });

  test.each(["unknown", "title", "toString", "brand_new"])(
    "of the code %j has a French sentence",
    (code) => {
      expect(refusal({ code })).toMatch(/[a-zé]{3,}/);
    },
  );

  test("of our own making has one too", () => {
    expect(plain(refusal(failure(new RangeError("no"))))).toContain("rien n'est su");
    expect(failure(new ServiceError("timeout")).code).toBe("timeout");
  });

  test("no sentence that is found by a code needs values", () => {
    const needy = Object.entries(catalogue).filter(
      ([key, words]) => key.startsWith("web.error.") && words.includes("{"),
    );
    expect(needy).toEqual([]);
  });
});
