import { withDeadline } from "@orbweaver/session";
import { HookError } from "../errors.ts";
import { describeIssues, type QuarantinedItem, type SchemaResult } from "../policy/schema.ts";
import { textOf } from "../reason.ts";
import { Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { Outcome } from "../result.ts";
import type { Spider } from "../spider.ts";
import type { SessionMap } from "@orbweaver/session";

/** Who hears of what hooks do. */
export interface HookEvents {
  /** An item was dropped. */
  dropped(): void;
  /** An item does not fit the schema. */
  quarantined(item: QuarantinedItem): void;
  /** A hook threw where only a log line can tell. */
  threw(hook: string, error: unknown): void;
}

/** How long `onClose` may take before the crawl is closed without it, in milliseconds. */
const CLOSE_LIMIT_MS = 60_000;

/**
 * Calls a spider's hooks. One that throws fails what it was called for: a page, or nothing at all.
 * A hook that gives no promise is not waited for, since most don't and there is one for every item.
 */
export class Hooks<Item, S extends SessionMap> {
  readonly #spider: Spider<Item, S>;
  readonly #events: HookEvents;

  /**
   * @param spider The spider.
   * @param events Who hears of what they do.
   */
  constructor(spider: Spider<Item, S>, events: HookEvents) {
    this.#spider = spider;
    this.#events = events;
  }

  /**
   * What becomes of an item: checked against the schema, then shown to `onScrapedItem`.
   *
   * @param item The item as the callback gave it.
   * @param url The page it is from.
   * @returns The item to use; `undefined` if there is none.
   * @throws {HookError} If the schema or the hook threw.
   */
  async item(item: unknown, url: string): Promise<Item | undefined> {
    const { itemSchema } = this.#spider;
    let valid = item as Item;
    if (itemSchema !== undefined) {
      const result: SchemaResult<Item> = await guarded(
        "itemSchema",
        url,
        () => itemSchema["~standard"].validate(item),
      );
      if (result.issues !== undefined) {
        this.#events.quarantined({ item, url, issues: describeIssues(result.issues) });
        return undefined;
      }
      valid = result.value;
    }
    const given: unknown = await guarded(
      "onScrapedItem",
      url,
      () => this.#spider.onScrapedItem(valid),
    );
    if (isItem(given)) return given as Item;
    if (given !== null && given !== undefined) throw wrong("onScrapedItem", url, "an item", given);
    this.#events.dropped();
    return undefined;
  }

  /**
   * Why a response is a block, or `false`.
   *
   * @throws {HookError} If `isBlocked` threw.
   */
  async blockedReason(response: Response<S>): Promise<false | string> {
    const reason: unknown = await guarded(
      "isBlocked",
      response.url,
      () => this.#spider.isBlocked(response),
    );
    if (typeof reason === "string") return reason === "" ? "blocked" : reason;
    return reason ? "blocked" : false;
  }

  /**
   * The request to try instead of a blocked one.
   *
   * @throws {HookError} If `retryBlockedRequest` threw, or gave no request.
   */
  async again(request: Request, response: Response<S>): Promise<Request> {
    const { url } = request;
    const chosen: unknown = await guarded(
      "retryBlockedRequest",
      url,
      () => this.#spider.retryBlockedRequest(request, response),
    );
    if (chosen instanceof Request) return chosen;
    throw wrong("retryBlockedRequest", url, "a Request", chosen);
  }

  /** Tells of a request that failed for good. */
  async failed(request: Request, error: unknown): Promise<void> {
    try {
      await this.#spider.onError(request, error);
    } catch (reason) {
      this.#events.threw("onError", reason);
    }
  }

  /** Tells that the crawl is over. */
  async closed(outcome: Outcome): Promise<void> {
    try {
      const closing = Promise.resolve(this.#spider.onClose({ outcome }));
      await withDeadline(closing, CLOSE_LIMIT_MS, "onClose");
    } catch (reason) {
      this.#events.threw("onClose", reason);
    }
  }
}

/** What a callback may yield, and a hook may make of it. */
export function isItem(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(hook: string, url: string, expected: string, received: unknown): HookError {
  return new HookError(
    hook,
    url,
    new TypeError(`It must give ${expected}: received ${textOf(received).slice(0, 80)}`),
  );
}

function guarded<T>(hook: string, url: string, call: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = call();
    if (!(result instanceof Promise)) return result;
    return result.catch((cause) => {
      throw new HookError(hook, url, cause);
    });
  } catch (cause) {
    throw new HookError(hook, url, cause);
  }
}
