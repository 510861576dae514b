import assert from "node:assert/strict";
import config from "../../cli/deno.json" with { type: "json" };
import { capture, runHere } from "./_run_here.ts";

Deno.test("--help names the commands, on standard output", async () => {
  const { exitCode, stdout, stderr } = await runHere(["--help"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Usage: orbweaver /);
  assert.match(stdout, /crawl \[options\] \[spider\]/);
  assert.equal(stderr, "");
});

Deno.test("crawl --help shows examples, a spider file and the exit codes", async () => {
  const { exitCode, stdout } = await runHere(["crawl", "--help"]);
  assert.equal(exitCode, 0);
  for (const part of ["$ orbweaver crawl my_spider.ts", "export default class", "3 stopped"]) {
    assert.ok(stdout.includes(part), part);
  }
});

Deno.test("--version is the version of the package", async () => {
  assert.deepEqual(await runHere(["--version"]), {
    exitCode: 0,
    stdout: `${config.version}\n`,
    stderr: "",
  });
});

Deno.test("nothing at all shows the help, as an error", async () => {
  const { exitCode, stdout, stderr } = await runHere([]);
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^Usage: orbweaver /);
});

const MISTAKES: [argv: string[], message: RegExp][] = [
  [["crwal"], /unknown command 'crwal'[^]*Did you mean crawl\?/],
  [["crawl", "--outptu", "x"], /unknown option '--outptu'[^]*Did you mean --output\?/],
  [["crawl", "-o"], /option '-o, --output <file>' argument missing/],
  [["crawl", "a.ts", "b.ts"], /too many arguments/],
  [["crawl", "--json", "--quiet"], /'--json' and '--quiet' exclude each other/],
  [["crawl", "--json", "-o", "-"], /'--json' and '-o -' both want standard output/],
  [
    ["crawl", "-o", "items.xlsx"],
    /'items\.xlsx' can't be written: nobody knows '\.xlsx'; use one of \.jsonl,/,
  ],
  [["retry"], /say where the crawl is kept: with '--crawl-dir', or with '--store'/],
  [["failed", "--store", "redis://h", "--crawl-dir", "c"], /say where the crawl is kept/],
  [["retry", "shop", "--crawl-dir", "c"], /a folder has one crawl: leave out the name, 'shop'/],
  [["retry", "--store", "redis://h"], /a store has many crawls: give the name of one/],
  [["crawl", "no_such_spider.ts"], /There is no spider file 'no_such_spider\.ts' \(looked for \//],
];

for (const [argv, message] of MISTAKES) {
  Deno.test(`'${argv.join(" ")}' is a mistake: exit code 2 and a word on it`, async () => {
    const { exitCode, stdout, stderr } = await runHere(argv);
    assert.equal(exitCode, 2);
    assert.equal(stdout, "");
    assert.match(stderr, message);
  });
}

Deno.test("--quiet does not hide a mistake", async () => {
  const { exitCode, stderr } = await runHere(["crawl", "no_such_spider.ts", "--quiet"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /There is no spider file/);
});

Deno.test("--json tells of a mistake in its last event", async () => {
  const { exitCode, stdout } = await runHere(["crawl", "no_such_spider.ts", "--json"]);
  assert.equal(exitCode, 2);
  const { time: _, ...event } = JSON.parse(stdout);
  assert.equal(event.error.name, "LoadSpiderError");
  assert.match(event.error.message, /There is no spider file/);
  assert.deepEqual(event, { event: "end", outcome: "failed", exitCode: 2, error: event.error });
});

Deno.test("errors are coloured on a terminal, and not with NO_COLOR", async () => {
  const argv = ["crawl", "no_such_spider.ts"];
  const coloured = await runHere(argv, { stderr: capture({ isTTY: true }) });
  const plain = await runHere(argv, { stderr: capture({ isTTY: true }), env: { NO_COLOR: "1" } });
  assert.ok(coloured.stderr.includes("\x1b["));
  assert.ok(!plain.stderr.includes("\x1b["));
});
