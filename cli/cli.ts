import { Command, CommanderError, Option } from "commander";
import { crawl, type CrawlFlags } from "./crawl.ts";
import { EXIT } from "./exit_code.ts";
import { type CliIo, processIo } from "./io.ts";
import { control, failed, type KeptFlags, retry, status } from "./kept_commands.ts";
import { VERSION } from "./version.ts";

const EXAMPLES = `
Examples:
  $ orbweaver crawl                            the demo: a shop with 200 products
  $ orbweaver crawl my_spider.ts               a spider of your own, into items.jsonl
  $ orbweaver crawl my_spider.ts -o - | jq     … into another program
  $ orbweaver crawl my_spider.ts --store redis://db.example   … with others who do the same
  $ orbweaver crawl my_spider.ts --crawl-dir c kept in a folder: the same again goes on

A spider file:
  import { type Response, Spider } from "@orbweaver/spider";

  export default class Quotes extends Spider {
    override name = "quotes";
    override startUrls = ["https://quotes.toscrape.com/"];
    override async *parse(response: Response) {
      for (const quote of response.css("div.quote")) {
        yield { text: quote.css("span.text::text").get() };
      }
      const next = response.css("li.next a::attr(href)").get();
      if (next) yield response.follow(next);
    }
  }

Ctrl+C finishes the pages in flight and stops; twice stops at once. With --crawl-dir, the same
command goes on from there; a crawl that is completed is not run again: delete the folder for that.

Exit codes: 0 completed, 2 usage (the command, the spider file, the output), 3 stopped, 4 limit,
5 failed.
`;

const STORE = "the store: redis://host:port, or rediss://";

/** What can be done with a crawl that is kept in a folder or in a store. */
const KEPT_COMMANDS = [
  { name: "status", what: "say how a crawl stands, or all", act: status, json: true, all: true },
  {
    name: "failed",
    what: "list the requests that failed for good",
    act: failed,
    json: true,
    all: false,
  },
  {
    name: "retry",
    what: "queue the requests that failed for good again",
    act: retry,
    json: false,
    all: false,
  },
] as const;

/** What can be done with a whole crawl that workers share. */
const SHARED_COMMANDS = [
  ["pause", "let no worker begin anything more; they stay, and wait"],
  ["resume", "let the workers go on"],
  ["clear", "delete a crawl, its items included"],
] as const;

/**
 * Runs one command.
 *
 * @param argv The arguments, without the program's own name.
 * @param io The streams. Default: those of this process.
 * @returns The exit code: 0 completed, 2 usage, 3 stopped with work left, 5 failed.
 *
 * @example
 * ```ts
 * import { run } from "./cli.ts";
 * import assert from "node:assert/strict";
 *
 * let text = "";
 * const stdout = { write: (part: string) => void (text += part) };
 * const exitCode = await run(["crawl", "--help"], { stdout, stderr: stdout, env: {} });
 * assert.equal(exitCode, 0);
 * assert.match(text, /orbweaver crawl my_spider.ts/);
 * ```
 */
export async function run(argv: readonly string[], io: CliIo = processIo()): Promise<number> {
  let exitCode: number = EXIT.completed;
  const program = new Command("orbweaver")
    .description("Crawls web sites with spiders that drive several sessions at once.")
    .version(VERSION, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Try 'orbweaver --help'.")
    .exitOverride();
  program.command("crawl")
    .summary("run a spider; without a file, the demo")
    .description("Runs the spider that a file exports as its default. Without a file: the demo.")
    .argument("[spider]", "the spider's file, TypeScript or JavaScript")
    .option(
      "-o, --output <file>",
      "where items go: .jsonl, .json, .csv, .xml or .sqlite; '-' is standard output",
    )
    .option(
      "--store <url>",
      "share the crawl with others who run the same spider: redis://host:port, or rediss://",
    )
    .option(
      "--crawl-dir <folder>",
      "keep the crawl in a folder; run again, it goes on where it stopped, even if it was killed",
    )
    .addOption(
      new Option(
        "--durability <level>",
        "with --crawl-dir, what a finished page survives: the end of the process, or of the power too",
      ).choices(["normal", "full"]).default("normal"),
    )
    .option("--json", "tell what happens as one JSON event a line on standard output")
    .option("-q, --quiet", "show nothing but errors")
    .option("--no-progress", "don't show how far the crawl is")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, flags: CrawlFlags, command: Command) => {
      refuseContradictions(flags, command);
      exitCode = await crawl(file, flags, io);
    });
  for (const { name, what, act, json, all } of KEPT_COMMANDS) {
    const command = program.command(name)
      .summary(what)
      .description(`In a folder, or in a store that workers share: ${what}.`)
      .argument("[name]", "the crawl's name in the store")
      .option("--store <url>", STORE)
      .option("--crawl-dir <folder>", "the folder that a crawl is kept in");
    if (json) command.option("--json", "tell it as JSON");
    command.action(async (crawlName: string | undefined, flags: KeptFlags) => {
      refuseOtherThanOne(crawlName, flags, command, all);
      exitCode = await act(crawlName, flags, io);
    });
  }
  for (const [name, what] of SHARED_COMMANDS) {
    program.command(name)
      .summary(what)
      .description(`In a store that workers share: ${what}.`)
      .argument("<name>", "the crawl's name")
      .requiredOption("--store <url>", STORE)
      .action(async (crawlName: string, flags: { store: string }) => {
        exitCode = await control(name, crawlName, flags, io);
      });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.completed : EXIT.usage;
  }
}

function refuseContradictions(flags: CrawlFlags, command: Command): void {
  const { json, quiet, output, store, crawlDir } = flags;
  if (json && quiet) command.error("error: '--json' and '--quiet' exclude each other");
  if (json && output === "-") {
    command.error("error: '--json' and '-o -' both want standard output; give '-o' a file");
  }
  if (store !== undefined && crawlDir !== undefined) {
    command.error("error: '--store' and '--crawl-dir' both keep the crawl: give one of them");
  }
}

/** A folder has one crawl, and a store has many. */
function refuseOtherThanOne(
  name: string | undefined,
  { store, crawlDir }: KeptFlags,
  command: Command,
  mayBeAll: boolean,
): void {
  if ((store === undefined) === (crawlDir === undefined)) {
    command.error("error: say where the crawl is kept: with '--crawl-dir', or with '--store'");
  }
  if (crawlDir !== undefined && name !== undefined) {
    command.error(`error: a folder has one crawl: leave out the name, '${name}'`);
  }
  if (store !== undefined && name === undefined && !mayBeAll) {
    command.error("error: a store has many crawls: give the name of one, as 'status' shows it");
  }
}
