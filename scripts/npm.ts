/**
 * Builds one npm tarball a package in `npm/`, each beside the folder it was packed from.
 *
 * `deno pack` turns a package into JavaScript, declarations and a package.json. What it leaves out
 * is added here: dependencies on packages of this workspace, the command line's `bin`, the licence.
 *
 * @module
 */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { inDependencyOrder } from "./dependency_order.ts";
import { importedNames } from "./npm_emitted.ts";
import { finishManifest, type Manifest } from "./npm_manifest.ts";
import { npmReadme } from "./npm_readme.ts";
import { output } from "./run.ts";
import { type Package, readPackages, ROOT } from "./workspace.ts";

const OUTPUT = join(ROOT, "npm");

/**
 * Builds every tarball afresh.
 *
 * @returns Their paths, in dependency order.
 * @throws {Error} If a package can't be packed, or what was packed does not hold together.
 */
export async function buildTarballs(): Promise<string[]> {
  await rm(OUTPUT, { recursive: true, force: true });
  const packages = await inDependencyOrder(await readPackages());
  const folders: string[] = [];
  for (const pkg of packages) folders.push(await stage(pkg, packages));
  return await packFolders(folders);
}

/** Makes the folder that a package's tarball is packed from. */
async function stage(pkg: Package, packages: readonly Package[]): Promise<string> {
  const folder = join(OUTPUT, pkg.name.split("/").at(-1)!);
  await mkdir(folder, { recursive: true });
  await denoPack(pkg, packages, folder);

  const manifestPath = join(folder, "package.json");
  const packed = JSON.parse(await readFile(manifestPath, "utf8")) as Manifest;
  const manifest = finishManifest(packed, pkg, packages, await importedNames(folder));
  await writeFile(manifestPath, JSON.stringify(manifest, null, 2) + "\n");
  for (const path of Object.values(manifest.bin ?? {})) await makeExecutable(join(folder, path));

  await copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  const readme = join(folder, "README.md");
  if (!existsSync(readme)) await writeFile(readme, await npmReadme(pkg));
  return folder;
}

async function denoPack(
  pkg: Package,
  packages: readonly Package[],
  folder: string,
): Promise<void> {
  const tarball = `${folder}.deno.tgz`;
  // The umbrella's folder holds the other packages, and deno pack would take them in.
  const nested = packages.filter((other) => other.dir.startsWith(pkg.dir + sep));
  const ignore = nested.map((other) => `--ignore=${relative(pkg.dir, other.dir)}`);
  const flags = ["--allow-dirty", "--no-source-maps", "--output", tarball, ...ignore];
  await output(Deno.execPath(), ["pack", ...flags], { cwd: pkg.dir });
  await output("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  await rm(tarball);
}

async function makeExecutable(path: string): Promise<void> {
  const code = (await readFile(path, "utf8")).replace(/^#!.*\n/, "");
  await writeFile(path, `#!/usr/bin/env node\n${code}`);
  await chmod(path, 0o755);
}

async function packFolders(folders: readonly string[]): Promise<string[]> {
  const args = ["pack", ...folders, "--pack-destination", OUTPUT, "--json"];
  const packed = JSON.parse(await output("npm", args, { cwd: ROOT }));
  // npm 11 gives a list, npm 12 an object by package name.
  const results = Object.values(packed) as { filename: string }[];
  return results.map(({ filename }) => join(OUTPUT, filename));
}

if (import.meta.main) {
  for (const tarball of await buildTarballs()) console.log(relative(ROOT, tarball));
}
