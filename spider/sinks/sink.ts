/** Where items go while the crawl runs. */
export interface Sink extends AsyncDisposable {
  /** Opens the output, so that an unwritable one is known before the crawl begins. */
  open(): Promise<void>;
  /** Writes one item; resolves when there is room for the next. */
  write(item: unknown): Promise<void>;
  /** Writes what is buffered and closes the output. Idempotent. */
  close(): Promise<void>;
}

/** How far a sink was: how many items are in the output, and what else it needs to go on. Plain JSON. */
export interface SinkMark {
  /** How many items the output has. */
  readonly items: number;
  /** What else the sink needs to know. */
  readonly [detail: string]: unknown;
}

/**
 * A sink that can go on where an earlier run stopped, however that ended: what was written after its last
 * mark is taken back, and written again. A crawl with a `crawlDir` keeps its marks.
 */
export interface ResumableSink extends Sink {
  /** Names the output; the same in every run that writes to it. */
  readonly place: string;
  /**
   * Opens the output instead of `open`, and takes back what was written after the mark.
   *
   * @param mark How far it was; none if it never was opened before.
   * @returns How many items the output has now: as many as the mark says, or 0 if it begins anew, for
   * example because the output is not there any more.
   */
  resume(mark: SinkMark | undefined): Promise<number>;
  /**
   * Sees to it that what was written so far is in the output, and says how far it is.
   *
   * @param durability "full" if it must survive the end of the machine's power as well.
   */
  mark(durability: "normal" | "full"): Promise<SinkMark>;
}

/** Whether a sink can go on where it was. */
export function isResumable(sink: Sink): sink is ResumableSink {
  const { resume, mark } = sink as Partial<ResumableSink>;
  return typeof resume === "function" && typeof mark === "function";
}
