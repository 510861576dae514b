/**
 * Which package needs which, found in their module graphs, and the order that follows from it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { sep } from "node:path";
import { moduleGraph } from "./module_graph.ts";
import type { Package } from "./workspace.ts";

/**
 * The packages of the workspace that a package imports itself.
 *
 * @param pkg The package.
 * @param packages All packages.
 * @throws {Error} If one of its modules can't be loaded.
 */
export async function siblingsOf(
  pkg: Package,
  packages: readonly Package[],
): Promise<ReadonlySet<Package>> {
  const siblings = new Set<Package>();
  for (const entry of pkg.entries.values()) {
    for (const module of await moduleGraph(entry)) {
      if (module.error !== undefined) throw new Error(`${module.specifier}: ${module.error}`);
      if (ownerOf(module.specifier, packages) !== pkg) continue;
      for (const { resolved } of module.imports) {
        const owner = ownerOf(resolved, packages);
        if (owner !== undefined && owner !== pkg) siblings.add(owner);
      }
    }
  }
  return siblings;
}

/**
 * Sorts packages so that each comes after those it needs.
 *
 * @param packages The packages.
 * @throws {Error} If packages need each other in a circle.
 */
export async function inDependencyOrder(packages: readonly Package[]): Promise<Package[]> {
  const needs = new Map(
    await Promise.all(
      packages.map(async (pkg) => [pkg, await siblingsOf(pkg, packages)] as const),
    ),
  );
  const sorted: Package[] = [];
  while (sorted.length < packages.length) {
    const ready = packages.filter((pkg) =>
      !sorted.includes(pkg) && [...needs.get(pkg)!].every((needed) => sorted.includes(needed))
    );
    if (ready.length === 0) {
      const stuck = packages.filter((pkg) => !sorted.includes(pkg)).map((pkg) => pkg.name);
      throw new Error(`These packages need each other in a circle: ${stuck.join(", ")}`);
    }
    sorted.push(...ready);
  }
  return sorted;
}

/**
 * The package that a module belongs to.
 *
 * @param specifier The module's URL.
 * @param packages All packages.
 */
export function ownerOf(
  specifier: string | undefined,
  packages: readonly Package[],
): Package | undefined {
  if (!specifier?.startsWith("file:")) return undefined;
  const path = fileURLToPath(specifier);
  // The umbrella's folder holds all the others: the longest match is the owner.
  return packages
    .filter((pkg) => path.startsWith(pkg.dir + sep))
    .sort((a, b) => b.dir.length - a.dir.length)[0];
}
