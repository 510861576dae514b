import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Buffer } from "node:buffer";
import { createShopHandler, type ShopHandler, type ShopRequest } from "./handler.ts";

/** One request that a shop answered. */
export interface ShopVisit {
  /** The request's method. */
  readonly method: string;
  /** The request's target: path and query. */
  readonly target: string;
  /** What the client called itself; empty when it did not. */
  readonly userAgent: string;
  /** The status of the answer. */
  readonly status: number;
}

/** Options of {@linkcode startShop}. */
export interface ShopOptions {
  /** How many products the shop has. @default {200} */
  readonly productCount?: number;
  /** How many products a listing page shows. @default {20} */
  readonly listingSize?: number;
  /** The port on 127.0.0.1; 0 takes a free one. @default {0} */
  readonly port?: number;
  /** Called after each answer. */
  readonly onVisit?: (visit: ShopVisit) => void;
}

/** A shop that is open for requests, until it is closed. */
export interface Shop extends AsyncDisposable {
  /** Where the shop is, without a slash at the end: `"http://127.0.0.1:PORT"`. */
  readonly url: string;
  /** How many products it has. */
  readonly productCount: number;
  /** How many products a listing page shows. */
  readonly listingSize: number;
  /** Closes the shop and every connection to it; closing twice is closing once. */
  close(): Promise<void>;
}

/**
 * Opens the demo shop on loopback.
 *
 * @param options How big the shop is, its port, and who is told of visits.
 * @returns The open shop.
 * @throws {RangeError} When `productCount` is not a whole number of at least 0, or `listingSize` of at least 1.
 *
 * @example
 * ```ts
 * import { startShop } from "./server.ts";
 * import assert from "node:assert/strict";
 *
 * const shop = await startShop({ productCount: 5, listingSize: 2 });
 * const response = await fetch(`${shop.url}/plain/5`);
 * assert.ok((await response.text()).includes('<p class="price">'));
 * await shop.close();
 * ```
 */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const productCount = wholeNumber("productCount", options.productCount ?? 200, 0);
  const listingSize = wholeNumber("listingSize", options.listingSize ?? 20, 1);
  const handler = createShopHandler({ productCount, listingSize });
  const sockets = new Set<Socket>();
  const server = createServer((message, reply) => serve(handler, message, reply, options.onVisit));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    productCount,
    listingSize,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function serve(
  handler: ShopHandler,
  message: IncomingMessage,
  reply: ServerResponse,
  onVisit: ShopOptions["onVisit"],
): void {
  message.resume();
  const request: ShopRequest = {
    method: message.method ?? "GET",
    target: message.url ?? "/",
    header: (name) => message.headers[name]?.toString(),
  };
  const { status, headers, body } = handler(request);
  const bytes = Buffer.from(body, "utf8");
  reply.writeHead(status, { ...headers, "content-length": bytes.length });
  reply.end(bytes);
  onVisit?.({
    method: request.method,
    target: request.target,
    userAgent: request.header("user-agent") ?? "",
    status,
  });
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(
    `Cannot open the shop as '${name}' must be a whole number of at least ${least}: received ${value}`,
  );
}
