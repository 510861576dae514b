import type { SessionMap } from "@orbweaver/session";
import type { Callbacks } from "../callbacks.ts";
import { CallbackError, HookError, InvalidYieldError, TooManyYieldsError } from "../errors.ts";
import { Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { Flight } from "./flight.ts";
import { type Hooks, isItem } from "./hooks.ts";

/** What a callback gave for a page; it is committed as a whole, or not at all. */
export interface Page {
  readonly items: readonly unknown[];
  readonly requests: readonly Request[];
}

/** What reads the pages. */
export interface PageReaderParts<S extends SessionMap> {
  callbacks: Callbacks;
  hooks: Hooks<unknown, S>;
  /** The most items and requests a page may give. */
  maxYields: number;
}

/** How many values of a callback are taken before timers, signals and other pages get a turn. */
const VALUES_A_TURN = 1_000;

/**
 * Gives a response to its callback and gathers what that gives.
 *
 * @param flight Whose response it is; once it is given up, the callback is asked for nothing more.
 * @param response The response.
 * @param parts What reads it.
 * @throws {CallbackError} If the callback throws, or gives what it must not.
 * @throws {HookError} If a hook throws.
 */
export async function readPage<S extends SessionMap>(
  flight: Flight,
  response: Response<S>,
  parts: PageReaderParts<S>,
): Promise<Page> {
  const name = parts.callbacks.nameOf(response.request.callback ?? "parse");
  const items: unknown[] = [];
  const requests: Request[] = [];
  let taken = 0;
  try {
    for await (const value of iterable(parts.callbacks.method(name)(response))) {
      if (flight.givenUp !== undefined) break;
      if (++taken > parts.maxYields) throw new TooManyYieldsError(parts.maxYields);
      if (taken % VALUES_A_TURN === 0) await turn();
      if (value === null || value === undefined) continue;
      if (value instanceof Request) requests.push(value);
      else await keepItem(value);
    }
  } catch (cause) {
    throw cause instanceof HookError ? cause : new CallbackError(name, response.url, cause);
  }
  return { items, requests };

  async function keepItem(value: unknown): Promise<void> {
    const item = await parts.hooks.item(checkedItem(value), response.url);
    if (item !== undefined) items.push(item);
  }
}

/** Lets everything else have its turn: `await` alone lets only promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function iterable(result: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof result === "object" && result !== null) {
    if (Symbol.asyncIterator in result || Symbol.iterator in result) {
      return result as AsyncIterable<unknown>;
    }
  }
  throw new InvalidYieldError(
    `A callback must be a generator (async *parse) or give a list of items and requests: received ${
      result instanceof Promise ? "a promise; write 'async *' instead of 'async'" : typeof result
    }`,
  );
}

function checkedItem(value: unknown): unknown {
  if (isItem(value)) return value;
  const what = Array.isArray(value) ? "an array" : `a ${typeof value}`;
  throw new InvalidYieldError(
    `A callback must yield items (objects) and Requests: received ${what}`,
  );
}
