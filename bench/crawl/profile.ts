import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemOf } from "./check_output.ts";
import { type Layer, layerOf, LAYERS } from "./layers.ts";
import { pageCount } from "./shop.ts";
import { ShopProcess } from "./shop_process.ts";

/** What V8 writes: a tree of functions, and which of them ran at each sample. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** What to profile. */
export interface ProfileOptions {
  readonly products: number;
  readonly concurrency: number;
}

const MOST_FUNCTIONS = 60;

/** Crawls the shop with V8's profiler on, and prints where the time of the main thread went. */
export async function profile({ products, concurrency }: ProfileOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-crawl-profile-"));
  try {
    await using shop = await ShopProcess.open(products, 0);
    const output = join(folder, "items.jsonl");
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", "--cpu-prof", `--cpu-prof-dir=${folder}`],
        join(import.meta.dirname!, "runners", "orbweaver.ts"),
        ...[`${shop.url}/list/1000000`, output, `${concurrency}`],
      ],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const problem = await problemOf(output, products);
    if (problem !== undefined) throw new Error(`The crawl went wrong: ${problem}`);
    const file = (await readdir(folder)).find((name) => name.endsWith(".cpuprofile"));
    print(JSON.parse(await readFile(join(folder, file!), "utf8")), pageCount(products));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(profile: CpuProfile, pages: number): void {
  const selfTimes = selfMicroseconds(profile);
  const byLayer = new Map<Layer, number>();
  const byFunction = new Map<string, number>();
  for (const [node, layer] of layersOf(profile)) {
    const time = selfTimes.get(node.id) ?? 0;
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + time);
    const { functionName, url, lineNumber } = node.callFrame;
    const place = `${functionName || "(anonymous)"} ${shortened(url)}:${lineNumber + 1}`;
    const key = `${layer} | ${place}`;
    byFunction.set(key, (byFunction.get(key) ?? 0) + time);
  }
  const busy = [...byLayer].reduce((sum, [layer, time]) => layer === "idle" ? sum : sum + time, 0);
  console.log(`Main thread, ${pages} pages; what is built in counts where it was called from\n`);
  console.log("| layer | µs a page | of the busy time |\n| --- | ---: | ---: |");
  for (const layer of LAYERS) {
    const time = byLayer.get(layer) ?? 0;
    const share = layer === "idle" ? "" : `${(100 * time / busy).toFixed(1)} %`;
    console.log(`| ${layer} | ${(time / pages).toFixed(1)} | ${share} |`);
  }
  console.log("\n| layer | function | µs a page |\n| --- | --- | ---: |");
  const most = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, MOST_FUNCTIONS);
  for (const [key, time] of most) console.log(`| ${key} | ${(time / pages).toFixed(1)} |`);
}

function selfMicroseconds({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>();
  samples.forEach((id, index) => times.set(id, (times.get(id) ?? 0) + timeDeltas[index]!));
  return times;
}

/** Every node with its layer, from the root down. */
function* layersOf({ nodes }: CpuProfile): Generator<[ProfileNode, Layer]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stack: [ProfileNode, Layer | undefined][] = [[nodes[0]!, undefined]];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [node, caller] = entry;
    const { functionName, url } = node.callFrame;
    const layer = layerOf(functionName, url, caller);
    yield [node, layer];
    const inherited = functionName === "(root)" ? undefined : layer;
    for (const id of node.children ?? []) stack.push([byId.get(id)!, inherited]);
  }
}

function shortened(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(
    /^file:\/\/.*\/(?=(?:spider|sessions|selectors|bench)\/)/,
    "",
  );
}
