/**
 * Kills a crawl with SQLite many times, resumes it each time, and prints what was lost or doubled:
 * `deno task test:kills [count] [lanes]`: 1000 kills, in 2 crawls at once, by default.
 *
 * @module
 */
import process from "node:process";
import { killAndResume } from "./rounds.ts";

const count = Number(process.argv[2] ?? 1_000);
const lanes = Number(process.argv[3] ?? 2);
const begin = performance.now();
const toll = await killAndResume(count, lanes, ({ kills, crawls, lost, doubled }) => {
  if (crawls % 10 === 0) {
    console.log(`${kills} kills, ${crawls} crawls: ${lost} lost, ${doubled} doubled`);
  }
});
const { kills, crawls, lost, doubled, phases } = toll;
console.log(`killed while: ${Object.entries(phases).map(([p, n]) => `${p} ${n}`).join(", ")}`);
console.log(
  `kills  ${kills} random kill -9, ${crawls} crawls resumed to their ends in ${
    Math.round((performance.now() - begin) / 1000)
  } s: ${lost} items lost, ${doubled} doubled`,
);
process.exitCode = lost + doubled === 0 ? 0 : 1;
