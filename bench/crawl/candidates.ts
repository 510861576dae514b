import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/workspace.ts";
import type { Workshop } from "./workshop.ts";

/** Something that can crawl the shop. */
export interface Candidate {
  /** What it is called in the table. */
  readonly name: string;
  /** Whose it is: ours, a crawl by hand, or another project's. */
  readonly group: "ours" | "floor" | "peer";
  /** What has to be there before it can run. */
  readonly needs: "nothing" | "peers" | "tarballs" | "scrapy" | "scrapling";
  /** The command line, but for `URL OUTPUT CONCURRENCY` and what follows. */
  readonly command: (workshop: Workshop) => readonly string[];
  /** What follows on the command line. */
  readonly args?: readonly string[];
  readonly env?: (workshop: Workshop) => Record<string, string>;
}

const OURS = join(ROOT, "bench", "crawl", "runners", "orbweaver.ts");

const inDeno = () => [Deno.execPath(), "run", "-A", "--no-check", OURS];
const inDenoOutside = (file: string) => ({ folder }: Workshop) => [
  ...[Deno.execPath(), "run", "-A", "--no-lock", "--node-modules-dir=manual"],
  join(folder, file),
];
const inNode = (file: string) => ({ node, folder }: Workshop) => [node, join(folder, file)];
const inNodeWithTarballs = ({ node, tarballs }: Workshop) => [node, join(tarballs, "orbweaver.ts")];
const QUIET_NODE = () => ({ NODE_NO_WARNINGS: "1" });

function ours(runtime: "Deno" | "Node", frontier: string, client: string): Candidate {
  const common = {
    name: `Orbweaver, ${runtime}, ${frontier}, ${client}`,
    group: "ours" as const,
    args: [frontier, client],
    env: QUIET_NODE,
  };
  return runtime === "Deno"
    ? { ...common, needs: "nothing", command: inDeno }
    : { ...common, needs: "tarballs", command: inNodeWithTarballs };
}

/** What keeps a crawl is not in every version that can be measured. */
const FRONTIERS = existsSync(join(ROOT, "spider", "frontier", "sqlite.ts"))
  ? ["memory", "sqlite"]
  : ["memory"];

/** Everything that takes part, in the order of the table. */
export const CANDIDATES: readonly Candidate[] = [
  ...(["Deno", "Node"] as const).flatMap((runtime) =>
    FRONTIERS.flatMap((frontier) =>
      ["impersonating", "native"].map((client) => ours(runtime, frontier, client))
    )
  ),
  {
    name: "floor, Deno, bare sockets",
    group: "floor",
    needs: "peers",
    command: inDenoOutside("floor_socket.mjs"),
  },
  {
    name: "floor, Deno, fetch",
    group: "floor",
    needs: "peers",
    command: inDenoOutside("floor_fetch.mjs"),
  },
  {
    name: "floor, Node, undici",
    group: "floor",
    needs: "peers",
    command: inNode("floor_undici.mjs"),
  },
  ...["basic", "http", "cheerio"].map((kind): Candidate => ({
    name: `Crawlee, ${kind}`,
    group: "peer",
    needs: "peers",
    command: inNode("crawlee.mjs"),
    args: [kind],
  })),
  { name: "node-crawler", group: "peer", needs: "peers", command: inNode("node_crawler.mjs") },
  ...["events", "pages"].map((mode): Candidate => ({
    name: `spider-rs, ${mode}`,
    group: "peer",
    needs: "peers",
    command: inNode("spider_rs.mjs"),
    args: [mode],
  })),
  ...[[], ["4"]].map((args): Candidate => ({
    name: args.length === 0 ? "Scrapy" : "Scrapy, CONCURRENT_ITEMS=4",
    group: "peer",
    needs: "scrapy",
    command: ({ folder }) => ["/usr/bin/python3", join(folder, "scrapy_shop.py")],
    args,
  })),
  ...[[], ["uvloop"]].map((args): Candidate => ({
    name: args.length === 0 ? "Scrapling" : "Scrapling, uvloop",
    group: "peer",
    needs: "scrapling",
    command: ({ folder, scraplingPython }) => [scraplingPython, join(folder, "scrapling_shop.py")],
    args,
    env: ({ scrapling }) => ({ PYTHONPATH: scrapling ?? "" }),
  })),
];
