import {
  COMMON_OPTIONS,
  type FetchOptions,
  headerPairs,
  InvalidOptionError,
  InvalidUrlError,
  Lifecycle,
  Response,
  type Session,
  type SessionState,
  TimeoutError,
  UnsupportedOptionError,
} from "@orbweaver/session";

/** A session as a user would write it: the platform's `fetch` and a {@linkcode Lifecycle}. */
export class PlainSession implements Session {
  readonly kind = "plain";
  readonly requestOptions = COMMON_OPTIONS;
  readonly #lifecycle = new Lifecycle("PlainSession", {
    start: () => Promise.resolve(),
    stop: async () => {
      await Promise.allSettled(this.#inFlight);
    },
  });
  readonly #inFlight = new Set<Promise<Response>>();

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  async fetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
    const target = webUrl(url);
    checkOptions(options);
    await this.start();
    options.signal?.throwIfAborted();
    const fetching = this.#fetch(target, options);
    this.#inFlight.add(fetching);
    try {
      return await fetching;
    } finally {
      this.#inFlight.delete(fetching);
    }
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #fetch(url: URL, { headers, timeoutMs = 30_000, signal }: FetchOptions): Promise<Response> {
    const timeout = new AbortController();
    const onTimeout = () => timeout.abort(new TimeoutError(timeoutMs, "Fetch", { url: url.href }));
    const timer = setTimeout(onTimeout, timeoutMs);
    const signals = [timeout.signal, this.#lifecycle.signal, ...(signal ? [signal] : [])];
    const startedAt = Date.now();
    try {
      const answer = await fetch(url, {
        headers: headerPairs(headers),
        signal: AbortSignal.any(signals),
      });
      return new Response({
        url: answer.url,
        status: answer.status,
        headers: answer.headers,
        body: new Uint8Array(await answer.arrayBuffer()),
        timing: { startedAt, totalMs: Date.now() - startedAt },
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

function webUrl(url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new InvalidUrlError(`Expected a URL with http: or https:: received ${url}`);
}

function checkOptions(options: FetchOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || COMMON_OPTIONS.includes(name)) continue;
    throw new UnsupportedOptionError(name, "plain", COMMON_OPTIONS);
  }
  const { timeoutMs } = options;
  if (timeoutMs === undefined || (typeof timeoutMs === "number" && timeoutMs > 0)) return;
  throw new InvalidOptionError("timeoutMs", timeoutMs, "a positive number");
}
