import assert from "node:assert/strict";
import { join } from "node:path";
import { findNode } from "../../../../scripts/find_node.ts";

const FOLDER = import.meta.dirname!;
const HOOKS = join(FOLDER, "../../../sessions/fetch/node/workspace_hooks.ts");

Deno.test("in Node, SqliteFrontier keeps the whole contract", async () => {
  const node = await findNode(24);
  const { stdout, success } = await new Deno.Command(node, {
    args: [
      "--disable-warning=ExperimentalWarning",
      "--import",
      HOOKS,
      "--test",
      "--test-reporter=tap",
      join(FOLDER, "contract_script.ts"),
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, text);
  const passed = Number(/^# pass (\d+)$/m.exec(text)?.[1]);
  assert.ok(passed >= 27, text);
});
