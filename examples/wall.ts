/** A site that lets in who bears a cookie, which only the script of its first answer sets. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The site, until it is disposed. */
export interface Wall extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
}

const CHALLENGE = `<title>Just a moment...</title>
<script>document.cookie = "let-in=" + 6 * 7 + "; path=/"; location.reload()</script>`;

/**
 * Starts the site on loopback.
 *
 * @param pageCount How many pages there are behind the wall.
 */
export async function startWall(pageCount: number): Promise<Wall> {
  const links = Array.from(
    { length: pageCount - 1 },
    (_, i) => `<a href="/page/${i + 2}">More</a>`,
  );
  const server = createServer((request, response) => {
    const isLetIn = request.headers.cookie?.includes("let-in=42") ?? false;
    response.writeHead(isLetIn ? 200 : 403, { "content-type": "text/html; charset=utf-8" });
    if (!isLetIn) response.end(CHALLENGE);
    else response.end(`<h1>${request.url}</h1>${request.url === "/page/1" ? links.join("") : ""}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
