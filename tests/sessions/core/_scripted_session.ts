import {
  type FetchOptions,
  Lifecycle,
  Response,
  type Session,
  type SessionState,
} from "@orbweaver/session";

/** What a scripted session does beyond answering. */
export interface Script {
  /** Where to write down what happens: "start a", "close a". */
  log?: string[];
  /** What start fails with, the first so many times. */
  startFailures?: Error[];
  /** What close fails with. */
  closeFailure?: Error;
  /** The options that fetch understands. */
  requestOptions?: readonly string[];
  /** What fetch waits for before it answers; rejects with the close if that comes first. */
  gate?: Promise<void>;
}

/** A user's own session: answers every URL with a page that tells the URL and the options. */
export class ScriptedSession implements Session {
  readonly kind = "scripted";
  readonly requestOptions: readonly string[] | undefined;
  readonly #lifecycle: Lifecycle;
  readonly #script: Script;

  constructor(name: string, script: Script = {}) {
    this.#script = script;
    this.requestOptions = script.requestOptions;
    const failures = [...(script.startFailures ?? [])];
    this.#lifecycle = new Lifecycle(name, {
      async start() {
        await Promise.resolve();
        script.log?.push(`start ${name}`);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
      },
      async stop() {
        await Promise.resolve();
        script.log?.push(`close ${name}`);
        if (script.closeFailure !== undefined) throw script.closeFailure;
      },
    });
  }

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  async fetch(url: string | URL, options?: FetchOptions): Promise<Response> {
    await this.start();
    if (this.#script.gate !== undefined) await this.#untilGate(this.#script.gate);
    const body = new TextEncoder().encode(
      `<title>${url}</title><pre>${JSON.stringify(options)}</pre>`,
    );
    return new Response({ url: String(url), status: 200, body });
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #untilGate(gate: Promise<void>): Promise<void> {
    const { signal } = this.#lifecycle;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      gate.then(resolve);
    });
  }
}
