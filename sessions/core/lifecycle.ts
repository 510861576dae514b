import { SessionClosedError } from "./errors.ts";
import type { SessionState } from "./session.ts";

/** What a {@linkcode Lifecycle} runs at its two ends. */
export interface LifecycleSteps {
  /** Acquires what the session needs. The signal aborts when the session is closed meanwhile. */
  start(signal: AbortSignal): Promise<void>;
  /** Releases everything. Runs once, also after a start that was cut short. */
  stop(): Promise<void>;
}

/**
 * The states of a session and the moves between them, written once for all sessions: one start
 * however many ask for it, one stop, and a signal that aborts whatever is in flight on close.
 *
 * A failed start leads back to "idle", so it can be tried again; a closed session stays closed.
 *
 * @example
 * ```ts
 * import { Lifecycle } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const done: string[] = [];
 * const lifecycle = new Lifecycle("demo", {
 *   start: async () => void done.push("start"),
 *   stop: async () => void done.push("stop"),
 * });
 * await Promise.all([lifecycle.start(), lifecycle.start()]);
 * await lifecycle.close();
 * await lifecycle.close();
 * assert.deepEqual(done, ["start", "stop"]);
 * ```
 */
export class Lifecycle {
  readonly #name: string;
  readonly #steps: LifecycleSteps;
  readonly #closing = new AbortController();
  #state: SessionState = "idle";
  #start: Promise<void> | undefined;
  #close: Promise<void> | undefined;

  /**
   * Makes the life of a session that has not begun.
   *
   * @param name What to call the session in errors, for example its class name.
   * @param steps What to run at start and at close.
   */
  constructor(name: string, steps: LifecycleSteps) {
    this.#name = name;
    this.#steps = steps;
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#state;
  }

  /** Aborts, with a {@linkcode SessionClosedError}, as soon as the session is asked to close. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Starts once, however many callers ask.
   *
   * @throws {SessionClosedError} If the session was closed before or during the start.
   */
  start(): Promise<void> {
    if (this.#close !== undefined) return Promise.reject(this.#closedError());
    this.#start ??= this.#runStart();
    return this.#start;
  }

  /** Aborts what is in flight, waits for a running start to end, and stops; once. */
  close(): Promise<void> {
    this.#close ??= this.#runClose();
    return this.#close;
  }

  async #runStart(): Promise<void> {
    this.#state = "starting";
    try {
      await this.#steps.start(this.signal);
    } catch (error) {
      this.#start = undefined;
      if (this.signal.aborted) throw this.#closedError(error);
      this.#state = "idle";
      throw error;
    }
    if (this.signal.aborted) throw this.#closedError();
    this.#state = "open";
  }

  async #runClose(): Promise<void> {
    const starting = this.#start;
    this.#state = "closing";
    this.#closing.abort(this.#closedError());
    // The caller of start() hears of its failure; here it only matters that nothing is being opened any more.
    await starting?.catch(() => {});
    try {
      await this.#steps.stop();
    } finally {
      this.#state = "closed";
    }
  }

  #closedError(cause?: unknown): SessionClosedError {
    return new SessionClosedError(
      `${this.#name} is closed; a closed session can't be used again, create a new one`,
      { cause },
    );
  }
}
