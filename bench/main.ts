/**
 * Runs a benchmark, or lists them: every `*_bench.ts` in this folder is one for `deno bench`, every
 * folder with a `main.ts` a program of its own; the first line of the module documentation tells it.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = import.meta.dirname!;
const SUFFIX = "_bench.ts";

async function benchmarkNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() || entry.name.endsWith(SUFFIX))
    .map(({ name }) => name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name);
  return [...new Set(names)].sort(); // a benchmark's helpers have a folder of its name
}

async function list(names: readonly string[]): Promise<void> {
  console.log("Benchmarks, each run by `deno task bench <name>`:");
  for (const name of names) console.log(`  ${name.padEnd(12)} ${await titleOf(name)}`);
}

async function titleOf(name: string): Promise<string> {
  const code = await readFile(pathOf(name), "utf8");
  return /^\/\*\*\s*\* (.+)/.exec(code)?.[1] ?? "";
}

async function run(name: string, args: readonly string[]): Promise<number> {
  const path = pathOf(name);
  const child = new Deno.Command(Deno.execPath(), {
    args: path.endsWith(SUFFIX)
      ? ["bench", "-A", ...args, path]
      : ["run", "-A", "--no-check", path, ...args],
  });
  return (await child.spawn().status).code;
}

function pathOf(name: string): string {
  const folder = join(FOLDER, name, "main.ts");
  return existsSync(folder) ? folder : join(FOLDER, name + SUFFIX);
}

const [name, ...args] = Deno.args;
const names = await benchmarkNames();
if (name === undefined) {
  await list(names);
} else if (names.includes(name)) {
  Deno.exitCode = await run(name, args);
} else {
  console.error(`There is no benchmark '${name}'; there are: ${names.join(", ")}`);
  Deno.exitCode = 2;
}
