import { Redis } from "ioredis";
import type { Buffer } from "node:buffer";
import { systemClock } from "../engine/clock.ts";
import {
  clusterMessage,
  StoreError,
  storeErrorOf,
  StoreRefusedError,
  troubleOf,
} from "./redis_errors.ts";
import { type Argument, pack } from "./redis_packing.ts";
import type { Script } from "./redis_scripts/scripts.ts";
import { placeOf } from "./redis_url.ts";
import { Watch } from "./redis_watch.ts";

/** Settings of a {@linkcode RedisConnection}. */
export interface RedisConnectionOptions {
  /** The server. */
  readonly url: URL;
  /** Certificates of authorities to trust besides the machine's, in PEM. */
  readonly ca?: string | undefined;
  /** What every key begins with. */
  readonly prefix: string;
  /** How long a server that does not answer is waited for at the start, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long it is waited for later, in milliseconds. */
  readonly patienceMs: number;
  /** How long one command may take, in milliseconds; then the connection counts as broken. */
  readonly commandTimeoutMs: number;
  /** Called when there may be something new to take. */
  readonly onWake: () => void;
}

/** A client that is connected, and who watches it. */
interface Link {
  readonly client: Redis;
  readonly watch: Watch;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** How long a connection that is closed may take to say goodbye; one that is broken never does. */
const GOODBYE_MS = 100;
/** The oldest server whose scripts and memory use are known to be right. */
const OLDEST_VERSION = 7;
const KEYS_A_PAGE = 1_000;
/** The most bytes a call may have; Redis closes the connection of who sends 1 GB. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * A connection that comes back: a call waits, with back-off, while the server is away or full, and is
 * sent again until it was answered. So whatever is called must be such that twice is the same as once.
 */
export class RedisConnection {
  readonly place: string;
  readonly #options: RedisConnectionOptions;
  readonly #closing = new AbortController();
  readonly #hurry = new AbortController();
  readonly #calls = new Set<Promise<unknown>>();
  #link: Promise<Link> | undefined;

  private constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.place = placeOf(options.url);
  }

  /**
   * Connects.
   *
   * @throws {StoreError} If the server does not answer in time, or refuses.
   */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    try {
      await connection.#patiently(options.connectTimeoutMs, async (client) => {
        refuseUnsuitable(await client.info("server").catch(() => ""), connection.place);
      });
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * Runs a script until it was answered.
   *
   * @param script The script.
   * @param args Its arguments; it gets them packed into one, after the prefix of the keys.
   * @param signal Ends the waiting for a server that is away.
   * @throws {StoreError} If the server refuses, or was away or full for too long.
   */
  call(script: Script, args: readonly Argument[], signal?: AbortSignal): Promise<unknown> {
    let bytes = 0;
    for (const arg of args) bytes += arg.length;
    if (bytes > MOST_BYTES) {
      return Promise.reject(
        new StoreError(
          `One step may take ${MOST_BYTES} bytes to Redis: received ${bytes}; give fewer or smaller ` +
            `requests and items at a time`,
          { place: this.place, problem: "failed" },
        ),
      );
    }
    const packed = pack(args);
    const call = this.#patiently(
      this.#options.patienceMs,
      (client) => run(client, script, this.#options.prefix, packed),
      signal,
    );
    this.#calls.add(call);
    const done = () => this.#calls.delete(call);
    call.then(done, done);
    return call;
  }

  /** Deletes every key that begins with the prefix, what the crawl is known by first. */
  async deleteAll(): Promise<void> {
    const { prefix, patienceMs } = this.#options;
    await this.#patiently(patienceMs, (client) => client.unlink(`${prefix}meta`));
    for await (const keys of this.keys(`${escaped(prefix)}*`)) {
      await this.#patiently(patienceMs, (client) => client.unlink(...keys));
    }
  }

  /**
   * The keys of the server that fit a pattern, in pages.
   *
   * @param pattern The pattern, as for `SCAN`.
   */
  async *keys(pattern: string): AsyncIterable<string[]> {
    let cursor = "0";
    do {
      const [next, keys] = await this.#patiently(
        this.#options.patienceMs,
        (client) => client.scan(cursor, "MATCH", pattern, "COUNT", KEYS_A_PAGE),
      );
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== "0");
  }

  /** From now on a server that is away or full is waited for no more: what can't be done at once fails. */
  hurry(): void {
    this.#hurry.abort();
  }

  /** Lets the calls under way end, and closes; idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#calls);
    const link = await this.#link?.catch(() => undefined);
    if (link !== undefined) await ended(link);
  }

  async #patiently<T>(
    patienceMs: number,
    attempt: (client: Redis) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const begin = performance.now();
    let stop: AbortSignal | undefined;
    for (let failures = 0;; failures++) {
      if (this.#closing.signal.aborted) {
        throw new StoreError("The store was closed", { place: this.place, problem: "failed" });
      }
      const link = this.#connected();
      try {
        const { client, watch } = await link;
        return await watch.answerTo(() => attempt(client));
      } catch (error) {
        // Only now, since most calls are answered the first time.
        stop ??= this.#stopOf(signal);
        const waitedMs = performance.now() - begin;
        const isOver = waitedMs >= patienceMs || stop.aborted;
        if (troubleOf(error) === "final" || isOver) {
          throw storeErrorOf(error, this.place, waitedMs);
        }
        if (troubleOf(error) === "away") await this.#drop(link);
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      await systemClock.sleep(pauseMs * (0.5 + Math.random() / 2), stop);
    }
  }

  /** What ends the waiting for a server. */
  #stopOf(signal: AbortSignal | undefined): AbortSignal {
    const ends = [this.#closing.signal, this.#hurry.signal];
    return AbortSignal.any(signal === undefined ? ends : [signal, ...ends]);
  }

  #connected(): Promise<Link> {
    this.#link ??= this.#connect();
    return this.#link;
  }

  /** Every connection is a new one: none comes back by itself, half set up. */
  async #connect(): Promise<Link> {
    const { url, ca, connectTimeoutMs, commandTimeoutMs, prefix, onWake } = this.#options;
    const client = new Redis(url.href, {
      lazyConnect: true,
      retryStrategy: () => null,
      enableReadyCheck: false,
      disableClientInfo: true,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      connectTimeout: Math.min(connectTimeoutMs, commandTimeoutMs),
      disconnectTimeout: GOODBYE_MS,
      ...(ca === undefined || url.protocol === "redis:" ? {} : { tls: { ca } }),
    });
    const link = { client, watch: new Watch(commandTimeoutMs, () => client.disconnect()) };
    let failure: Error | undefined;
    client.on("error", (error: Error) => failure ??= error);
    try {
      await link.watch.answerTo(async () => {
        await client.connect();
        client.on("message", onWake);
        await client.subscribe(`${prefix}wake`);
      });
    } catch (error) {
      await ended(link);
      throw failure ?? error;
    }
    // Whatever was published while there was no connection was not heard.
    onWake();
    return link;
  }

  /** Gives a connection up that does not work, unless another took its place already. */
  async #drop(dropped: Promise<Link>): Promise<void> {
    if (this.#link === dropped) this.#link = undefined;
    const link = await dropped.catch(() => undefined);
    if (link !== undefined) await ended(link);
  }
}

/** A text as it is in a pattern that fits nothing else. */
function escaped(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, "\\$&");
}

/** By its digest, and by its text where the server does not know it yet, or any more. */
async function run(
  client: Redis,
  { text, sha1 }: Script,
  prefix: string,
  packed: Buffer,
): Promise<unknown> {
  try {
    return await client.callBuffer("EVALSHA", sha1, "1", prefix, packed);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return await client.callBuffer("EVAL", text, "1", prefix, packed);
  }
}

function refuseUnsuitable(info: string, place: string): void {
  if (/^redis_mode:cluster\b/m.test(info)) {
    throw new StoreRefusedError(clusterMessage(place), { place, problem: "refused" });
  }
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  if (version === undefined || Number.parseInt(version) >= OLDEST_VERSION) return;
  throw new StoreRefusedError(
    `The Redis at ${place} is of version ${version}: expected ${OLDEST_VERSION} or newer`,
    { place, problem: "refused" },
  );
}

/** Closes a connection; resolves when it is closed. */
function ended({ client, watch }: Link): Promise<void> {
  watch.end();
  if (client.status === "end") return Promise.resolve();
  const end = new Promise<void>((resolve) => client.once("end", () => resolve()));
  client.disconnect();
  return end;
}
