import type { Begun } from "./report.ts";

/** Shows how far a running crawl is, on a stream that other lines go to as well. */
export interface Progress {
  /** Begins to show it. */
  start(crawl: Begun): void;
  /** Writes lines that stay. */
  print(text: string): void;
  /** Shows it no more. Idempotent. */
  stop(): void;
}
