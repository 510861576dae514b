/**
 * The shop's server, in a process of its own, so that its CPU time is nobody's else:
 * `deno run -A shop_server.ts PRODUCTS LATENCY_MS`. It prints its address, ends with its standard
 * input, and tells at `/-/report` what happened since it was last asked.
 *
 * It speaks as much HTTP/1.1 as clients of the benchmark need, over bare sockets: a general server
 * would need as much CPU as the client that is measured.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import {
  FIRST_NUMBER,
  KINDS,
  LISTING_SIZE,
  listingCount,
  listingPage,
  lonelyPage,
  priceCents,
  productPage,
  SLOTS,
  stockOf,
} from "./shop.ts";

/** A whole answer, and where the numbers of a product go. */
interface Template {
  readonly bytes: Buffer;
  readonly numberSlots: readonly number[];
  readonly priceSlots: readonly number[];
  readonly stockSlots: readonly number[];
  readonly listingSlots: readonly number[];
}

const [products = 0, latencyMs = 0] = Deno.args.map(Number);
const listings = listingCount(products);
const templates = Array.from({ length: KINDS }, (_, kind) => template(productPage(kind)));
const lonely = answer(200, lonelyPage());
const missing = answer(404, "<h1>No such page</h1>");
const largest = Math.max(...templates.map(({ bytes }) => bytes.length));

let times: number[] = [];
let visits = new Uint32Array(products);
let cpu = process.cpuUsage();
let connections = 0;
let mostConnections = 0;

function answer(status: number, body: string, type = "text/html; charset=utf-8"): Buffer {
  const bytes = Buffer.from(body);
  const reason = status === 200 ? "OK" : "Not Found";
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${type}\r\n` +
    `Content-Length: ${bytes.length}\r\nServer: shop\r\nCache-Control: max-age=60\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

function template(html: string): Template {
  const bytes = answer(200, html);
  const slots = (text: string) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) found.push(at);
    return found;
  };
  return {
    bytes,
    numberSlots: slots(SLOTS.number),
    priceSlots: slots(SLOTS.price),
    stockSlots: slots(SLOTS.stock),
    listingSlots: slots(SLOTS.listing),
  };
}

/** One connection: its answers are written where its last one was. */
class Client {
  readonly #page = new Uint8Array(largest);

  /** The whole answer to a request for `path`. */
  answerTo(path: string): Uint8Array {
    if (path.startsWith("/product/")) return this.#product(Number(path.slice(9)) - FIRST_NUMBER);
    if (path.startsWith("/list/")) return listing(Number(path.slice(6)) - FIRST_NUMBER);
    if (path === "/one") return lonely;
    return path === "/-/report" ? report() : missing;
  }

  #product(product: number): Uint8Array {
    if (!(product >= 0 && product < products)) return missing;
    visits[product]! += 1;
    times.push(performance.now());
    const { bytes, numberSlots, priceSlots, stockSlots, listingSlots } =
      templates[product % KINDS]!;
    const page = this.#page;
    page.set(bytes);
    for (const at of numberSlots) putDigits(page, at, FIRST_NUMBER + product, 7);
    const cents = priceCents(product);
    for (const at of priceSlots) {
      putDigits(page, at, Math.floor(cents / 100), 3);
      page[at + 3] = 0x2e;
      putDigits(page, at + 4, cents % 100, 2);
    }
    for (const at of stockSlots) putDigits(page, at, stockOf(product), 3);
    const list = FIRST_NUMBER + Math.floor(product / LISTING_SIZE);
    for (const at of listingSlots) putDigits(page, at, list, 7);
    return page.subarray(0, bytes.length);
  }
}

function listing(number: number): Uint8Array {
  if (!(number >= 0 && number < listings)) return missing;
  times.push(performance.now());
  return answer(200, listingPage(number, products));
}

function putDigits(page: Uint8Array, at: number, value: number, digits: number): void {
  for (let digit = at + digits - 1, left = value; digit >= at; digit--) {
    page[digit] = 0x30 + left % 10;
    left = Math.floor(left / 10);
  }
}

function report(): Uint8Array {
  const { user, system } = process.cpuUsage(cpu);
  const text = JSON.stringify({
    requests: times.length,
    productsVisited: visits.reduce((sum, count) => sum + Math.min(1, count), 0),
    cpuMicroseconds: user + system,
    steadyPagesPerSecond: steadyRate(),
    mostConnections,
  });
  times = [];
  visits = new Uint32Array(products);
  cpu = process.cpuUsage();
  mostConnections = connections;
  return answer(200, text, "application/json");
}

/** Requests per second without the first and the last tenth of them: no start-up, no last stragglers. */
function steadyRate(): number {
  const from = Math.floor(times.length * 0.1);
  const to = Math.floor(times.length * 0.9);
  return to > from ? (to - from) * 1000 / (times[to]! - times[from]!) : 0;
}

const waiting: { readonly due: number; readonly go: () => void }[] = [];
let next = 0;

/** All wait equally long, so one timer and a queue are enough. */
function delay(): Promise<void> {
  return new Promise((go) => {
    if (waiting.push({ due: performance.now() + latencyMs, go }) - next === 1) {
      setTimeout(release, latencyMs);
    }
  });
}

function release(): void {
  const now = performance.now();
  while (next < waiting.length && waiting[next]!.due <= now + 0.5) waiting[next++]!.go();
  if (next < waiting.length) return void setTimeout(release, waiting[next]!.due - now);
  waiting.length = next = 0;
}

async function serve(connection: Deno.Conn): Promise<void> {
  mostConnections = Math.max(mostConnections, ++connections);
  try {
    await answerAll(connection);
  } catch {
    // The client has gone.
  } finally {
    connections -= 1;
    connection.close();
  }
}

async function answerAll(connection: Deno.Conn): Promise<void> {
  const client = new Client();
  const input = Buffer.alloc(16 * 1024);
  for (let filled = 0; filled < input.length;) {
    const count = await connection.read(input.subarray(filled));
    if (count === null) return;
    filled += count;
    let end = headEnd(input, filled);
    while (end !== -1) {
      const path = input.toString("latin1", input.indexOf(0x20) + 1, input.indexOf(" HTTP/1."));
      const bytes = client.answerTo(path);
      if (latencyMs > 0 && path !== "/-/report") await delay();
      await writeAll(connection, bytes);
      input.copyWithin(0, end, filled);
      filled -= end;
      end = headEnd(input, filled);
    }
  }
}

function headEnd(input: Buffer, filled: number): number {
  if (filled < 4) return -1;
  // Nearly always the request ends where the input does.
  if (input.readUInt32BE(filled - 4) === 0x0d0a0d0a && input.indexOf("\r\n\r\n") === filled - 4) {
    return filled;
  }
  const at = input.subarray(0, filled).indexOf("\r\n\r\n");
  return at === -1 ? -1 : at + 4;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(written === 0 ? bytes : bytes.subarray(written));
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(JSON.stringify({ url: `http://127.0.0.1:${listener.addr.port}` }));
(async () => {
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
})();
for await (const connection of listener) {
  connection.setNoDelay();
  void serve(connection);
}
