import { withDeadline } from "@orbweaver/session";
import { InvalidYieldError, SinkError } from "../errors.ts";
import { reasonOf } from "../reason.ts";
import type { Sink } from "./sink.ts";

/** Who hears of what goes wrong. */
export interface OutputEvents {
  /** An item has no form that a sink could write. */
  refused(error: InvalidYieldError): void;
  /** A sink can't write any more; the last one's failure is thrown as well. */
  failed(error: unknown, place: "last" | "other"): void;
}

/**
 * The sinks of a crawl. One that fails gets nothing more; the others go on, and its failure is kept for
 * the end.
 */
export class Outputs {
  readonly #working: Set<Sink>;
  readonly #events: OutputEvents;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param sinks The sinks, opened.
   * @param events Who hears of what goes wrong.
   */
  constructor(sinks: readonly Sink[], events: OutputEvents) {
    this.#working = new Set(sinks);
    this.#events = events;
  }

  /**
   * Writes an item to every sink that works.
   *
   * @returns False if none could write it, for it has no written form.
   * @throws What the last of them failed with, once none works.
   */
  async write(item: unknown): Promise<boolean> {
    this.#throwIfNoneWorks();
    if (this.#working.size === 0) return true;
    let isWritten = false;
    for (const sink of this.#working) isWritten = await this.#writeTo(sink, item) || isWritten;
    this.#throwIfNoneWorks();
    return isWritten;
  }

  /**
   * Tells of the first failure.
   *
   * @throws What a sink failed with.
   */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #writeTo(sink: Sink, item: unknown): Promise<boolean> {
    try {
      await sink.write(item);
      return true;
    } catch (error) {
      if (error instanceof InvalidYieldError) this.#events.refused(error);
      else this.#fail(sink, error);
      return false;
    }
  }

  /** Of many that wait for one sink, the first one tells. */
  #fail(sink: Sink, error: unknown): void {
    if (!this.#working.delete(sink)) return;
    this.#failure ??= { error };
    this.#events.failed(error, this.#working.size === 0 ? "last" : "other");
  }

  #throwIfNoneWorks(): void {
    if (this.#working.size === 0) this.throwFailure();
  }
}

/**
 * Closes a sink, but does not wait for ever.
 *
 * @param sink The sink.
 * @param timeoutMs How long it may take, in milliseconds.
 * @throws {SinkError} If it takes longer.
 */
export async function closeSink(sink: Sink, timeoutMs: number): Promise<void> {
  try {
    await withDeadline(sink.close(), timeoutMs, "Closing an output");
  } catch (cause) {
    if (cause instanceof SinkError) throw cause;
    throw new SinkError(`An output did not close: ${reasonOf(cause)}`, { cause });
  }
}
