/** Where items go while the crawl runs. */
export interface Sink extends AsyncDisposable {
  /** Opens the output, so that an unwritable one is known before the crawl begins. */
  open(): Promise<void>;
  /** Writes one item; resolves when there is room for the next. */
  write(item: unknown): Promise<void>;
  /** Writes what is buffered and closes the output. Idempotent. */
  close(): Promise<void>;
}
