/*
 * Runs one candidate in a process of its own: `worker.ts <candidate> <file with works>`. Prints the
 * median CPU time of each work in milliseconds, and how much its queries found, as JSON.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { type Candidate, CANDIDATES } from "./candidates.ts";
import type { Work } from "./works.ts";

function runOnce({ parse, query }: Candidate, { pages, queries }: Work): number[] {
  const counts = queries.map(() => 0);
  for (const html of pages) {
    const page = parse(html);
    for (const [index, each] of queries.entries()) counts[index]! += query(page, each).length;
  }
  return counts;
}

function cpuMs(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!;
}

function measure(candidate: Candidate, work: Work): { ms: number; counts: number[] } {
  for (let round = 0; round < work.warmUps; round++) runOnce(candidate, work);
  const times: number[] = [];
  let counts: number[] = [];
  for (let round = 0; round < work.runs; round++) {
    times.push(cpuMs(() => counts = runOnce(candidate, work)));
  }
  return { ms: median(times), counts };
}

const [name = "", path = "", only = ""] = process.argv.slice(2);
const works: Work[] = JSON.parse(readFileSync(path, "utf8"));
const candidate = await CANDIDATES[name]!();
const results: Record<string, unknown> = {};
for (const work of works) {
  if (only !== "" && only !== work.name) continue;
  try {
    results[work.name] = measure(candidate, work);
  } catch (error) {
    results[work.name] = { error: `${error}`.slice(0, 80) };
  }
}
console.log(JSON.stringify(results));
