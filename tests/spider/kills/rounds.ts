import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Readable } from "node:stream";
import { readCsv, readXml } from "@orbweaver/spider";
import { allItems, PAGES, startSite } from "./_site.ts";

/** What became of many kills. */
export interface Toll {
  /** How many processes were killed while they worked. */
  kills: number;
  /** How many crawls were resumed until they were completed. */
  crawls: number;
  /** Items that a crawl should have given and did not. */
  lost: number;
  /** Items that a crawl gave more than once, or that are none of the site's. */
  doubled: number;
  /** Where they were killed: after which phase they had told of. */
  phases: Record<string, number>;
}

/** What a run that came to its end told. */
interface Report {
  outcome: string;
  requestsCount: number;
  itemsScraped: number;
  responseStatusCount: Record<string, number>;
  cookies: number;
  failures: number;
}

interface Ended {
  readonly killed: boolean;
  readonly signal: NodeJS.Signals | null;
  readonly phase: string;
  readonly report: Report | undefined;
}

const WORKER = join(import.meta.dirname!, "worker.ts");
const FLAGS = ["run", "-A", "--no-check", "--quiet"];
const OUTPUTS = ["items.jsonl", "items.csv", "items.json", "items.xml", "items.sqlite"];
/** The longest delay of a kill, in milliseconds: more than a run takes from its beginning to its end. */
const LONGEST_MS = 1_500;
/** A run that is let alone must have ended by then, however busy the machine is. */
const TIMEOUT_MS = 300_000;

/**
 * Crawls a site on loopback again and again, kills each run at a random instant, resumes it, and compares
 * the output of every completed crawl with what an uninterrupted one gives.
 *
 * @param kills How many runs to kill.
 * @param lanes How many crawls there are at once. Default 1.
 * @param tell Hears of every completed crawl.
 */
export async function killAndResume(
  kills: number,
  lanes = 1,
  tell: (toll: Toll) => void = () => {},
): Promise<Toll> {
  const toll: Toll = { kills: 0, crawls: 0, lost: 0, doubled: 0, phases: {} };
  await using site = await startSite();
  let begun = 0;
  const crawlOnAndOn = async () => {
    while (toll.kills < kills) {
      await crawlOnce(site.url, OUTPUTS[begun++ % OUTPUTS.length]!, toll, kills);
      tell(toll);
    }
  };
  await Promise.all(Array.from({ length: lanes }, crawlOnAndOn));
  return toll;
}

async function crawlOnce(site: string, name: string, toll: Toll, kills: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kills-"));
  try {
    const output = join(folder, name);
    await crawlToTheEnd([site, join(folder, "crawl"), output], toll, kills);
    await compare(output, toll);
    toll.crawls += 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Crawls the site on a disk that gets full, then goes on with room enough.
 *
 * @returns What the first run failed with, and what was lost or doubled in the end.
 */
export async function fillTheDisk(): Promise<Toll & { error: string }> {
  const toll: Toll = { kills: 0, crawls: 0, lost: 0, doubled: 0, phases: {} };
  await using site = await startSite();
  const folder = await mkdtemp(join(tmpdir(), "kills-"));
  try {
    const output = join(folder, "items.jsonl");
    const args = [site.url, join(folder, "crawl"), output];
    // Files may not grow beyond this, for the process alone: a full disk from which no other suffers.
    const command = `trap '' XFSZ; ulimit -f 300; exec "$0" "$@"`;
    const full = spawn("bash", ["-c", command, process.execPath, ...FLAGS, WORKER, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let error = "";
    for await (const chunk of full.stderr) error += chunk;
    await crawlToTheEnd(args, toll, 0);
    await compare(output, toll);
    return { ...toll, error };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function crawlToTheEnd(args: readonly string[], toll: Toll, kills: number): Promise<void> {
  for (;;) {
    const ended = await run(args, toll.kills < kills);
    if (ended.killed) {
      toll.kills += 1;
      toll.phases[ended.phase] = (toll.phases[ended.phase] ?? 0) + 1;
      continue;
    }
    const { report } = ended;
    assert.equal(
      report?.outcome,
      "completed",
      `a run ended by itself, by ${ended.signal}, after '${ended.phase}'`,
    );
    assert.equal(report.failures, 0);
    assert.equal(report.requestsCount, PAGES, "each page counts once");
    assert.deepEqual(report.responseStatusCount, { "200": PAGES });
    assert.equal(report.itemsScraped, allItems().length);
    assert.equal(report.cookies, 5);
    return;
  }
}

/** Starts a run, and kills it: after some time, or soon after it has told that it is in some phase. */
async function run(args: readonly string[], mayKill: boolean): Promise<Ended> {
  const child = spawn(process.execPath, [...FLAGS, WORKER, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_code, signal) => resolve(signal))
  );
  let hung = false;
  const giveUp = () => {
    hung = true;
    child.kill(); // it says what it was doing, if it still can
    timers.push(setTimeout(() => child.kill("SIGKILL"), 5_000));
  };
  const timers: ReturnType<typeof setTimeout>[] = [setTimeout(giveUp, TIMEOUT_MS)];
  const killIn = (ms: number) => timers.push(setTimeout(() => child.kill("SIGKILL"), ms));
  const target = mayKill ? targetOf(Math.random()) : undefined;
  if (target?.after === undefined && target !== undefined) killIn(target.ms);
  let phase = "started";
  let report: Report | undefined;
  for await (const line of linesOf(child)) {
    if (line.startsWith("{")) report = JSON.parse(line);
    else phase = line;
    if (line === target?.after) killIn(target.ms);
  }
  const signal = await ended;
  for (const timer of timers) clearTimeout(timer);
  assert.ok(!hung, `a run did not end within ${TIMEOUT_MS} ms after '${phase}'`);
  return { killed: signal === "SIGKILL", signal, phase, report };
}

/** A quarter of the kills come at any time, the others soon after a phase began. */
function targetOf(chance: number): { after?: string; ms: number } {
  const ms = Math.random();
  if (chance < 0.25) return { ms: ms * LONGEST_MS };
  if (chance < 0.35) return { after: "opening", ms: ms * 60 };
  if (chance < 0.55) return { after: "feeding", ms: ms * 60 };
  if (chance < 0.9) return { after: "visiting", ms: ms * 150 };
  return { after: "closing", ms: ms * 20 };
}

function linesOf(child: ChildProcessByStdio<null, Readable, null>): AsyncIterable<string> {
  return createInterface({ input: child.stdout });
}

async function compare(output: string, toll: Toll): Promise<void> {
  const expected = allItems();
  const given = await idsIn(output);
  const distinct = new Set(given);
  const lost = expected.filter((id) => !distinct.has(id));
  toll.lost += lost.length;
  toll.doubled += given.length - (expected.length - lost.length);
}

async function idsIn(output: string): Promise<string[]> {
  const extension = output.split(".").at(-1);
  if (extension === "sqlite") return idsInTable(output);
  const text = await readFile(output, "utf8");
  if (extension === "json") return (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
  if (extension === "jsonl") {
    assert.ok(text.endsWith("\n"));
    return text.trimEnd().split("\n").map((line) => JSON.parse(line).id);
  }
  if (extension === "csv") {
    return (await Array.fromAsync(readCsv([text]))).map((row) => String(row.id));
  }
  return (await Array.fromAsync(readXml([text], { tags: ["item"] })))
    .map((item) => String(item.textOf("id")));
}

function idsInTable(path: string): string[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare("select id from items").all().map(({ id }) => String(id));
  } finally {
    database.close();
  }
}
