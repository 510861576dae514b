/**
 * What the files of an npm package import, and whether all of it is there.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Module, moduleGraph } from "./module_graph.ts";

/**
 * The npm packages that a folder's files import, in code or in declarations.
 *
 * @param folder The package's folder.
 * @returns Their names, sorted.
 * @throws {Error} If a file imports a file that is not there, or something that npm does not have.
 */
export async function importedNames(folder: string): Promise<string[]> {
  const names = new Set<string>();
  for (const module of await emittedModules(folder)) {
    for (const { specifier } of module.imports) {
      if (isRelative(specifier)) assertEmitted(specifier, module);
      else if (!isBuiltin(specifier)) names.add(packageName(specifier, module));
    }
  }
  return [...names].sort();
}

/**
 * Checks that an imported file is there. From a declaration file, `./a.js` means `./a.d.ts`, and
 * `deno pack` leaves out those whose types need inference, saying so only in a warning.
 */
function assertEmitted(specifier: string, module: Module): void {
  const isDeclaration = module.specifier.endsWith(".d.ts");
  const target = isDeclaration ? specifier.replace(/\.js$/, ".d.ts") : specifier;
  if (existsSync(new URL(target, module.specifier))) return;
  throw new Error(`${fileURLToPath(module.specifier)} imports "${target}", which was not emitted`);
}

/** Every .js and .d.ts file of a folder, as a module with its imports. */
async function emittedModules(folder: string): Promise<readonly Module[]> {
  const files = await readdir(folder, { recursive: true });
  const urls = files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .map((file) => pathToFileURL(join(folder, file)).href);
  const entry = `${folder}.entry.ts`;
  await writeFile(entry, urls.map(importStatement).join("\n"));
  try {
    const flags = ["--no-config", "--no-lock", "--node-modules-dir=none"];
    const modules = await moduleGraph(entry, flags);
    return modules.filter(({ specifier }) => urls.includes(specifier));
  } finally {
    await rm(entry);
  }
}

function importStatement(url: string): string {
  return url.endsWith(".d.ts") ? `import type {} from "${url}";` : `import "${url}";`;
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith("./") || specifier.startsWith("../");
}

function packageName(specifier: string, module: Module): string {
  const name = /^(@[^/:]+\/)?[^/:]+(?=\/|$)/.exec(specifier)?.[0];
  if (name !== undefined) return name;
  throw new Error(`${module.specifier} imports "${specifier}", which npm does not know`);
}
