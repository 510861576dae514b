/**
 * Crawling a whole shop: ours beside its peers and a crawl by hand, outputs checked.
 *
 * `--preset quick|full`, or `--products 2000,10000 --latency 0,50 --concurrency 16,64 --rounds 5`;
 * `--only REGEXP` leaves candidates out, `--minutes 15` ends it, `--json FILE` keeps the runs, and goes
 * on with those that are there; `--profile` tells where our CPU time goes, `--soak` crawls for long.
 * README.md in this folder says more.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Candidate, CANDIDATES } from "./candidates.ts";
import { cells, PRESETS, type Stage } from "./plan.ts";
import { profile } from "./profile.ts";
import { cellKey, tables } from "./report.ts";
import { type Cell, type Run, type RunContext, runOnce } from "./run.ts";
import { ShopProcess } from "./shop_process.ts";
import { soak } from "./soak.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const { values: options } = parseArgs({
  args: Deno.args,
  options: {
    preset: { type: "string", default: "quick" },
    products: { type: "string" },
    latency: { type: "string" },
    concurrency: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string" },
    minutes: { type: "string" },
    limit: { type: "string", default: "600" },
    json: { type: "string" },
    profile: { type: "boolean" },
    soak: { type: "boolean" },
    pages: { type: "string" },
  },
});

/** The stages that were asked for, and for how long they may go on. */
function planOf(): { stages: readonly Stage[]; minutes: number } {
  const preset = PRESETS[options.preset];
  if (preset === undefined) {
    throw new Error(
      `Expected --preset ${Object.keys(PRESETS).join("|")}: received ${options.preset}`,
    );
  }
  const minutes = Number(options.minutes ?? preset.minutes);
  const { products, latency, concurrency, rounds } = options;
  if ((products ?? latency ?? concurrency) === undefined) {
    const stages = preset.stages.map((stage) => ({
      ...stage,
      rounds: Number(rounds ?? stage.rounds),
    }));
    return { stages, minutes };
  }
  const own = cells(numbers(products, [2_000]), numbers(latency, [0]), numbers(concurrency, [64]));
  return { stages: [{ cells: own, rounds: Number(rounds ?? 5), takesPart: () => true }], minutes };
}

function numbers(list: string | undefined, otherwise: readonly number[]): readonly number[] {
  return list?.split(",").map(Number) ?? otherwise;
}

/** The runs so far, each written down as soon as it has ended. */
class Journal {
  readonly runs: Run[];
  readonly #path: string | undefined;

  private constructor(runs: Run[], path: string | undefined) {
    this.runs = runs;
    this.#path = path;
  }

  static async open(path: string | undefined): Promise<Journal> {
    const exists = path !== undefined && existsSync(path);
    const runs = exists ? (JSON.parse(await readFile(path, "utf8")) as { runs: Run[] }).runs : [];
    return new Journal(runs, path);
  }

  /** How often a candidate has run in a cell. */
  count({ name }: Candidate, cell: Cell): number {
    const key = cellKey(cell);
    return this.runs.filter((run) => run.candidate === name && cellKey(run) === key).length;
  }

  async add(run: Run): Promise<void> {
    this.runs.push(run);
    if (this.#path === undefined) return;
    const machine = { ...Deno.version, cores: navigator.hardwareConcurrency };
    await writeFile(this.#path, JSON.stringify({ machine, runs: this.runs }, null, 1) + "\n");
  }
}

/** Candidates take turns, round after round, so that what else the machine does is shared among them. */
async function measureCell(
  cell: Cell,
  candidates: readonly Candidate[],
  rounds: number,
  journal: Journal,
  workshop: Workshop,
): Promise<void> {
  await using shop = await ShopProcess.open(cell.products, cell.latencyMs);
  const context: RunContext = { workshop, shop, limitSeconds: Number(options.limit) };
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      if (Date.now() > endsAt) return;
      if (journal.count(candidate, cell) > round) continue;
      const run = await runOnce(candidate, cell, context);
      await journal.add(run);
      const what = run.problem ?? `${run.crawl.cpuSeconds.toFixed(2)} CPU s`;
      console.error(`${cellKey(cell)}, round ${round + 1}: ${candidate.name}: ${what}`);
    }
  }
}

async function compare(): Promise<void> {
  const { only } = options;
  const wanted = CANDIDATES.filter(({ name }) => only === undefined || new RegExp(only).test(name));
  const { workshop, ready } = await openWorkshop(wanted);
  const journal = await Journal.open(options.json);
  console.log(
    `deno task bench crawl ${Deno.args.join(" ")}\n${
      new Date().toISOString().slice(0, 10)
    }, Deno ${Deno.version.deno}, load average ${
      Deno.loadavg()[0]!.toFixed(1)
    } at the start on ${navigator.hardwareConcurrency} cores\n`,
  );
  for (const { cells, rounds, takesPart } of plan.stages) {
    for (const cell of cells) {
      await measureCell(cell, ready.filter(takesPart), rounds, journal, workshop);
    }
  }
  console.log(tables(journal.runs, CANDIDATES.map(({ name }) => name)));
  const server = journal.runs.map(({ serverMicroseconds }) => serverMicroseconds);
  console.log(`\nThe server: at least ${Math.min(...server).toFixed(0)} µs of CPU a request.`);
  if (Date.now() > endsAt) console.log("\nIts time was over before everything was measured.");
}

const plan = planOf();
const endsAt = Date.now() + plan.minutes * 60_000;
if (options.profile) {
  await profile({
    products: Number(options.products ?? 10_000),
    concurrency: Number(options.concurrency ?? 64),
  });
} else if (options.soak) {
  process.exitCode = await soak({
    pages: Number(options.pages ?? 1_000_000),
    minutes: Number(options.minutes ?? Infinity),
    concurrency: Number(options.concurrency ?? 64),
  });
} else {
  await compare();
}
