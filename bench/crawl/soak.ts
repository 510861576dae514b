import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextLineStream } from "./text_lines.ts";
import { median } from "./report.ts";
import { LISTING_SIZE } from "./shop.ts";
import { ShopProcess } from "./shop_process.ts";

/** How long to crawl: whichever comes first. */
export interface SoakOptions {
  readonly pages: number;
  readonly minutes: number;
  readonly concurrency: number;
}

/** What the crawl says of itself. */
interface OwnSample {
  readonly pages: number;
  readonly queued: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** And what the operating system says of it. */
interface Sample extends OwnSample {
  readonly seconds: number;
  readonly handles: number;
  readonly sockets: number;
  readonly threads: number;
  readonly processes: number;
}

const SAMPLES = 200;
const MOST_LINES = 40;
/** The share of the samples that counts as warm-up. */
const WARM_UP = 0.2;
/** What the set of seen URLs may grow by, in bytes a page: 16-byte slots, a third of them filled. */
const SEEN_BYTES = 48;
/** What RSS may grow by besides, as a share. */
const MOST_GROWTH = 0.1;

/**
 * Crawls for long, prints the curve, and says whether anything grew.
 *
 * @returns The exit code.
 */
export async function soak(options: SoakOptions): Promise<number> {
  const { pages, minutes, concurrency } = options;
  const products = Math.floor(pages * LISTING_SIZE / (LISTING_SIZE + 1));
  const timeMs = Math.min(minutes * 60_000, 2 ** 31 - 1);
  // Roughly: nobody knows yet how fast it is.
  const sampleMs = Math.max(250, Math.min(timeMs, pages) / SAMPLES);
  const folder = await mkdtemp(join(tmpdir(), "bench-crawl-soak-"));
  try {
    await using shop = await ShopProcess.open(products, 0);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", join(import.meta.dirname!, "runners", "soak_crawl.ts")],
        ...[`${shop.url}/list/1000000`, join(folder, "items.jsonl")],
        ...[concurrency, timeMs, sampleMs].map(String),
      ],
      stdout: "piped",
    }).spawn();
    const { samples, end } = await watch(child);
    await child.status;
    print(samples);
    console.log(`\nIt ended: ${JSON.stringify(end)}`);
    return judge(samples, end) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface End {
  readonly outcome: string;
  readonly failures: number;
}

async function watch(child: Deno.ChildProcess): Promise<{ samples: Sample[]; end?: End }> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  let end: End | undefined;
  for await (const line of child.stdout.pipeThrough(new TextLineStream())) {
    const told = JSON.parse(line) as OwnSample | End;
    if ("outcome" in told) {
      end = told;
    } else {
      const seconds = (performance.now() - startedAt) / 1000;
      const seen = await observe(child.pid).catch(() => undefined); // it may have ended meanwhile
      if (seen !== undefined) samples.push({ ...told, seconds, ...seen });
    }
  }
  return { samples, ...(end === undefined ? {} : { end }) };
}

/** What the operating system says of a process (Linux: proc(5)). */
async function observe(
  pid: number,
): Promise<Pick<Sample, "handles" | "sockets" | "threads" | "processes">> {
  const handles = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    handles.map((handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => "")),
  );
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")
    ),
  );
  return {
    handles: handles.length,
    sockets: targets.filter((target) => target.startsWith("socket:")).length,
    threads: threads.length,
    processes: 1 + children.join(" ").split(" ").filter((child) => child !== "").length,
  };
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

function print(samples: readonly Sample[]): void {
  console.log(
    "| s | pages | queued | RSS MB | heap MB | external MB | handles | sockets | threads | processes |",
  );
  console.log(`|${" ---: |".repeat(10)}`);
  const step = Math.ceil(samples.length / MOST_LINES);
  for (const [index, sample] of samples.entries()) {
    if (index % step !== 0 && index !== samples.length - 1) continue;
    const { seconds, pages, queued, rss, heapUsed, external } = sample;
    const { handles, sockets, threads, processes } = sample;
    const memory = [rss, heapUsed, external].map(megabytes);
    const cells = [
      seconds.toFixed(0),
      pages,
      queued,
      ...memory,
      handles,
      sockets,
      threads,
      processes,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** Compares the first fifth after the warm-up with the last fifth. */
function judge(samples: readonly Sample[], end: End | undefined): boolean {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP), -1); // the last one is of its end
  const fifth = Math.max(1, Math.floor(warm.length / 5));
  const early = warm.slice(0, fifth);
  const late = warm.slice(-fifth);
  const of = (part: readonly Sample[], figure: (sample: Sample) => number) =>
    median(part.map(figure));
  const most = (part: readonly Sample[], figure: (sample: Sample) => number) =>
    Math.max(...part.map(figure));

  const [rssBefore, rssAfter] = [of(early, ({ rss }) => rss), of(late, ({ rss }) => rss)];
  const newPages = of(late, ({ pages }) => pages) - of(early, ({ pages }) => pages);
  const allowed = rssBefore * (1 + MOST_GROWTH) + newPages * SEEN_BYTES;
  const verdicts: [boolean, string][] = [
    [
      rssAfter <= allowed,
      `RSS: ${megabytes(rssBefore)} MB after the warm-up, ${megabytes(rssAfter)} MB at the end; ` +
      `allowed are ${megabytes(allowed)} MB (a tenth more, and ${SEEN_BYTES} bytes a page seen)`,
    ],
    ...(["handles", "sockets", "threads", "processes"] as const).map((name): [boolean, string] => {
      const [before, after] = [most(early, (one) => one[name]), most(late, (one) => one[name])];
      return [after <= before, `${name}: at most ${before} after the warm-up, ${after} at the end`];
    }),
    [end?.failures === 0, `failures: ${end?.failures ?? "it did not end well"}`],
  ];
  for (const [good, what] of verdicts) console.log(`${good ? "flat" : "NOT FLAT"}: ${what}`);
  return verdicts.every(([good]) => good);
}
