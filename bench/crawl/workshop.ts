import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findNode } from "../../scripts/find_node.ts";
import { buildTarballs } from "../../scripts/npm.ts";
import { output } from "../../scripts/run.ts";
import type { Candidate } from "./candidates.ts";

/** The peers, in the versions that are measured. They are installed outside of the repository. */
const PEERS = [
  "@spider-rs/spider-rs@0.0.157",
  "crawlee@3.18.1",
  "crawler@2.1.1",
  "css-select@7.0.0",
  "htmlparser2@12.0.0",
  "undici@7.30.2",
];

const RUNNERS = join(import.meta.dirname!, "runners");

/** Where the candidates that are not part of the workspace are, and what runs them. */
export interface Workshop {
  /** The peers of npm, and the programs that run them. */
  readonly folder: string;
  /** Our own packages as npm users get them; a folder of its own, since it is new every time. */
  readonly tarballs: string;
  /** Node 24 or later. */
  readonly node: string;
  /** The folder of Scrapling's source: the environment variable `SCRAPLING`. */
  readonly scrapling: string | undefined;
  /** A Python with Scrapling's dependencies: the environment variable `SCRAPLING_PYTHON`. */
  readonly scraplingPython: string;
}

/**
 * Makes ready what candidates need. What can't be had is told, and its candidates are left out.
 *
 * @param wanted The candidates that are wanted.
 * @returns The workshop, and those of the candidates that can run.
 */
export async function openWorkshop(
  wanted: readonly Candidate[],
): Promise<{ workshop: Workshop; ready: Candidate[] }> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const workshop: Workshop = {
    folder: join(cache, "orbweaver-bench", "peers"),
    tarballs: join(cache, "orbweaver-bench", "tarballs"),
    node: await findNode(24),
    scrapling: process.env["SCRAPLING"],
    scraplingPython: process.env["SCRAPLING_PYTHON"] ?? "/usr/bin/python3",
  };
  await copyRunners(workshop.folder);
  const missing = new Map<Candidate["needs"], string>();
  for (const need of new Set(wanted.map(({ needs }) => needs))) {
    try {
      await PREPARATIONS[need](workshop);
    } catch (error) {
      missing.set(need, lastLine(error));
    }
  }
  for (const [need, reason] of missing) console.error(`Left out what needs ${need}: ${reason}`);
  return { workshop, ready: wanted.filter(({ needs }) => !missing.has(needs)) };
}

const PREPARATIONS: Record<Candidate["needs"], (workshop: Workshop) => Promise<void>> = {
  nothing: () => Promise.resolve(),
  peers: ({ folder }) => npmInstall(folder, PEERS),
  tarballs: async ({ tarballs }) => {
    // npm would keep what it has of the same version.
    await rm(tarballs, { recursive: true, force: true });
    await copyRunners(tarballs);
    await npmInstall(tarballs, await buildTarballs());
  },
  scrapy: async () => void await output("/usr/bin/python3", ["-c", "import scrapy"]),
  scrapling: async ({ scrapling, scraplingPython }) => {
    if (scrapling === undefined) {
      throw new Error("set SCRAPLING to the folder of its source, SCRAPLING_PYTHON to its Python");
    }
    const args = ["-c", "import curl_cffi, scrapling.parser"];
    await output(scraplingPython, args, { env: { PYTHONPATH: scrapling } });
  },
};

/** Outside of the repository, so that bare names are those of the packages installed there. */
async function copyRunners(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) await writeFile(manifest, '{ "private": true, "type": "module" }\n');
  for (const file of await readdir(RUNNERS)) {
    await copyFile(join(RUNNERS, file), join(folder, file));
  }
}

async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  await output("npm", ["install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1)!;
}
