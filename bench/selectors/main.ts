/**
 * Parsing and querying HTML: ours beside what others use, in CPU time, results included.
 *
 * `deno run -A bench/selectors/main.ts [--rounds 3] [--json out.json] [--scrapling folder]`
 *
 * Each candidate runs in a process of its own, and they take turns, so that a busy machine is busy
 * for all. lxml and parsel (Debian: python3-lxml, python3-parsel) are left out where Python does not
 * have them; `--scrapling` is the folder of Scrapling's source.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { CANDIDATES } from "./candidates.ts";
import { type Work, works } from "./works.ts";

type Result = { ms: number; counts: number[] } | { error: string };
type Results = Record<string, Result>;

const OURS = "@orbweaver/selectors";
const run = promisify(execFile);
const FOLDER = import.meta.dirname!;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
    scrapling: { type: "string" },
    only: { type: "string", multiple: true },
  },
});

/** Debian's Python has Debian's packages; another one may come first in the PATH. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** The command that runs a candidate. */
function commandOf(name: string, path: string): [string, string[]] {
  if (name === "Scrapling") {
    return [PYTHON, [join(FOLDER, "worker.py"), name, path, options.scrapling!]];
  }
  if (!(name in CANDIDATES)) return [PYTHON, [join(FOLDER, "worker.py"), name, path]];
  // The others are not in the lock file, and must not get into node_modules.
  const flags = name === OURS ? [] : ["--no-config", "--no-lock", "--node-modules-dir=none"];
  return [process.execPath, ["run", "-A", ...flags, join(FOLDER, "worker.ts"), name, path]];
}

async function resultsOf(name: string, path: string): Promise<Results | undefined> {
  const [command, args] = commandOf(name, path);
  try {
    const { stdout } = await run(command, args, { maxBuffer: 1e8, cwd: FOLDER });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    console.error(`${name} is left out: ${stderr.trim().split("\n").at(-1)}`);
    return undefined;
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!;
}

function summary(rounds: Results[], { name }: Work): Result {
  const results = rounds.map((results) => results[name]!);
  const failed = results.find((result) => "error" in result);
  if (failed !== undefined) return failed;
  const measured = results as { ms: number; counts: number[] }[];
  return { ms: median(measured.map(({ ms }) => ms)), counts: measured[0]!.counts };
}

function cell(result: Result, ours: Result): string {
  if ("error" in result) return "failed";
  const ratio = "error" in ours ? NaN : result.ms / ours.ms;
  const sameCounts = !("error" in ours) && `${ours.counts}` === `${result.counts}`;
  return `${result.ms.toFixed(1)} ms  ${ratio.toFixed(2)}x${sameCounts ? "" : " *"}`;
}

const folder = await mkdtemp(join(tmpdir(), "bench-selectors-"));
try {
  const all = works();
  const path = join(folder, "works.json");
  await writeFile(path, JSON.stringify(all));
  const names = [...Object.keys(CANDIDATES), "lxml", "parsel"];
  if (options.scrapling !== undefined) names.push("Scrapling");
  const measured = new Map<string, Results[]>(
    names.filter((name) => !options.only || options.only.includes(name)).map((name) => [name, []]),
  );
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, rounds] of measured) {
      const results = await resultsOf(name, path);
      if (results === undefined) measured.delete(name);
      else rounds.push(results);
    }
  }
  const rows = [...measured].map(([name, rounds]) => ({
    name,
    results: all.map((work) => summary(rounds, work)),
  }));
  const ours = rows.find(({ name }) => name === OURS) ?? rows[0]!;
  console.log("CPU time, and how many times ours; * found other numbers of results than ours\n");
  for (const work of all) console.log(`  ${work.name}: ${work.title}`);
  console.log(`\n${"".padEnd(26)}${all.map(({ name }) => name.padEnd(24)).join("")}`);
  for (const { name, results } of rows) {
    const cells = results.map((result, index) => cell(result, ours.results[index]!).padEnd(24));
    console.log(`${name.padEnd(26)}${cells.join("")}`.trimEnd());
  }
  if (options.json !== undefined) {
    await writeFile(options.json, JSON.stringify({ runtime: Deno.version, rows }, null, 2) + "\n");
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
