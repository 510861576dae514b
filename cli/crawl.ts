import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  Crawl,
  CrawlOptions,
  LogEntry,
  LogLevel,
  Outcome,
  Spider,
  Store,
} from "@orbweaver/spider";
import { openDemo } from "./demo/demo.ts";
import { EXIT, type ExitCode, exitCodeOfStart } from "./exit_code.ts";
import type { CliIo } from "./io.ts";
import { loadSpider } from "./load_spider.ts";
import { chooseOutput, type Output } from "./output.ts";
import { chooseReport, type Report } from "./report/report.ts";
import { Signals } from "./signals.ts";
import { chooseStore } from "./store.ts";

/** What can be said on the command line of `crawl`. */
export interface CrawlFlags {
  /** Where items go; `-` is standard output. Default: `items.jsonl`. */
  output?: string;
  /** The address of the store that workers share. Default: none; the crawl is this process's alone. */
  store?: string;
  /** The folder that keeps the crawl. Default: none. */
  crawlDir?: string;
  /** What a finished page survives, with a folder. Default "normal". */
  durability?: "normal" | "full";
  /** One JSON event a line on standard output. */
  json?: boolean;
  /** Nothing but errors. */
  quiet?: boolean;
  /** Whether to show how far the crawl is. */
  progress: boolean;
}

/** What the steps of a crawl share. */
interface Run {
  readonly report: Report;
  readonly signals: Signals;
  readonly output: Output;
  readonly store: Store | undefined;
  readonly flags: CrawlFlags;
}

const EXIT_CODES: Readonly<Record<Outcome, ExitCode>> = {
  completed: EXIT.completed,
  paused: EXIT.paused,
  limit: EXIT.limit,
  failed: EXIT.failed,
};

/**
 * Runs the spider of a file, or the demo, and tells of it. Everything is closed when it resolves.
 *
 * @param file The spider's file. Default: the demo.
 * @param flags What was said on the command line.
 * @param io The streams.
 * @returns The process's exit code; it does not reject.
 */
export async function crawl(
  file: string | undefined,
  flags: CrawlFlags,
  io: CliIo,
): Promise<ExitCode> {
  const source = file === undefined ? undefined : pathToFileURL(resolve(file)).href;
  const report = chooseReport({ ...flags, source }, io);
  const signals = new Signals((message) => report.note(message));
  const resources = new AsyncDisposableStack();
  try {
    const output = chooseOutput(flags.output, io);
    const spider = file === undefined ? await demo(resources, report) : await loadSpider(file);
    const store = await chooseStore(flags.store);
    return await runSpider(spider, { report, signals, output, store, flags });
  } catch (error) {
    const exitCode = signals.startSignal.aborted ? EXIT.paused : exitCodeOfStart(error);
    report.notBegun({ error, exitCode });
    return exitCode;
  } finally {
    report.close();
    await resources.disposeAsync();
    signals.release();
  }
}

async function demo(resources: AsyncDisposableStack, report: Report): Promise<Spider> {
  const { spider, notes } = resources.use(await openDemo());
  for (const note of notes) report.note(note);
  return spider as unknown as Spider;
}

/** Rejects only if the crawl could not begin. */
async function runSpider(
  spider: Spider,
  { report, signals, output, store, flags }: Run,
): Promise<ExitCode> {
  const crawl = await spider.open({
    ...durableOptions(flags),
    sinks: [output.sink],
    ...(store === undefined ? {} : { store }),
    keepItems: false,
    handleSignals: true,
    signal: signals.startSignal,
    log: (entry) => {
      if (isLoudEnough(entry, spider.logLevel)) report.log(entry);
    },
  });
  const keptAt = keptAtOf(spider.name, flags);
  const begun = {
    spider: spider.name,
    stats: crawl.stats,
    output,
    ...(keptAt === undefined ? {} : { keptAt }),
  };
  report.begun(begun);
  signals.running();
  const running = await runToEnd(crawl);
  signals.closing();
  const end = await closeAfter(crawl, running, (error) => {
    report.log({ level: "error", spider: spider.name, message: messageOf(error), error });
  });
  const exitCode = EXIT_CODES[end.outcome];
  report.ended({ ...begun, ...end, exitCode });
  return exitCode;
}

function durableOptions({ crawlDir, durability = "normal" }: CrawlFlags): CrawlOptions {
  return crawlDir === undefined ? {} : { crawlDir, durability };
}

/** How other commands find the crawl; the store's address may have a password in it. */
function keptAtOf(name: string, { crawlDir, store }: CrawlFlags): string | undefined {
  if (crawlDir !== undefined) return `--crawl-dir ${quoted(crawlDir)}`;
  return store === undefined ? undefined : `${quoted(name)} --store …`;
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, "\\$&")}"`;
}

interface End {
  readonly outcome: Outcome;
  readonly deadLetters: number;
  readonly error?: unknown;
}

async function runToEnd(crawl: Crawl<unknown>): Promise<End> {
  try {
    const { outcome, failures } = await crawl.run();
    return { outcome, deadLetters: failures.length };
  } catch (error) {
    return { outcome: "failed", deadLetters: 0, error };
  }
}

/** Items that could not be written at the end are a failure; a session that lingers is only told of. */
async function closeAfter(
  crawl: Crawl<unknown>,
  end: End,
  tell: (error: unknown) => void,
): Promise<End> {
  try {
    await crawl.close();
    return end;
  } catch (error) {
    if (end.error === undefined && !isNamed(error, "SessionCloseError")) {
      return { ...end, outcome: "failed", error };
    }
    if (!isNamed(error, "SinkError")) tell(error);
    return end;
  }
}

function isLoudEnough({ level }: LogEntry, lowest: LogLevel | "silent"): boolean {
  const order = ["debug", "info", "warn", "error", "silent"];
  return order.indexOf(level) >= order.indexOf(lowest);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
