/** `examples/escalation.ts`, with a browser and without. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { BrowserNotFoundError, findBrowser } from "@orbweaver/browser-session";

const EXAMPLE = fileURLToPath(new URL("../../examples/escalation.ts", import.meta.url));

async function run(env: Record<string, string>): Promise<{ output: string; code: number }> {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", EXAMPLE],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { output: decoder.decode(stdout) + decoder.decode(stderr), code };
}

Deno.test({
  name: "escalation: 20 pages behind the wall cost one page of a browser",
  ignore: !hasBrowser(),
  fn: async () => {
    const { output, code } = await run({});
    assert.equal(code, 0, output);
    assert.match(output, /^20 pages \{ http: 20, dynamic: 1 \}/);
  },
});

Deno.test("escalation without a browser: the crawl ends, and says once what to install", async () => {
  const { output, code } = await run({ CHROME_PATH: "/nowhere/chromium" });
  assert.equal(code, 0, output);
  assert.match(output, /^0 pages \{ http: \d+ \}/);
  assert.match(output, /Blocked \(status 403\) after 4 attempts/);
  assert.equal(output.match(/'dynamic' does not start: .* install one with '/g)?.length, 1, output);
});

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return false;
    throw error;
  }
}
