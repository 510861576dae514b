/**
 * The README of an npm package that has none of its own: its module documentation.
 *
 * @module
 */
import { output } from "./run.ts";
import type { Package } from "./workspace.ts";

/** The part of the JSON of `deno doc` that is read here. */
interface DenoDoc {
  readonly nodes: Readonly<
    Record<string, {
      readonly module_doc?: {
        readonly doc?: string;
        readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
      };
    }>
  >;
}

/**
 * Writes a README from the module documentation of a package's main entry point.
 *
 * @param pkg The package.
 * @throws {Error} If the module is not documented.
 */
export async function npmReadme(pkg: Package): Promise<string> {
  const entry = pkg.entries.get(".");
  if (entry === undefined) throw new Error(`${pkg.name} has no main entry point`);
  const json = await output(Deno.execPath(), ["doc", "--json", entry], { cwd: pkg.dir });
  const [module] = Object.values((JSON.parse(json) as DenoDoc).nodes);
  const { doc, tags = [] } = module?.module_doc ?? {};
  if (doc === undefined) throw new Error(`${entry} has no module documentation: add it`);
  const examples = tags.filter(({ kind }) => kind === "example").map((tag) => tag.doc ?? "");
  return [`# ${pkg.name}`, doc, ...examples]
    .map((part) => part.trim().replaceAll(/\{@link(?:code)? ([^}]+)\}/g, "`$1`"))
    .join("\n\n") + "\n";
}
