/** A site of another origin than the program's. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Site } from "../tests/browser";

/** Serves one page, made from the query of its address. */
export async function foreignSite(page: (query: URLSearchParams) => string): Promise<Site> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://site");
    response.writeHead(200, { "content-type": "text/html" }).end(page(searchParams));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
