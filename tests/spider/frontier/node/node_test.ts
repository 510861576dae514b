import assert from "node:assert/strict";
import { join } from "node:path";
import { findNode } from "../../../../scripts/find_node.ts";

const FOLDER = import.meta.dirname!;
const HOOKS = join(FOLDER, "../../../sessions/fetch/node/workspace_hooks.ts");

/** Runs a script of tests in Node; gives how many passed. */
async function passedInNode(script: string): Promise<number> {
  const node = await findNode(24);
  const { stdout, success } = await new Deno.Command(node, {
    args: [
      "--disable-warning=ExperimentalWarning",
      "--import",
      HOOKS,
      "--test",
      "--test-reporter=tap",
      join(FOLDER, script),
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, text);
  return Number(/^# pass (\d+)$/m.exec(text)?.[1]);
}

Deno.test("in Node, SqliteFrontier keeps the whole contract", async () => {
  assert.ok(await passedInNode("contract_script.ts") >= 27);
});

Deno.test("in Node, a crawl in a folder goes on where it stopped", async () => {
  assert.equal(await passedInNode("crawl_script.ts"), 1);
});
