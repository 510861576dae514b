import {
  type FetchOptions,
  Lifecycle,
  Response,
  type Session,
  type SessionState,
} from "@orbweaver/session";

/** What a {@linkcode FilesSession} answers at a path. */
export interface File {
  body: string | Uint8Array;
  type?: string;
  status?: number;
}

/** A user's own session over files in memory, by path and query; 404 for all others. */
export class FilesSession implements Session {
  readonly kind = "files";
  /** The paths that were asked for, in order. */
  readonly paths: string[] = [];
  readonly #files: Readonly<Record<string, string | File>>;
  readonly #lifecycle = new Lifecycle("FilesSession", {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  });

  constructor(files: Readonly<Record<string, string | File>>) {
    this.#files = files;
  }

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  async fetch(url: string | URL, _options: FetchOptions = {}): Promise<Response> {
    await this.start();
    const { pathname, search, href } = new URL(url);
    this.paths.push(pathname + search);
    const found = this.#files[pathname + search] ?? { body: "<h1>Not found</h1>", status: 404 };
    const { body, type = "text/html", status = 200 } = typeof found === "string"
      ? { body: found }
      : found;
    return new Response({
      url: href,
      status,
      headers: { "content-type": type },
      body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    });
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
