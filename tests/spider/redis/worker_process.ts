/** One worker of a shared crawl, in a process of its own: `deno run worker_process.ts <settings as JSON>`. */
import process from "node:process";
import { JsonlSink, type Limits, type Response, Spider } from "@orbweaver/spider";
import { redis } from "@orbweaver/spider/redis";

/** What a worker is told. */
export interface WorkerSettings {
  /** The Redis. */
  store: string;
  /** The crawl's name. */
  name: string;
  /** The site. */
  site: string;
  /** The first pages. */
  starts: number[];
  /** For how long a request is leased. */
  leaseMs: number;
  /** Where the items go. Default: nowhere. */
  file?: string;
  /** The delay between requests. */
  delayMs?: number;
  /** The pages in flight. */
  concurrency?: number;
  /** Where the crawl ends. */
  limits?: Limits;
  /** How long each start request takes to come. */
  startMs?: number;
}

const settings: WorkerSettings = JSON.parse(process.argv[2]!);

class Maze extends Spider {
  override name = settings.name;
  override startUrls = [settings.site];
  override logLevel = "error" as const;
  override concurrentRequests = settings.concurrency ?? 8;
  override downloadDelayMs = settings.delayMs ?? 0;
  override limits = settings.limits ?? {};

  override async *startRequests() {
    for (const page of settings.starts) {
      if (settings.startMs) await new Promise((resolve) => setTimeout(resolve, settings.startMs));
      yield `${settings.site}/${page}`;
    }
  }

  override async *parse(response: Response) {
    for (const item of response.css("p::text").getAll()) yield { item };
    for (const link of response.css("a::attr(href)").getAll()) yield response.follow(link);
  }
}

const result = await new Maze().start({
  store: redis(settings.store, { leaseMs: settings.leaseMs, commandTimeoutMs: 5_000 }),
  sinks: settings.file === undefined ? [] : [new JsonlSink(settings.file)],
});
console.log(JSON.stringify({
  outcome: result.outcome,
  pages: result.stats.requestsCount,
  items: result.items.length,
}));
