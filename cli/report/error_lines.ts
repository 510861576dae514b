import { oneLine } from "./figures.ts";

const BUILT_IN = ["TypeError", "ReferenceError", "RangeError", "SyntaxError", "URIError"];

/**
 * The line of the spider's file in which an error, or what caused it, was thrown.
 *
 * @param error What was thrown.
 * @param source The URL of the spider's file; `undefined` finds nothing.
 * @returns Such as "at parse (file:///…/spider.ts:12:5)".
 */
export function placeOf(error: unknown, source: string | undefined): string | undefined {
  if (source === undefined) return undefined;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const frame = cause.stack?.split("\n").find((line) => line.includes(`${source}:`));
    if (frame !== undefined && !isTold(frame, error)) return oneLine(frame);
  }
  return undefined;
}

/**
 * An error's message for people, its lines kept, its control characters not.
 *
 * @param error What was thrown.
 */
export function messageLines(error: unknown): string[] {
  return describe(error).split("\n").map((line) => line.replace(/\S.*$/, oneLine));
}

/** Our own classes say all in their message; with those of the language, the name says more. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return BUILT_IN.includes(error.name) ? `${error.name}: ${error.message}` : error.message;
}

/** Errors of the loader have the place in their message. */
function isTold(frame: string, error: unknown): boolean {
  return error instanceof Error && error.message.includes(frame.trim());
}
