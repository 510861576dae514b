/**
 * The package.json of an npm package: what `deno pack` wrote, completed.
 *
 * @module
 */
import type { Package } from "./workspace.ts";

/** The parts of a package.json that are read or written here. */
export interface Manifest {
  name: string;
  version: string;
  description?: string;
  exports: Record<string, { types: string; import: string; default: string }>;
  dependencies?: Record<string, string>;
  bin?: Record<string, string>;
  engines?: Record<string, string>;
  [field: string]: unknown;
}

/** The programs that packages install: by package, the program's name and the export that runs. */
const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "@orbweaver/cli": { orbweaver: "." },
};

/** Node's version from which everything used here is there; see the README. */
const ENGINES = { node: ">=24" };

/**
 * Completes a manifest with what `deno pack` leaves out.
 *
 * @param packed What `deno pack` wrote.
 * @param pkg The package.
 * @param packages All packages of the workspace.
 * @param imported The names of the packages that the emitted files import.
 * @throws {Error} If a file imports what nobody declared, or an export lacks its declarations.
 */
export function finishManifest(
  packed: Manifest,
  pkg: Package,
  packages: readonly Package[],
  imported: readonly string[],
): Manifest {
  for (const [name, target] of Object.entries(packed.exports)) {
    if (!target.types) throw new Error(`Export '${name}' of ${pkg.name} has no declarations`);
  }
  const bin = programsOf(packed);
  return {
    ...packed,
    description: pkg.description,
    engines: ENGINES,
    ...(bin === undefined ? {} : { bin }),
    dependencies: Object.fromEntries(
      imported.map((name) => [name, requirement(name, pkg, packages)]),
    ),
  };
}

/** The version of a dependency: exactly the one that it was tested with, as on JSR. */
function requirement(name: string, pkg: Package, packages: readonly Package[]): string {
  if (name === pkg.name) throw new Error(`${pkg.name} imports itself by name: import the file`);
  const sibling = packages.find((candidate) => candidate.name === name);
  if (sibling !== undefined) return sibling.version;

  const declared = pkg.imports[name] ?? "nothing";
  const prefix = `npm:${name}@`;
  if (declared.startsWith(prefix)) return declared.slice(prefix.length);
  throw new Error(
    `${pkg.name} imports "${name}", which is no package of this workspace; its deno.json maps it ` +
      `to ${declared}, expected ${prefix}<version>`,
  );
}

function programsOf(packed: Manifest): Record<string, string> | undefined {
  const programs = PROGRAMS[packed.name];
  if (programs === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(programs).map(([program, entry]) => {
      const target = packed.exports[entry];
      if (target === undefined) throw new Error(`${packed.name} has no export '${entry}' to run`);
      return [program, target.import];
    }),
  );
}
