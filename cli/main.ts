/**
 * The command line tool: `deno run -A jsr:@orbweaver/cli crawl my_spider.ts`, or `orbweaver` from npm.
 *
 * | command | does |
 * | --- | --- |
 * | `crawl [spider.ts] [-o items.jsonl]` | runs a spider; without a file, the demo |
 * | `status`, `failed`, `retry` with `--crawl-dir` or `--store` | how a crawl stands; what failed for good; queues that again |
 * | `pause`, `resume`, `clear` with `--store` | stops, goes on with, or deletes a crawl that workers share |
 *
 * @example
 * ```ts
 * import { run } from "@orbweaver/cli";
 * import assert from "node:assert/strict";
 *
 * let text = "";
 * const stdout = { write: (part: string) => void (text += part) };
 * assert.equal(await run(["--version"], { stdout, stderr: stdout, env: {} }), 0);
 * assert.match(text, /^\d+\.\d+\.\d+\n$/);
 * ```
 *
 * @module
 */
import process from "node:process";
import { run } from "./cli.ts";
import { leaveSoon } from "./leave_soon.ts";

export { run };
export type { CliIo, CliStream } from "./io.ts";

if (import.meta.main) {
  process.exitCode = await run(process.argv.slice(2));
  leaveSoon();
}
