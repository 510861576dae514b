/**
 * Queues of crawls: ours, in memory and in SQLite, beside those of others.
 *
 * `deno task bench frontier [--rounds 5] [--count 10000] [--only NAME]... [--large 5000000]`
 *
 * Each candidate runs in a process of its own, and they take turns, so that a busy machine is busy for all.
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
];

type Results = Readonly<Record<string, Figures>>;

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
  const worker = join(import.meta.dirname!, "worker.ts");
  const flags = CANDIDATES[name]!.flags ?? [];
  try {
    const args = ["run", "-A", "--no-check", ...flags, worker, name, options.count, folder];
    const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname });
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
  const of = (kind: string, member: keyof Figures) =>
    median(rounds.map((results) => results[kind]![member]));
  return Object.fromEntries(kinds.map((kind) => [kind, {
    perSecond: of(kind, "perSecond"),
    cpuMicroseconds: of(kind, "cpuMicroseconds"),
  }]));
}

function printTable(all: ReadonlyMap<string, Results>): void {
  const kinds = [...new Set([...all.values()].flatMap(Object.keys))];
  console.log(`| requests a second (µs CPU each) | ${kinds.join(" | ")} |`);
  console.log(`| --- |${kinds.map(() => " ---: |").join("")}`);
  for (const [name, results] of all) {
    const cells = kinds.map((kind) => results[kind] === undefined ? "" : cell(results[kind]));
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

function cell({ perSecond, cpuMicroseconds }: Figures): string {
  return `${Math.round(perSecond)} (${cpuMicroseconds.toFixed(0)})`;
}

function printRatios(all: ReadonlyMap<string, Results>): void {
  for (const [ours, other, goals] of GOALS) {
    const [mine, theirs] = [all.get(ours), all.get(other)];
    if (mine === undefined || theirs === undefined) continue;
    for (const [kind, goal] of Object.entries(goals)) {
      const rate = mine[kind]!.perSecond / theirs[kind]!.perSecond;
      const cpu = theirs[kind]!.cpuMicroseconds / mine[kind]!.cpuMicroseconds;
      console.log(
        `${ours} ÷ ${other}, ${kind}: ${rate.toFixed(1)}x, in CPU time ${
          cpu.toFixed(1)
        }x (goal ${goal}x)`,
      );
    }
  }
}

const names = options.only ?? Object.keys(CANDIDATES);
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
