import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request said about itself. */
export interface Visit {
  path: string;
  userAgent: string;
}

/** A shop whose product pages get their price from a script. */
export class Shop implements AsyncDisposable {
  readonly visits: Visit[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => this.#answer(request, response));
  }

  static async open(): Promise<Shop> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Shop(server);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    this.visits.push({ path, userAgent: request.headers["user-agent"] ?? "" });
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(pageOf(path));
  }
}

function pageOf(path: string): string {
  const product = /^\/product\/(\w+)$/.exec(path)?.[1];
  if (product === undefined) {
    return `<ul><li><a class="product" href="/product/tea">Tea</a>
      <li><a class="product" href="/product/cup">Cup</a></ul>`;
  }
  return `<h1>${product}</h1><p class="stock">3</p>
    <script>document.body.insertAdjacentHTML("beforeend", "<p class=price>4.50</p>")</script>`;
}
