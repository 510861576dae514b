import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importedNames } from "../../scripts/npm_emitted.ts";
import { finishManifest, type Manifest } from "../../scripts/npm_manifest.ts";
import type { Package } from "../../scripts/workspace.ts";

function packageOf(name: string, imports: Record<string, string> = {}): Package {
  const facts = { version: "1.2.3", license: "MIT", description: "One of the packages.", dir: "/" };
  return { name, ...facts, entries: new Map(), imports };
}

function packedAs(name: string): Manifest {
  const entry = { types: "./main.d.ts", import: "./main.js", default: "./main.js" };
  return { name, version: "1.2.3", exports: { ".": entry } };
}

/** Runs a check on a folder with some files. */
async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  check: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-emitted-"));
  try {
    for (const [path, code] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), code);
    }
    return await check(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("an npm package depends on exactly the versions that it was tested with", () => {
  const session = packageOf("@orbweaver/session");
  const spider = packageOf("@orbweaver/spider", { parse5: "npm:parse5@8.1.1" });
  const imported = ["@orbweaver/session", "parse5"];
  const manifest = finishManifest(packedAs(spider.name), spider, [session, spider], imported);
  assert.deepEqual(manifest.dependencies, { "@orbweaver/session": "1.2.3", parse5: "8.1.1" });
  assert.deepEqual(manifest.engines, { node: ">=24" });
  assert.equal(manifest.bin, undefined);
});

Deno.test("the npm package of the command line installs a program", () => {
  const cli = packageOf("@orbweaver/cli");
  const { bin } = finishManifest(packedAs(cli.name), cli, [cli], []);
  assert.deepEqual(bin, { orbweaver: "./main.js" });
});

Deno.test("an npm package that imports what nobody declared is refused", () => {
  const spider = packageOf("@orbweaver/spider", { local: "./local.ts" });
  for (const name of ["parse5", "local", "@orbweaver/session", "@orbweaver/spider"]) {
    assert.throws(
      () => finishManifest(packedAs(spider.name), spider, [spider], [name]),
      new RegExp(`@orbweaver/spider imports (itself|"${name}")`),
    );
  }
});

Deno.test("dependencies are found in every file, but not in comments", async () => {
  const names = await withFiles({
    "mod.js": `/** import "commented"; */ import "./deep/code.js"; import "node:fs";`,
    "mod.d.ts": `import type { A } from "@scope/types/sub"; export type B = A;`,
    "deep/code.js": `import "statically"; const text = 'import "quoted"'; import("lazily");`,
  }, importedNames);
  assert.deepEqual(names, ["@scope/types", "lazily", "statically"]);
});

Deno.test("an npm package with a missing file, or a foreign import, is refused", async () => {
  const refused = (files: Record<string, string>, message: RegExp) =>
    assert.rejects(withFiles(files, importedNames), message);
  await refused({ "mod.js": `import "./gone.js";` }, /gone\.js/);
  await refused({ "mod.js": `import "npm:parse5@8";` }, /npm:parse5@8/);
  await refused({ "mod.js": `import("jsr:@std/async@1");` }, /jsr:@std\/async@1/);
});

Deno.test("an npm package that lacks a declaration file is refused", async () => {
  const files = {
    "mod.js": "",
    "mod.d.ts": `export type { A } from "./a.js";`,
    "a.js": "",
  };
  await assert.rejects(withFiles(files, importedNames), /a\.d\.ts/);
  await withFiles({ ...files, "a.d.ts": "export type A = 1;" }, importedNames);
});
