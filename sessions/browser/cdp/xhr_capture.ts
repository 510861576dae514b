import { Response } from "@orbweaver/session";
import { Buffer } from "node:buffer";
import type { XhrFilter } from "../options/fetch_options.ts";
import { Exchanges, type RequestEvent } from "./exchanges.ts";
import { isAnswered, toResponseData } from "./hop_data.ts";
import type { ScopedSession } from "./scoped_session.ts";

const TYPES = ["XHR", "Fetch"];

/** Chromium drops the oldest bodies for new ones: so much may arrive while one is being read. */
const HEADROOM_BYTES = 64 * 1024 * 1024;

/** A place in the order of arrival, filled once the body is here; one that stays empty was lost. */
interface Captured {
  response?: Response;
}

/**
 * Keeps the answers to what a page and its frames and workers fetch themselves, each as soon as it
 * is complete.
 *
 * Chromium drops the bodies of a page when it goes elsewhere, unless it is told to keep them outside
 * of the page ("durable messages"; Chromium 156 has them). Holding up the answers instead would
 * stop streams, and synchronous requests for good.
 */
export class XhrCapture {
  readonly #filter: XhrFilter;
  readonly #maxBytes: number;
  readonly #captured: Captured[] = [];
  readonly #pending = new Set<Promise<void>>();
  #usedBytes = 0;
  #omitted = 0;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param filter Which answers to keep, by the URL that was asked for.
   * @param maxBytes The largest sum of what is kept, in bytes.
   */
  constructor(filter: XhrFilter, maxBytes: number) {
    this.#filter = filter;
    this.#maxBytes = maxBytes;
  }

  /** How many answers were left out because they were too large, or could not be had. */
  get omitted(): number {
    return this.#omitted;
  }

  /**
   * Keeps what a target fetches, from now on.
   *
   * @param cdp The session to the target.
   */
  async watch(cdp: ScopedSession): Promise<void> {
    const exchanges = new Exchanges(cdp, (event) => this.#wants(event));
    const sizes = new Map<string, number>();
    cdp.on<{ requestId: string; dataLength: number }>("Network.dataReceived", (event) => {
      if (!exchanges.has(event.requestId)) return;
      sizes.set(event.requestId, (sizes.get(event.requestId) ?? 0) + event.dataLength);
    });
    cdp.on<{ requestId: string }>("Network.loadingFinished", ({ requestId }) => {
      if (exchanges.has(requestId)) {
        this.#take(cdp, exchanges, requestId, sizes.get(requestId) ?? 0);
      }
    });
    const limits = {
      maxTotalBufferSize: this.#maxBytes + HEADROOM_BYTES,
      maxResourceBufferSize: this.#maxBytes,
    };
    await Promise.all([
      cdp.send("Network.enable", limits),
      // An older browser doesn't know it, and loses what a page gets just before it goes.
      cdp.send("Network.configureDurableMessages", limits).catch(() => {}),
    ]);
  }

  /**
   * What was kept, in order of arrival. What is still on its way is not waited for.
   *
   * @throws What the filter threw, if it did.
   */
  async finish(): Promise<Response[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    await Promise.all(this.#pending);
    return this.#captured.flatMap(({ response }) => response ?? []);
  }

  #wants({ type, request: { url } }: RequestEvent): boolean {
    if (!TYPES.includes(type) || this.#failure !== undefined) return false;
    try {
      // `search` begins at the start whatever the pattern's flags, where `test` goes on from the last match.
      return this.#filter instanceof RegExp ? url.search(this.#filter) >= 0 : this.#filter(url);
    } catch (error) {
      this.#failure = { error };
      return false;
    }
  }

  #take(cdp: ScopedSession, exchanges: Exchanges, id: string, bytes: number): void {
    if (this.#usedBytes + bytes > this.#maxBytes) {
      this.#omitted++;
      return;
    }
    this.#usedBytes += bytes;
    const captured: Captured = {};
    this.#captured.push(captured);
    const taking = this.#fill(captured, cdp, exchanges, id, bytes).catch(() => {
      this.#omitted++;
    });
    this.#pending.add(taking);
    void taking.finally(() => this.#pending.delete(taking));
  }

  async #fill(
    captured: Captured,
    cdp: ScopedSession,
    exchanges: Exchanges,
    id: string,
    bytes: number,
  ): Promise<void> {
    const body = bytes === 0 ? { body: new Uint8Array() } : await readBody(cdp, id);
    const hops = exchanges.hopsOf(id).filter(isAnswered);
    const last = hops.at(-1);
    if (last === undefined) return;
    captured.response = new Response({
      ...toResponseData(last),
      ...body,
      history: hops.slice(0, -1).map((hop) => new Response(toResponseData(hop))),
    });
  }
}

/** Chromium gives texts decoded, and all else as it is. */
async function readBody(
  cdp: ScopedSession,
  requestId: string,
): Promise<{ body: Uint8Array; encoding?: string }> {
  const { body, base64Encoded } = await cdp.send<{ body: string; base64Encoded: boolean }>(
    "Network.getResponseBody",
    { requestId },
  );
  if (base64Encoded) return { body: new Uint8Array(Buffer.from(body, "base64")) };
  return { body: new TextEncoder().encode(body), encoding: "utf-8" };
}
