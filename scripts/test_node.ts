/**
 * Tests the npm packages as an npm user meets them: builds the tarballs, installs them in a copy of
 * `tests/node` with npm, type-checks that project with TypeScript, and runs its tests on Node 24.
 *
 * @module
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { findNode } from "./find_node.ts";
import { buildTarballs } from "./npm.ts";
import { output, succeeds } from "./run.ts";
import { closingLine, type Counts } from "./test_counts.ts";
import { ROOT } from "./workspace.ts";

/** How long the tests may take, until the process has ended by itself, in milliseconds. */
const TIMEOUT_MS = 120_000;

async function testInstalledPackages(project: string): Promise<Counts> {
  const node = await findNode(24);
  console.log(`Node ${(await output(node, ["--version"])).trim()}`);
  await install(project, await buildTarballs());

  const typed = await succeeds(node, ["node_modules/typescript/bin/tsc"], { cwd: project });
  console.log(typed ? "tsc: no errors" : "tsc: errors, see above");
  const tests = await runTests(node, project);
  return {
    ...tests,
    passed: tests.passed + (typed ? 1 : 0),
    failed: tests.failed + (typed ? 0 : 1),
  };
}

async function install(project: string, tarballs: readonly string[]): Promise<void> {
  const filter = (path: string) => basename(path) !== "node_modules";
  await cp(join(ROOT, "tests", "node"), project, { recursive: true, filter });
  await output("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd: project });
}

/** Runs `node --test`, which ends when the last test process has: with a handle open, it never does. */
async function runTests(node: string, project: string): Promise<Counts> {
  const child = new Deno.Command(node, {
    args: ["--test", "--test-reporter=tap"],
    cwd: project,
    env: { NO_COLOR: "1", PATH: dirname(node) + delimiter + Deno.env.get("PATH") },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    child.kill("SIGTERM"); // Node's test runner takes its test processes with it.
  }, TIMEOUT_MS);
  try {
    const text = await new Response(child.stdout).text();
    const { success } = await child.status;
    console.log(text);
    if (expired) console.log(`The tests did not end by themselves within ${TIMEOUT_MS} ms`);
    return tapCounts(text, success);
  } finally {
    clearTimeout(timer);
  }
}

/** The counts at the end of Node's TAP output. */
function tapCounts(text: string, success: boolean): Counts {
  const count = (what: string) =>
    Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  const ran = count("pass") + failed > 0;
  return {
    passed: count("pass"),
    failed: failed === 0 && !(success && ran) ? 1 : failed,
    ignored: count("skipped"),
  };
}

const project = await mkdtemp(join(tmpdir(), "orbweaver-node-"));
try {
  const counts = await testInstalledPackages(project);
  console.log(closingLine(counts));
  if (counts.failed > 0) Deno.exitCode = 1;
} finally {
  await rm(project, { recursive: true, force: true });
}
