import { type SessionMap, UnknownSessionError } from "@orbweaver/session";
import { SpiderOptionError } from "../errors.ts";
import type { Spider } from "../spider.ts";
import { Escalator, type EscalatorParts } from "./escalator.ts";

/**
 * What a spider's `escalate` asks for.
 *
 * @param spider The spider.
 * @param parts What it works with.
 * @returns `undefined` if it asks for nothing.
 * @throws {SpiderOptionError} If `escalate` names a session twice, or only one.
 * @throws {UnknownSessionError} If `escalate` names a session that was not added.
 */
export function escalatorOf<Item, S extends SessionMap>(
  { escalate, name }: Spider<Item, S>,
  parts: Omit<EscalatorParts<S>, "ladder">,
): Escalator<S> | undefined {
  if (escalate.length === 0) return undefined;
  const { sessions } = parts;
  for (const sid of escalate) {
    if (!sessions.has(sid)) throw new UnknownSessionError(sid, sessions.ids);
  }
  if (escalate.length === 1 || new Set(escalate).size < escalate.length) {
    throw new SpiderOptionError(
      `escalate of spider '${name}' must name two sessions or more, each once, the cheapest first: ` +
        `received ${JSON.stringify(escalate)}`,
    );
  }
  return new Escalator<S>({ ...parts, ladder: escalate });
}
