import type { StatsRecorder } from "../stats_recorder.ts";
import type { Keeper } from "./keeper.ts";

/** Keeps the figures that are no sums of what each page adds: times, groups of errors, the spider's own. */
export class StatsKeeper implements Keeper {
  readonly name = "stats";
  readonly #recorder: StatsRecorder;

  /** @param recorder What counts. */
  constructor(recorder: StatsRecorder) {
    this.#recorder = recorder;
  }

  /** The figures, as JSON. */
  save(): string | undefined {
    const { elapsedMs, errors, customStats } = this.#recorder.refresh(Date.now());
    return JSON.stringify({
      elapsedMs,
      errors,
      customStats: inJson(customStats),
      latency: this.#recorder.latency,
    });
  }

  /** Goes on from the figures of the earlier runs. */
  load(text: string): void {
    const kept = JSON.parse(text);
    const { stats } = this.#recorder;
    stats.elapsedBeforeMs = Number(kept.elapsedMs) || 0;
    stats.errors.push(...kept.errors);
    Object.assign(stats.customStats, kept.customStats);
    this.#recorder.latency.load(kept.latency);
  }
}

/** What the spider counts may have no JSON form, which must not end the crawl. */
function inJson(customStats: Record<string, unknown>): Record<string, unknown> {
  try {
    JSON.stringify(customStats);
    return customStats;
  } catch {
    return {};
  }
}
