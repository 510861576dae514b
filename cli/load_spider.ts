import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Spider } from "@orbweaver/spider";
import { LoadSpiderError } from "./errors.ts";

/** What to write into a spider file, for errors. */
const HOW = "write 'export default class MySpider extends Spider { … }'";

/**
 * Loads the spider that a file has as its default export: a class, which is constructed without
 * arguments, or an instance. It may come from another copy or version of `@orbweaver/spider`.
 *
 * @param path The file: TypeScript or JavaScript.
 * @returns The spider.
 * @throws {LoadSpiderError} If there is no such file, it can't be loaded, or has no spider to give.
 *
 * @example
 * ```ts
 * import { loadSpider } from "./load_spider.ts";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(loadSpider("no_such_spider.ts"), { name: "LoadSpiderError" });
 * ```
 */
export async function loadSpider(path: string): Promise<Spider> {
  await requireFile(path);
  const module = await importFile(path);
  if (!("default" in module)) throw new LoadSpiderError(path, withoutDefault(path, module));
  const spider = instantiate(path, module.default);
  if (isSpider(spider)) return spider;
  throw new LoadSpiderError(
    path,
    `The default export of '${path}' is no spider: received ${describe(module.default)}; ${HOW}`,
  );
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause) => {
    throw new LoadSpiderError(
      path,
      `There is no spider file '${path}' (looked for ${resolve(path)}); ` +
        `give the path of a TypeScript or JavaScript file, or nothing for the demo`,
      cause,
    );
  });
  if (found.isFile()) return;
  throw new LoadSpiderError(path, `'${path}' is no file; give the path of the spider's own file`);
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  const { href } = pathToFileURL(resolve(path));
  try {
    return await import(href);
  } catch (cause) {
    throw new LoadSpiderError(path, `'${path}' can't be loaded: ${described(cause)}`, cause);
  }
}

function withoutDefault(path: string, module: Record<string, unknown>): string {
  const spiders = Object.keys(module).filter((name) => isSpiderClass(module[name]));
  if (spiders.length === 0) return `'${path}' has no default export; ${HOW}`;
  return `'${path}' has no default export; put 'export default' before 'class ${spiders[0]}'`;
}

function instantiate(path: string, exported: unknown): unknown {
  if (!isSpiderClass(exported)) return exported;
  try {
    return new exported();
  } catch (cause) {
    throw new LoadSpiderError(
      path,
      `The spider of '${path}' can't be constructed: ${described(cause)}; ` +
        `it must need no arguments, or export an instance`,
      cause,
    );
  }
}

/** By its shape, not by `instanceof`: the file may import another copy of the class. */
function isSpider(value: unknown): value is Spider {
  if (typeof value !== "object" || value === null) return false;
  const { open, parse, start } = value as Partial<Spider>;
  return [open, parse, start].every((method) => typeof method === "function");
}

function isSpiderClass(value: unknown): value is new () => unknown {
  return typeof value === "function" && isSpider(value.prototype);
}

function described(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function describe(value: unknown): string {
  if (typeof value === "function") return value.name ? `'${value.name}'` : "a function";
  if (typeof value !== "object" || value === null) return String(JSON.stringify(value) ?? value);
  const { constructor } = value;
  return typeof constructor === "function" ? `an object of class ${constructor.name}` : "an object";
}
