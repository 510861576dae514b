/*
 * The queues that are measured. Those of others are no dependencies of the workspace, so their names are in
 * strings that are imported when they are wanted. Another one is added to `CANDIDATES`, and to `GOALS` in
 * `main.ts` where ours has to be so many times as fast.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Frontier, FrontierItem } from "@orbweaver/spider";
import { HAS_REDIS, RedisServer } from "../../tests/spider/redis/_redis_server.ts";

/** A request to queue. */
export interface Item {
  readonly url: string;
  readonly host: string;
  readonly priority: number;
}

/** A queue, as the benchmark sees it. */
export interface Queue extends AsyncDisposable {
  /** Queues requests that were not seen before, in one call. */
  push(items: readonly Item[]): Promise<void>;
  /** Takes up to that many requests and marks them done; gives how many there were. */
  finish(count: number): Promise<number>;
  /** How many bytes its server takes, where it has one. */
  memory?(): Promise<number>;
}

/** How one kind of work went. */
export interface Figures {
  readonly perSecond: number;
  /** For each request, in the candidate's own process. */
  readonly cpuMicroseconds: number;
}

/** What is measured. */
export interface Candidate {
  /** Opens an empty queue, which may keep its files in a folder. */
  open(folder: string): Promise<Queue>;
  /** A program of Python that does the work instead. */
  readonly python?: string;
  /** False where many at once are no different from one by one. Default true. */
  readonly finishesMany?: boolean;
  /** The arguments of Deno to run it with; those of the workspace if there are none. */
  readonly flags?: readonly string[];
}

// deno-lint-ignore no-explicit-any -- they are not installed, so there are no types
type Library = any;

const OURS = "@orbweaver/spider";
/** They must not get into the lock file and into node_modules. */
const OUTSIDE = ["--no-config", "--no-lock", "--node-modules-dir=none"];
/** About what a request with a referer and a callback takes. */
const PAYLOAD = "x".repeat(150);
const encoder = new TextEncoder();

/** The candidates by name. */
export const CANDIDATES: Readonly<Record<string, Candidate>> = {
  "SqliteFrontier": {
    open: (folder) => openSqlite(folder, "normal"),
  },
  "SqliteFrontier, full": {
    open: (folder) => openSqlite(folder, "full"),
  },
  "MemoryFrontier": {
    open: async () => {
      const { MemoryFrontier }: Library = await load(OURS);
      return queueOf<string>(new MemoryFrontier(), (text) => text);
    },
  },
  "RedisFrontier": {
    open: async () => {
      const { RedisFrontier }: Library = await load(`${OURS}/redis`);
      const server = await startRedis();
      const frontier = await RedisFrontier.open(server.url, { name: "bench" });
      const queue = queueOf<Uint8Array>(frontier, (text) => encoder.encode(text));
      return onServer(server, queue);
    },
  },
  "BullMQ": {
    flags: OUTSIDE,
    open: async () => await openBullMq(await startRedis()),
  },
  "scrapy-redis": {
    python: "scrapy_redis_worker.py",
    open: () => Promise.reject(new Error("It is a program of its own")),
  },
  "Crawlee RequestQueue, memory": {
    finishesMany: false,
    flags: OUTSIDE,
    open: async () => {
      const { Configuration, RequestQueue, log }: Library = await load("npm:@crawlee/core@3.18.1");
      const { MemoryStorage }: Library = await load("npm:@crawlee/memory-storage@3.18.1");
      log.setLevel(log.LEVELS.ERROR);
      const storageClient = new MemoryStorage({ persistStorage: false, writeMetadata: false });
      const options = { storageClient, persistStorage: false, purgeOnStart: false };
      const queue = await RequestQueue.open("bench", { config: new Configuration(options) });
      const request = ({ url }: Item) => ({ url, userData: { payload: PAYLOAD } });
      return {
        async push(items) {
          if (items.length === 1) await queue.addRequest(request(items[0]!));
          else await queue.addRequests(items.map(request));
        },
        async finish(count) {
          for (let done = 0; done < count; done++) {
            const next = await queue.fetchNextRequest();
            if (next === null) return done;
            await queue.markRequestHandled(next);
          }
          return count;
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  },
};

async function openSqlite(folder: string, durability: string): Promise<Queue> {
  const { SqliteFrontier }: Library = await load(OURS);
  const frontier = await SqliteFrontier.open(join(folder, "crawl.sqlite"), { durability });
  return queueOf<Uint8Array>(frontier, (text) => encoder.encode(text));
}

/** As a crawl that is to survive its server would have it. */
async function startRedis(): Promise<RedisServer> {
  if (!HAS_REDIS) throw new Error("redis-server is not installed");
  return await RedisServer.start({ appendOnly: true });
}

function onServer(server: RedisServer, queue: Queue): Queue {
  return {
    ...queue,
    memory: () => server.usedMemory(),
    async [Symbol.asyncDispose]() {
      try {
        await queue[Symbol.asyncDispose]();
      } finally {
        await server[Symbol.asyncDispose]();
      }
    },
  };
}

/** Jobs are kept when they are done: BullMQ knows a job again for only as long as it keeps it. */
async function openBullMq(server: RedisServer): Promise<Queue> {
  const { Queue: BullQueue, Worker }: Library = await load("npm:bullmq@6.7.0");
  const { Redis }: Library = await load("npm:ioredis@6.0.0");
  const clients = [1, 2].map(() => new Redis(server.url, { maxRetriesPerRequest: null }));
  const queue = new BullQueue("bench", { connection: clients[0] });
  const jobOf = ({ url, priority }: Item) => ({
    name: "page",
    data: { url, payload: PAYLOAD },
    opts: {
      jobId: createHash("sha256").update(url).digest("hex").slice(0, 32),
      priority: priority + 1,
    },
  });
  let finished = 0;
  let wanted = Infinity;
  let reach = () => {};
  const work = () => {
    finished += 1;
    if (finished >= wanted) reach();
    return Promise.resolve();
  };
  const worker = new Worker("bench", work, { connection: clients[1], autorun: false });
  let running: Promise<void> | undefined;
  return onServer(server, {
    async push(items) {
      if (items.length > 1) return void await queue.addBulk(items.map(jobOf));
      const { name, data, opts } = jobOf(items[0]!);
      await queue.add(name, data, opts);
    },
    /** The worker runs on: what it has done beyond is part of the next. */
    async finish(count) {
      worker.concurrency = count;
      running ??= worker.run();
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = count;
      reach = resolve;
      if (finished >= wanted) resolve();
      await promise;
      finished -= count;
      wanted = Infinity;
      return count;
    },
    async [Symbol.asyncDispose]() {
      await worker.close();
      await running;
      await queue.close();
      for (const client of clients) client.disconnect();
    },
  });
}

function load(specifier: string): Promise<Library> {
  return import(specifier);
}

function queueOf<P>(frontier: Frontier<P>, payloadOf: (text: string) => P): Queue {
  const itemOf = ({ url, host, priority }: Item): FrontierItem<P> => ({
    fingerprint: createHash("sha256").update(url).digest("hex").slice(0, 32),
    key: host,
    priority,
    payload: payloadOf(`${url} ${PAYLOAD}`),
  });
  return {
    push: async (items) => void await frontier.push(items.map(itemOf)),
    async finish(count) {
      const leases = await frontier.lease({ max: count });
      await Promise.all(leases.map((lease) => frontier.settle(lease, {})));
      return leases.length;
    },
    [Symbol.asyncDispose]: () => frontier.close(),
  };
}
