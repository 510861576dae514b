/**
 * Pages/s, CPU and memory of the browser sessions beside Puppeteer and Playwright, at 1, 2 and 4 tabs.
 *
 * `--rounds 5`, `--pages 60`, `--tabs 1,2,4`; `--only REGEXP` leaves others out; `--memory 1000` prints
 * the memory over so many pages through one session instead. README.md has results. Linux only.
 *
 * @module
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { CLIENTS } from "./clients.ts";
import { processesWith } from "./process_tree.ts";
import type { Figures } from "./worker.ts";

const FOLDER = dirname(new URL(import.meta.url).pathname);

/** What the others are compared with. */
const BASELINE = "puppeteer, new page per URL";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "5" },
    pages: { type: "string", default: "60" },
    tabs: { type: "string", default: "1,2,4" },
    only: { type: "string", default: "" },
    memory: { type: "string" },
  },
});

/** The peers are no dependencies of the project, so they are not in its lock file. */
const DENO_ARGS = ["run", "-A", "--no-check", "--no-lock", "--node-modules-dir=none"];

async function startServer(): Promise<{ shop: string; process: Deno.ChildProcess }> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...DENO_ARGS, join(FOLDER, "server.ts")],
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.endsWith("\n")) break;
  }
  return { shop: text.trim(), process };
}

/** Runs a client in a process of its own, and tells what it left behind. */
async function run(...args: string[]): Promise<{ lines: string[]; remains: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-bench-"));
  try {
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: [...DENO_ARGS, join(FOLDER, "worker.ts"), ...args],
      env: { TMPDIR: folder },
      stderr: "inherit",
    }).output();
    if (!success) throw new Error(`${args[0]} failed`);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return { lines, remains: await remainsIn(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function remainsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return [...processesWith(folder).map((pid) => `process ${pid}`), ...files];
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function mediansOf(list: readonly Figures[]): Figures {
  const of = (key: keyof Figures) => median(list.map((figures) => figures[key]));
  return { rate: of("rate"), cpu: of("cpu"), ownCpu: of("ownCpu"), pss: of("pss") };
}

/** Clients take turns, so that what else the machine does is shared among them. */
async function compare(shop: string): Promise<void> {
  const names = Object.keys(CLIENTS).filter((name) =>
    name === BASELINE || new RegExp(values.only).test(name)
  );
  const figures = new Map<string, Figures[]>();
  const tabCounts = values.tabs.split(",");
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const tabs of tabCounts) {
      for (const name of names) {
        const { lines } = await run(name, shop, values.pages, tabs);
        const key = `${tabs} ${name}`;
        figures.set(key, [...figures.get(key) ?? [], JSON.parse(lines.at(-1)!)]);
      }
    }
  }
  printTable(names, tabCounts, (tabs, name) => mediansOf(figures.get(`${tabs} ${name}`)!));
}

function printTable(
  names: readonly string[],
  tabCounts: readonly string[],
  of: (tabs: string, name: string) => Figures,
): void {
  const rows = tabCounts.flatMap((tabs) =>
    names.map((name) => {
      const { rate, cpu, ownCpu, pss } = of(tabs, name);
      return { tabs, client: name, rate, times: rate / of(tabs, BASELINE).rate, cpu, ownCpu, pss };
    })
  );
  console.log(
    "| tabs | client | pages/s | times Puppeteer's new page | CPU s/100 pages | of them ours | browser PSS MB |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const { tabs, client, rate, times, cpu, ownCpu, pss } of rows) {
    const cells = [rate, times, cpu, ownCpu].map((figure) => figure.toFixed(2));
    console.log(`| ${[tabs, client, ...cells, pss].join(" | ")} |`);
  }
  console.log(JSON.stringify(rows));
}

/** The memory over a long run of each session, and what is left behind in the end. */
async function memory(shop: string, pages: number): Promise<void> {
  for (const name of ["DynamicSession", "StealthSession"]) {
    const { lines, remains } = await run(name, shop, String(pages), "4", String(pages / 10));
    const points = lines.map((line) => JSON.parse(line) as Record<string, number>);
    for (const key of ["pages", "pss", "rss"]) {
      console.log(`| ${name}: ${key} | ${points.map((point) => point[key]).join(" | ")} |`);
    }
    console.log(`left behind: ${remains.length}${remains.map((what) => ` ${what}`).join()}`);
  }
}

const { shop, process } = await startServer();
try {
  const load = Deno.loadavg()[0]?.toFixed(1);
  console.log(`load average ${load} on ${navigator.hardwareConcurrency} cores`);
  if (values.memory === undefined) await compare(shop);
  else await memory(shop, Number(values.memory));
} finally {
  process.kill();
  await process.status;
}
