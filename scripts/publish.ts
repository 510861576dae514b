/**
 * Publishes every package to JSR, each after those it needs.
 *
 * `deno publish` in the root would publish the umbrella alone, since the root has a name: so each
 * package is published from its own folder. Arguments are passed on to `deno publish`; with
 * `--dry-run` nothing leaves the machine, and a work tree with changes is fine.
 *
 * @module
 */
import { inDependencyOrder } from "./dependency_order.ts";
import { succeeds } from "./run.ts";
import { readPackages } from "./workspace.ts";

const dryRun = Deno.args.includes("--dry-run");
const args = ["publish", ...Deno.args, ...(dryRun ? ["--allow-dirty"] : [])];
const failed: string[] = [];

for (const pkg of await inDependencyOrder(await readPackages())) {
  if (await succeeds(Deno.execPath(), args, { cwd: pkg.dir })) continue;
  failed.push(pkg.name);
  // What comes next may need this one; a dry run goes on, to report all there is.
  if (!dryRun) break;
}

if (failed.length > 0) {
  console.error(`Not ${dryRun ? "publishable" : "published"}: ${failed.join(", ")}`);
  Deno.exit(1);
}
