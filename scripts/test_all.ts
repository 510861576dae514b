/**
 * Runs tasks of deno.json one after another, whatever the others gave, and ends with one plain line:
 * `N passed, N failed`.
 *
 * A task whose name begins with `test:` counts the tests it reports; it fails if it reports none.
 * Any other task counts as one test.
 *
 * @module
 */
import { type Counts, reportedCounts } from "./test_counts.ts";
import { ROOT } from "./workspace.ts";

/** How a task ended. */
interface StepResult extends Counts {
  readonly task: string;
  readonly seconds: number;
}

async function runStep(task: string): Promise<StepResult> {
  console.log(`\n== ${task}`);
  const started = performance.now();
  const { success, text } = await runTask(task);
  const seconds = (performance.now() - started) / 1000;
  return { task, seconds, ...countsOf(task, success, text) };
}

function countsOf(task: string, success: boolean, text: string): Counts {
  if (!task.startsWith("test:")) {
    return { passed: success ? 1 : 0, failed: success ? 0 : 1, ignored: 0 };
  }
  const counts = reportedCounts(text);
  const ran = counts.passed + counts.failed > 0;
  if (!ran) console.log(`${task} ran no test`);
  // It can also fail outside of a test: in a type check, or because it crashed.
  return ran && (success || counts.failed > 0) ? counts : { ...counts, failed: counts.failed + 1 };
}

/** Runs a task, shows what it prints, and gives it back. */
async function runTask(task: string): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", task],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr, status] = await Promise.all([
    show(child.stdout),
    show(child.stderr),
    child.status,
  ]);
  return { success: status.success, text: stdout + stderr };
}

async function show(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await Deno.stdout.write(rest));
  }
  return await new Blob(chunks as BlobPart[]).text();
}

function summary(results: readonly StepResult[]): string {
  const lines = results.map(({ task, seconds, passed, failed, ignored }) => {
    const counts = `${passed} passed, ${failed} failed` +
      (ignored > 0 ? `, ${ignored} ignored` : "");
    return `${failed > 0 ? "FAILED" : "ok    "}  ${task.padEnd(12)}  ${counts} (${
      seconds.toFixed(1)
    } s)`;
  });
  return ["\n== summary", ...lines].join("\n");
}

const tasks = Deno.args;
const results: StepResult[] = [];
for (const task of tasks) results.push(await runStep(task));

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(summary(results));
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) Deno.exit(1);
