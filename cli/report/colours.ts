import picocolors from "picocolors";
import type { CliIo, CliStream } from "../io.ts";

/** Functions that colour text, or leave it as it is. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/**
 * The colours for a stream: none unless it is a terminal (https://no-color.org, https://force-color.org).
 *
 * @param stream The stream.
 * @param env The environment variables.
 */
export function coloursFor(stream: CliStream, env: CliIo["env"]): Colours {
  return picocolors.createColors(wantsColour(stream, env));
}

function wantsColour(stream: CliStream, env: CliIo["env"]): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}
