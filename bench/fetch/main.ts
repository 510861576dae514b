/**
 * CPU per 1000 requests of FetchSession beside the bare transport and other clients, plain and TLS.
 *
 * `--rounds 5`, `--requests 2000`, `--concurrency 16`; `--node-modules DIR` adds the clients that run
 * in Node, `--only REGEXP` leaves others out, `--memory 200000` prints the memory over so many
 * requests instead. README.md has results.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { findNode } from "../../scripts/find_node.ts";

const FOLDER = dirname(new URL(import.meta.url).pathname);

interface Server {
  readonly plain: string;
  readonly tls: string;
  readonly bytes: number;
  readonly caPem: string;
}

interface Figures {
  readonly cpu: number;
  readonly rate: number;
  readonly rss: number;
}

/** A program that measures clients, and the beginning of its command line. */
interface Runner {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly clients: readonly string[];
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    "rounds": { type: "string", default: "5" },
    "requests": { type: "string", default: "2000" },
    "concurrency": { type: "string", default: "16" },
    "only": { type: "string" },
    "memory": { type: "string" },
    "node-modules": { type: "string" },
  },
});

const DENO: Runner = {
  command: Deno.execPath(),
  args: ["run", "-A", "--no-check", join(FOLDER, "deno_client.ts")],
  clients: [
    "FetchSession",
    "wreq-js transport",
    "wreq-js transport, abortable",
    "FetchSession, native",
    "Deno fetch",
  ],
};

async function otherRunners(): Promise<Runner[]> {
  const runners: Runner[] = [];
  const modules = values["node-modules"];
  if (modules !== undefined) {
    runners.push({
      command: await findNode(24),
      args: [join(FOLDER, "node_client.mjs")],
      env: { NODE_MODULES: modules, NODE_NO_WARNINGS: "1" },
      clients: ["undici request (Node)", "Crawlee's got-scraping (Node)"],
    });
  }
  if (await hasCurlCffi()) {
    const args = [join(FOLDER, "curl_cffi_client.py")];
    runners.push({ command: "python3", args, clients: ["curl_cffi (Python)"] });
  }
  return runners;
}

async function hasCurlCffi(): Promise<boolean> {
  try {
    const args = ["-c", "import curl_cffi"];
    return (await new Deno.Command("python3", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Starts the server, and reads the one line that it prints. */
async function startServer(): Promise<{ server: Server; process: Deno.ChildProcess }> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(FOLDER, "server.ts")],
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.endsWith("}\n")) break;
  }
  return { server: JSON.parse(text), process };
}

async function run(
  runner: Runner,
  client: string,
  url: string,
  plan: readonly string[],
): Promise<string> {
  const { stdout, success } = await new Deno.Command(runner.command, {
    args: [...runner.args, client, url, server.caPem, ...plan],
    env: runner.env ?? {},
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${client} failed`);
  return new TextDecoder().decode(stdout).trim();
}

/** The bare transport always takes part: the others are compared with it. */
function isWanted(client: string): boolean {
  const { only } = values;
  return only === undefined || client === "wreq-js transport" || new RegExp(only).test(client);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Clients take turns, so that what else the machine does is shared among them. */
async function compare(name: string, url: string, runners: readonly Runner[]): Promise<void> {
  const figures = new Map<string, Figures[]>();
  const plan = [values.requests, values.concurrency];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const runner of runners) {
      for (const client of runner.clients.filter(isWanted)) {
        const list = figures.get(client) ?? [];
        list.push(JSON.parse(await run(runner, client, url, plan)));
        figures.set(client, list);
      }
    }
  }
  const bare = median(figures.get("wreq-js transport")!.map(({ cpu }) => cpu));
  console.log(`\n| ${name} | CPU s/1000: median | lowest | of bare | requests/s | RSS MB |`);
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [client, list] of figures) {
    const cpu = median(list.map((one) => one.cpu));
    const lowest = Math.min(...list.map((one) => one.cpu));
    const rate = Math.round(median(list.map((one) => one.rate)));
    const rss = median(list.map((one) => one.rss));
    console.log(
      `| ${client} | ${cpu.toFixed(3)} | ${lowest.toFixed(3)} | ${
        (cpu / bare).toFixed(2)
      } | ${rate} | ${rss} |`,
    );
  }
}

/** Memory over a long run of each of the Deno clients. */
async function memory(requests: number): Promise<void> {
  const every = String(requests / 10);
  for (const client of ["FetchSession", "wreq-js transport", "FetchSession, native"]) {
    const plan = [String(requests), values.concurrency, every];
    const lines = (await run(DENO, client, server.plain, plan)).split("\n").slice(0, -1);
    const points = lines.map((line) => JSON.parse(line) as { requests: number; rss: number });
    console.log(`| ${client} | ${points.map(({ rss }) => rss).join(" | ")} |`);
  }
}

const { server, process } = await startServer();
try {
  const [load] = Deno.loadavg();
  console.log(
    `${values.rounds} rounds of ${values.requests} requests, ${values.concurrency} at once, ` +
      `${server.bytes} bytes each; load average ${
        load?.toFixed(1)
      } on ${navigator.hardwareConcurrency} cores`,
  );
  if (values.memory !== undefined) {
    await memory(Number(values.memory));
  } else {
    const runners = [DENO, ...await otherRunners()];
    await compare("plain", server.plain, runners);
    await compare("TLS", server.tls, runners);
  }
} finally {
  process.kill();
  await process.status;
}
