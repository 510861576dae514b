/**
 * What the engine adds to a request, what a queued request takes, and how fair the frontier is.
 *
 * Each measurement runs in a process of its own, so that none inherits another's heap or warm code.
 *
 * @module
 */
import { join } from "node:path";

const MEASUREMENTS = ["overhead.ts", "memory.ts", "scale.ts", "fairness.ts"];

for (const file of MEASUREMENTS) {
  const path = join(import.meta.dirname!, "engine", file);
  const args = ["run", "-A", "--no-check", "--v8-flags=--expose-gc", path];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  if (!success) Deno.exit(1);
}
