import { createServer } from "node:http";

/** A page: its HTML, or how to answer with more than that. */
export type TestPage = string | {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
};

/** Serves a few pages on loopback, for what the test site doesn't have. */
export async function servePages(pages: Record<string, TestPage>) {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ""] ?? "";
    const { status, headers, body } = typeof page === "string"
      ? { status: 200, headers: {}, body: page }
      : { status: 200, headers: {}, body: "", ...page };
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
