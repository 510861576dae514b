/**
 * Module graphs, as Deno itself sees them: `deno info --json` parses the code, so that an import in
 * a comment or a string is none.
 *
 * @module
 */
import { output } from "./run.ts";
import { ROOT } from "./workspace.ts";

/** One import of a module. */
export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** What it resolves to, where Deno knows. */
  readonly resolved: string | undefined;
}

/** One module of a graph. */
export interface Module {
  /** Its URL: `file:`, `node:` or `npm:`. */
  readonly specifier: string;
  /** What it imports, for its code or for its types. */
  readonly imports: readonly Import[];
  /** Why it could not be loaded, if so. */
  readonly error: string | undefined;
}

/** A resolution in the JSON that `deno info` prints. */
interface Resolution {
  readonly specifier?: string;
}

/** The part of the JSON of `deno info` that is read here. */
interface DenoInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: Resolution;
      readonly type?: Resolution;
    }[];
  }[];
}

/**
 * Everything that a module reaches, itself included, types and dynamic imports too.
 *
 * @param entry The module's path.
 * @param flags Flags for `deno info`.
 */
export async function moduleGraph(
  entry: string,
  flags: readonly string[] = [],
): Promise<readonly Module[]> {
  const json = await output(Deno.execPath(), ["info", "--json", ...flags, entry], { cwd: ROOT });
  return (JSON.parse(json) as DenoInfo).modules.map((module) => ({
    specifier: module.specifier,
    error: module.error,
    imports: (module.dependencies ?? []).map(({ specifier, code, type }) => ({
      specifier,
      resolved: code?.specifier ?? type?.specifier,
    })),
  }));
}
