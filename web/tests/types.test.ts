/**
 * The types of the API come from the document that the service publishes (`/openapi.json`, recorded by the tests of
 * qpv-http): when the API changes, this fails until `make bless` has written them again.
 */
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const RECORDED = new URL(
  "../../crates/qpv-http/tests/snapshots/api__openapi.snap",
  import.meta.url,
);
const HEADER = "/* Written by `make bless` from the API's own description: do not edit. */\n";

test("the types of the API are those of its description", async () => {
  const [, , document] = readFileSync(RECORDED, "utf8").split(/^---$/m);
  const types = astToString(await openapiTS(document ?? "", { emptyObjectsUnknown: true }));
  await expect(HEADER + types).toMatchFileSnapshot("../src/api/schema.ts");
});
