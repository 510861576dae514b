import { DenoTransport, hasDenoHttp } from "./deno.ts";
import type { Transport } from "./transport.ts";
import { UndiciTransport } from "./undici.ts";

/** What the runtime itself has for sending requests: Deno's `fetch`, elsewhere undici. */
export function platformTransport(): Transport {
  return hasDenoHttp() ? new DenoTransport() : new UndiciTransport();
}
