import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { VERSION } from "../../cli/version.ts";
import { readPackages, ROOT } from "../../scripts/workspace.ts";

/** The root's deno.json, as far as it is looked at here. */
interface RootConfig {
  readonly tasks: Record<string, string | { readonly description?: string }>;
  readonly lock: { readonly path: string; readonly frozen: boolean };
  readonly nodeModulesDir: string;
  readonly test: { readonly sanitizeOps: boolean; readonly sanitizeResources: boolean };
}

const packages = await readPackages();
const root = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8")) as RootConfig;

for (const pkg of packages) {
  Deno.test(`${pkg.name} has a licence, a description and entry points that exist`, () => {
    assert.equal(pkg.license, "MIT");
    assert.match(pkg.description, /^\S.{20,200}\.$/);
    assert.ok(pkg.entries.has("."));
    for (const path of pkg.entries.values()) assert.ok(existsSync(path), path);
  });

  Deno.test(`${pkg.name} pins each npm dependency to one version`, () => {
    for (const [name, target] of Object.entries(pkg.imports)) {
      assert.match(target, /^npm:(@[^/]+\/)?[^@/]+@\d+\.\d+\.\d+$/, name);
    }
  });
}

Deno.test("all packages have one version, and the command line says it", () => {
  const versions = new Set(packages.map(({ version }) => version));
  assert.deepEqual([...versions], [VERSION]);
  assert.match(VERSION, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

Deno.test("the licence's text is there", async () => {
  assert.match(await readFile(join(ROOT, "LICENSE"), "utf8"), /^MIT License\n/);
});

Deno.test("the lockfile is frozen and names no host", async () => {
  assert.deepEqual(root.lock, { path: "deno.lock", frozen: true });
  const lock = await readFile(join(ROOT, root.lock.path), "utf8");
  assert.doesNotMatch(lock, /https?:\/\//);
});

Deno.test("the root has no package.json, which would change how Deno finds npm packages", () => {
  assert.equal(existsSync(join(ROOT, "package.json")), false);
  assert.equal(root.nodeModulesDir, "auto");
});

Deno.test("tests are checked for leaks", () => {
  assert.deepEqual(root.test, { sanitizeOps: true, sanitizeResources: true });
});

Deno.test("every task says what it does", () => {
  const silent = Object.entries(root.tasks).filter(([, task]) =>
    typeof task === "string" || !task.description
  );
  assert.deepEqual(silent, []);
});
