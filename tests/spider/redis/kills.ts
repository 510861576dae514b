/**
 * Kills workers of shared crawls, and their Redis, at random instants, and prints what was lost or doubled:
 * `deno task test:kills:redis [count]`, 200 by default.
 *
 * @module
 */
import process from "node:process";
import { killAtRandom } from "./_kill_rounds.ts";

const count = Number(process.argv[2] ?? 200);
const begin = performance.now();
const options = { pages: 1_500, workers: 3, mostPages: 60 };
const { workers, servers, crawls, lost, doubled } = await killAtRandom(
  count,
  options,
  (toll) => console.log(JSON.stringify(toll)),
);
const seconds = Math.round((performance.now() - begin) / 1_000);
console.log(
  `kills redis  ${workers} workers and ${servers} times Redis killed with SIGKILL, ${crawls} crawls of ` +
    `${options.pages} pages by ${options.workers} workers run to their ends in ${seconds} s: ` +
    `${lost} items lost, ${doubled} doubled`,
);
process.exitCode = lost + doubled === 0 ? 0 : 1;
