/**
 * Lints the documentation of every entry point of every package: `deno doc --lint`, one by one,
 * since a type in a signature must be exported by that same entry point.
 *
 * @module
 */
import { relative } from "node:path";
import { succeeds } from "./run.ts";
import { readPackages, ROOT } from "./workspace.ts";

const entries = (await readPackages()).flatMap((pkg) => [...pkg.entries.values()]);
let failures = 0;
for (const entry of entries) {
  const ok = await succeeds(Deno.execPath(), ["doc", "--lint", relative(ROOT, entry)], {
    cwd: ROOT,
  });
  if (!ok) failures++;
}

console.log(`Documentation of ${entries.length} entry points, ${failures} with errors`);
if (failures > 0) Deno.exit(1);
