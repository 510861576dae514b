import { format } from "node:util";
import type { CliIo } from "../io.ts";

/**
 * Sends what a spider writes with `console` through another function, so that it doesn't run into a
 * view that is being painted.
 *
 * @param io Only what goes to a terminal is caught.
 * @param print Takes the text.
 * @returns Undoes it.
 */
export function catchConsole(io: CliIo, print: (text: string) => void): () => void {
  const methods = [
    ...(io.stdout.isTTY ? ["log", "info", "debug"] as const : []),
    ...(io.stderr.isTTY ? ["warn", "error"] as const : []),
  ];
  const originals = methods.map((method) => [method, console[method]] as const);
  for (const method of methods) console[method] = (...parts) => print(format(...parts));
  return () => {
    for (const [method, original] of originals) console[method] = original;
  };
}
