import type { Leftover } from "../cdp/leftover.ts";
import type { EngineTab } from "../engines/engine.ts";
import type { BrowserContext } from "./contexts.ts";

/** A tab, and a signal that aborts when it crashes or is closed by its page. */
export interface Tab<Page> {
  readonly engineTab: EngineTab<Page>;
  readonly context: BrowserContext;
  readonly gone: AbortSignal;
  /** What it shows of the fetch before; missing for an empty tab. */
  leftover?: Leftover;
}
