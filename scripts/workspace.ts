/**
 * The packages of this workspace, read from their deno.json files: the members, then the umbrella.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's folder. */
export const ROOT: string = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** One package: a workspace member or the umbrella. */
export interface Package {
  /** Its name with the scope, such as "@orbweaver/session". */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its licence, as an SPDX identifier. */
  readonly license: string;
  /** What it is, in one sentence. */
  readonly description: string;
  /** Its folder, absolute. */
  readonly dir: string;
  /** Its entry points by export name: absolute paths. */
  readonly entries: ReadonlyMap<string, string>;
  /** Its import map: what its own deno.json asks for by name. */
  readonly imports: Readonly<Record<string, string>>;
}

/** The parts of a deno.json that are read here. */
interface DenoJson {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly description?: string;
  readonly exports?: string | Record<string, string>;
  readonly imports?: Record<string, string>;
  readonly workspace?: readonly string[];
}

/**
 * Reads every package of the workspace; the umbrella, which is the root, comes last.
 *
 * @throws {Error} If a package lacks a name, a version, a licence, a description or exports.
 */
export async function readPackages(): Promise<Package[]> {
  const { workspace } = await readDenoJson(ROOT);
  if (workspace === undefined) throw new Error("deno.json in the root has no workspace");
  const dirs = [...workspace.map((member) => join(ROOT, member)), ROOT];
  return await Promise.all(dirs.map(readPackage));
}

async function readPackage(dir: string): Promise<Package> {
  const config = await readDenoJson(dir);
  const required = (field: "name" | "version" | "license" | "description"): string => {
    const value = config[field];
    if (!value) throw new Error(`${join(dir, "deno.json")} has no "${field}": add it`);
    return value;
  };
  return {
    name: required("name"),
    version: required("version"),
    license: required("license"),
    description: required("description"),
    dir,
    entries: entriesOf(dir, config.exports),
    imports: config.imports ?? {},
  };
}

function entriesOf(dir: string, exports: DenoJson["exports"]): Map<string, string> {
  if (exports === undefined) throw new Error(`${join(dir, "deno.json")} has no "exports": add it`);
  const named = typeof exports === "string" ? { ".": exports } : exports;
  return new Map(Object.entries(named).map(([name, path]) => [name, resolve(dir, path)]));
}

async function readDenoJson(dir: string): Promise<DenoJson> {
  return JSON.parse(await readFile(join(dir, "deno.json"), "utf8")) as DenoJson;
}
