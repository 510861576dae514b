import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";

interface Manifest {
  name: string;
  version: string;
  license: string;
  description: string;
  engines: Record<string, string>;
  exports: Record<string, unknown>;
}

const SCOPE = "node_modules/@orbweaver";

async function manifests(): Promise<Manifest[]> {
  const folders = await readdir(SCOPE);
  return await Promise.all(
    folders.map(async (folder) =>
      JSON.parse(await readFile(`${SCOPE}/${folder}/package.json`, "utf8")) as Manifest
    ),
  );
}

test("every entry point of every package can be imported", async () => {
  for (const { name, exports } of await manifests()) {
    for (const entry of Object.keys(exports)) {
      const module = await import(name + entry.slice(1)) as object;
      assert.notDeepEqual(Object.keys(module), [], `${name} ${entry} exports nothing`);
    }
  }
});

test("packages say what they are, and contain no tests", async () => {
  for (const { name, license, description, engines } of await manifests()) {
    assert.equal(license, "MIT", name);
    assert.ok(description, name);
    assert.deepEqual(engines, { node: ">=24" }, name);
    const files = await readdir(`node_modules/${name}`, { recursive: true });
    assert.deepEqual(files.filter((file) => /(?:^|\/)tests?\/|[._]test\.|deno\.json|deno\.lock/.test(file)), [], name);
    assert.ok(files.includes("LICENSE") && files.includes("README.md"), name);
  }
});

test("the program `orbweaver` is installed and says its version", async () => {
  const { stdout } = await promisify(execFile)("node_modules/.bin/orbweaver", ["--version"]);
  const cli = (await manifests()).find(({ name }) => name === "@orbweaver/cli");
  assert.equal(stdout.trim(), cli?.version);
});
