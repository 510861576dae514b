import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Candidate } from "./candidates.ts";
import { problemOf } from "./check_output.ts";
import { pageCount } from "./shop.ts";
import type { ShopProcess } from "./shop_process.ts";
import type { Workshop } from "./workshop.ts";

/** What a run is measured on. */
export interface Cell {
  readonly products: number;
  readonly latencyMs: number;
  readonly concurrency: number;
}

/** What one crawl cost, start-up included. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMegabytes: number;
}

/** One measured run. */
export interface Run extends Cell {
  readonly candidate: string;
  /** The crawl of one page. */
  readonly startUp: Cost;
  /** The crawl of the shop. */
  readonly crawl: Cost;
  /** As the server saw it, without the first and the last tenth. */
  readonly steadyPagesPerSecond: number;
  /** The server's own CPU, in microseconds a request. */
  readonly serverMicroseconds: number;
  readonly mostConnections: number;
  /** Why it does not count, if it does not. */
  readonly problem?: string;
}

/** What a run needs. */
export interface RunContext {
  readonly workshop: Workshop;
  readonly shop: ShopProcess;
  /** When a crawl is killed. */
  readonly limitSeconds: number;
}

interface Measured extends Cost {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lets a candidate crawl one page, then the whole shop, and checks what it wrote. */
export async function runOnce(
  candidate: Candidate,
  cell: Cell,
  context: RunContext,
): Promise<Run> {
  const { shop } = context;
  const folder = await mkdtemp(join(tmpdir(), "bench-crawl-"));
  const outputPath = join(folder, "items.jsonl");
  const crawl = (path: string) =>
    measured(candidate, [`${shop.url}${path}`, outputPath, `${cell.concurrency}`], folder, context);
  try {
    const startUp = await crawl("/one");
    await shop.report();
    const whole = await crawl("/list/1000000");
    const report = await shop.report();
    const problem = startUp.code !== 0
      ? failure(startUp)
      : whole.code !== 0
      ? failure(whole)
      : await problemOf(outputPath, cell.products).catch(String);
    return {
      candidate: candidate.name,
      ...cell,
      startUp: costOf(startUp),
      crawl: costOf(whole),
      steadyPagesPerSecond: report.steadyPagesPerSecond,
      serverMicroseconds: report.cpuMicroseconds / Math.max(1, report.requests),
      mostConnections: report.mostConnections,
      ...(problem === undefined ? {} : { problem }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** CPU seconds per 1000 pages, start-up left out. */
export function cpuPer1000({ startUp, crawl, products }: Run): number {
  return (crawl.cpuSeconds - startUp.cpuSeconds) * 1000 / pageCount(products);
}

/** Pages per second, start-up left out. */
export function pagesPerSecond({ startUp, crawl, products }: Run): number {
  return pageCount(products) / (crawl.wallSeconds - startUp.wallSeconds);
}

async function measured(
  candidate: Candidate,
  args: readonly string[],
  folder: string,
  { workshop, limitSeconds }: RunContext,
): Promise<Measured> {
  const result = join(folder, "cost.json");
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: [
      join(import.meta.dirname!, "measure.py"),
      result,
      `${limitSeconds}`,
      ...candidate.command(workshop),
      ...args,
      ...candidate.args ?? [],
    ],
    cwd: folder,
    env: { NO_COLOR: "1", ...candidate.env?.(workshop) },
  }).output();
  const cost = JSON.parse(await readFile(result, "utf8")) as Cost & { code: number };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { ...cost, stdout: text(stdout), stderr: text(stderr) };
}

function failure({ code, stderr }: Measured): string {
  if (code === -9) return "it took too long";
  const lines = stderr.split("\n");
  return `code ${code}: ${lines.find((line) => /Error/.test(line)) ?? lines.at(-1)}`;
}

function costOf({ wallSeconds, cpuSeconds, rssMegabytes }: Cost): Cost {
  return { wallSeconds, cpuSeconds, rssMegabytes };
}
