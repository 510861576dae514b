/**
 * Finds a Node that is new enough.
 *
 * @module
 */
import { output } from "./run.ts";

/**
 * The machine's own Node if it is new enough, else one that npm fetches.
 *
 * @param major The lowest major version.
 * @returns The path of the executable.
 * @throws {Error} If there is neither.
 */
export async function findNode(major: number): Promise<string> {
  const print = "[process.execPath, process.versions.node].join('\\n')";
  const [path, version] = (await output("node", ["-p", print])).split("\n");
  if (Number.parseInt(version!) >= major) return path!;
  const fetched = await output("npx", ["-y", "-p", `node@${major}`, "node", "-p", print]);
  return fetched.split("\n")[0]!;
}
