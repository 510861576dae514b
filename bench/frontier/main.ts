/**
 * Queues of crawls: ours, in memory, in SQLite and in Redis, beside those of others.
 *
 * `deno task bench frontier [--rounds 5] [--count 10000] [--only NAME]... [--large 5000000]`
 *
 * Each candidate runs in a process of its own, and they take turns, so that a busy machine is busy for all.
 * Redis is started on loopback with an append-only file, for each of them anew. scrapy-redis runs if
 * `SCRAPY_REDIS` names a folder with its source (`src/` of the repository) and `/usr/bin/python3` has Scrapy
 * and redis-py; `PYTHON` names another Python.
 *
 * `--large` also makes a file with that many queued requests, and measures how long it takes to open.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { CANDIDATES, type Figures } from "./candidates.ts";
import { measureFile, measureLargeFile } from "./files.ts";

/** How many times as fast as another ours has to be, by kind of work. */
const GOALS: readonly [ours: string, other: string, goals: Readonly<Record<string, number>>][] = [
  ["SqliteFrontier", "Crawlee RequestQueue, memory", {
    "push one by one": 5,
    "push batched": 5,
    "lease+settle one by one": 5,
  }],
  ["RedisFrontier", "BullMQ", { "lease+settle 100 at once": 4 }],
  ["RedisFrontier", "scrapy-redis", { "push one by one": 1 }],
];

/** By kind of work; where only a number is known, that. */
type Results = Readonly<Record<string, Figures | number>>;

const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    count: { type: "string", default: "10000" },
    only: { type: "string", multiple: true },
    large: { type: "string" },
  },
});

async function resultsOf(name: string): Promise<Results | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "bench-frontier-"));
  const { flags = [], python } = CANDIDATES[name]!;
  const [program, ...args] = python === undefined
    ? [process.execPath, "run", "-A", "--no-check", ...flags, "worker.ts", name]
    : [process.env.PYTHON ?? "/usr/bin/python3", python];
  try {
    const { stdout } = await run(program!, [...args, options.count, folder], {
      cwd: import.meta.dirname,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1)!);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    console.error(`${name} is left out: ${stderr.trim().split("\n").at(-1)}`);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!;
}

function mediansOf(rounds: readonly Results[]): Results {
  const kinds = Object.keys(rounds[0]!);
  return Object.fromEntries(kinds.map((kind) => [kind, medianOf(rounds.map((r) => r[kind]!))]));
}

function medianOf(results: readonly (Figures | number)[]): Figures | number {
  const figures = results.filter((result) => typeof result === "object");
  if (figures.length === 0) return median(results.filter((result) => typeof result === "number"));
  return {
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    cpuMicroseconds: median(figures.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  };
}

function printTable(all: ReadonlyMap<string, Results>): void {
  const kinds = [...new Set([...all.values()].flatMap(Object.keys))];
  console.log(`| requests a second (µs CPU each), or bytes of each | ${kinds.join(" | ")} |`);
  console.log(`| --- |${kinds.map(() => " ---: |").join("")}`);
  for (const [name, results] of all) {
    const cells = kinds.map((kind) => results[kind] === undefined ? "" : cell(results[kind]));
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

function cell(result: Figures | number): string {
  if (typeof result === "number") return String(Math.round(result));
  return `${Math.round(result.perSecond)} (${result.cpuMicroseconds.toFixed(0)})`;
}

function rateOf(result: Figures | number): number {
  return typeof result === "number" ? result : result.perSecond;
}

/** How much more CPU time another takes, where both are known. */
function cpuRatio(mine: Figures | number, theirs: Figures | number): string {
  if (typeof mine === "number" || typeof theirs === "number") return "";
  return `, in CPU time ${(theirs.cpuMicroseconds / mine.cpuMicroseconds).toFixed(1)}x`;
}

function printRatios(all: ReadonlyMap<string, Results>): void {
  for (const [ours, other, goals] of GOALS) {
    const [mine, theirs] = [all.get(ours), all.get(other)];
    if (mine === undefined || theirs === undefined) continue;
    for (const [kind, goal] of Object.entries(goals)) {
      const [own, its] = [mine[kind]!, theirs[kind]!];
      const rate = rateOf(own) / rateOf(its);
      console.log(
        `${ours} ÷ ${other}, ${kind}: ${rate.toFixed(1)}x${cpuRatio(own, its)} (goal ${goal}x)`,
      );
    }
  }
}

const known = Object.keys(CANDIDATES);
const names = options.only ?? known;
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  throw new Error(
    `No candidate is called '${unknown}'; '--only' takes one of: ${known.join("; ")}`,
  );
}
const rounds = new Map<string, Results[]>();
for (let round = 0; round < Number(options.rounds); round++) {
  for (const name of names) {
    const results = await resultsOf(name);
    if (results !== undefined) rounds.set(name, [...rounds.get(name) ?? [], results]);
  }
}
const all = new Map([...rounds].map(([name, results]) => [name, mediansOf(results)]));
console.log(
  `${options.count} requests for 100 hosts with 10 priorities; medians of ${options.rounds} turns`,
);
printTable(all);
printRatios(all);
await measureFile(100_000);
if (options.large !== undefined) await measureLargeFile(Number(options.large));
