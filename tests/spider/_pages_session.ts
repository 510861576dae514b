import {
  type FetchOptions,
  Lifecycle,
  NetworkError,
  Response,
  type Session,
  type SessionState,
} from "@orbweaver/session";

/** What a page of a {@linkcode PagesSession} answers. */
export type PageAnswer = string | ((url: URL, options: Record<string, unknown>) => Answer);

/** An answer in full. */
export interface Answer {
  html: string;
  status?: number;
  /** The final URL, if it differs. */
  url?: string;
  /** Headers besides its type. */
  headers?: Record<string, string>;
  /** What to wait for first. */
  gate?: Promise<unknown>;
}

/** A user's own session over pages in memory, by path; it writes down what it was asked. */
export class PagesSession implements Session {
  readonly kind: string;
  readonly asked: { url: string; options: Record<string, unknown> }[] = [];
  readonly #pages: Readonly<Record<string, PageAnswer>>;
  readonly #lifecycle: Lifecycle;
  /** The most fetches that were under way at once. */
  peak = 0;
  #inFlight = 0;

  constructor(pages: Readonly<Record<string, PageAnswer>>, kind = "pages") {
    this.#pages = pages;
    this.kind = kind;
    this.#lifecycle = new Lifecycle("PagesSession", {
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    });
  }

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  async fetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
    await this.start();
    this.asked.push({ url: String(url), options: { ...options } });
    this.peak = Math.max(this.peak, ++this.#inFlight);
    try {
      return await this.#answer(new URL(url), options);
    } finally {
      this.#inFlight -= 1;
    }
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The paths that were asked for, in order. */
  get paths(): string[] {
    return this.asked.map(({ url }) => new URL(url).pathname + new URL(url).search);
  }

  async #answer(url: URL, options: FetchOptions): Promise<Response> {
    const page = this.#pages[url.pathname] ?? this.#pages["*"];
    if (page === undefined) throw new NetworkError(`Connection reset: ${url}`, { url: url.href });
    const answer = typeof page === "string" ? { html: page } : page(url, { ...options });
    const aborted = new Promise<never>((_, reject) => {
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
    });
    await Promise.race([answer.gate ?? Promise.resolve(), aborted]);
    return new Response({
      url: answer.url ?? url.href,
      status: answer.status ?? 200,
      headers: { "content-type": "text/html; charset=utf-8", ...answer.headers },
      body: new TextEncoder().encode(answer.html),
    });
  }
}

/** A page with links to these paths. */
export function linksTo(...paths: string[]): string {
  return paths.map((path) => `<a href="${path}">${path}</a>`).join("\n");
}
