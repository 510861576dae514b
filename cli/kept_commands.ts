import type { DeadLetter, Request } from "@orbweaver/spider";
import { EXIT, type ExitCode, exitCodeOfStart } from "./exit_code.ts";
import type { CliIo, CliStream } from "./io.ts";
import { type KeptStatus, namesIn, openKept, type Place } from "./kept_crawl.ts";
import { oneLine, plural } from "./report/figures.ts";
import { statusText } from "./report/status.ts";
import { redisModule } from "./store.ts";

/** What can be said on the command lines about crawls that are kept somewhere. */
export interface KeptFlags extends Place {
  /** JSON instead of text. */
  readonly json?: boolean;
}

/**
 * Says how crawls stand.
 *
 * @param name Which crawl. Default: all.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function status(
  name: string | undefined,
  flags: KeptFlags,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    const names = name === undefined ? await namesIn(flags) : [name];
    const crawls: KeptStatus[] = [];
    for (const each of names) {
      await using crawl = await openKept(each, flags);
      crawls.push(await crawl.status());
    }
    io.stdout.write(flags.json ? `${JSON.stringify(crawls)}\n` : statusText(crawls));
  });
}

/**
 * Lists the requests that failed for good, a line each.
 *
 * @param name Which crawl.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function failed(
  name: string | undefined,
  flags: KeptFlags,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    await using crawl = await openKept(name, flags);
    const line = flags.json ? jsonOf : textOf;
    for await (const letter of crawl.deadLetters()) await writeLine(io.stdout, line(letter));
  });
}

/**
 * Queues the requests that failed for good again.
 *
 * @param name Which crawl.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function retry(
  name: string | undefined,
  flags: KeptFlags,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    await using crawl = await openKept(name, flags);
    const count = await crawl.revive();
    const what = count === 0
      ? "no request has failed for good"
      : `${plural(count, "request")} queued again; run the spider again to fetch them`;
    io.stdout.write(`${oneLine(crawl.name)}: ${what}\n`);
  });
}

/**
 * Does something with a whole crawl that workers share.
 *
 * @param what What to do: no worker begins anything more, they go on, or the crawl is deleted.
 * @param name Which crawl.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function control(
  what: "pause" | "resume" | "clear",
  name: string,
  { store }: Required<Pick<KeptFlags, "store">>,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    const { RedisFrontier } = await redisModule();
    await using crawl = await RedisFrontier.attach(store, { name });
    await crawl[what]();
    const done = { pause: "paused", resume: "going on", clear: "deleted" }[what];
    io.stdout.write(`${name}: ${done}\n`);
  });
}

async function told(io: CliIo, run: () => Promise<void>): Promise<ExitCode> {
  try {
    await run();
    return EXIT.completed;
  } catch (error) {
    io.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodeOfStart(error);
  }
}

function textOf({ payload, reason }: DeadLetter<Request>): string {
  return oneLine(reason.includes(payload.url) ? reason : `${payload}: ${reason}`);
}

function jsonOf({ payload, reason }: DeadLetter<Request>): string {
  const { url, sid, callback, depth, meta, options: { method = "GET" } } = payload;
  return JSON.stringify({ url, method, reason, sid, callback, depth, meta });
}

/** Resolves when the line is out: there may be a million of them. */
function writeLine(stream: CliStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${line}\n`, (error) => error ? reject(error) : resolve());
  });
}
