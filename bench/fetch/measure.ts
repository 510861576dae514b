import process from "node:process";

/** How to measure. */
export interface Plan {
  /** How many requests to measure, after a tenth of that for warming up (at most 1000). */
  readonly requests: number;
  /** How many at once. */
  readonly concurrency: number;
  /** Print the memory each so many requests. */
  readonly sampleEvery?: number | undefined;
}

/**
 * Measures a client, and prints a line of JSON: CPU seconds per 1000 requests (of this process, all
 * threads), requests per second, and the resident memory at the end in MB.
 *
 * @param once Fetches the page and gives how many bytes it has.
 * @param plan How to measure.
 */
export async function measure(once: () => Promise<number>, plan: Plan): Promise<void> {
  await run(once, Math.min(1000, plan.requests / 10), plan.concurrency);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await run(once, plan.requests, plan.concurrency, plan.sampleEvery);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(JSON.stringify({
    cpu: (user + system) / 1000 / plan.requests,
    rate: plan.requests / seconds,
    rss: rssMegabytes(),
  }));
}

async function run(
  once: () => Promise<number>,
  requests: number,
  concurrency: number,
  sampleEvery?: number,
): Promise<void> {
  let left = requests;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const done = requests - left;
      const bytes = await once();
      if (bytes < 9_000) throw new Error(`Expected a page of 10 KB: received ${bytes} bytes`);
      if (sampleEvery !== undefined && done % sampleEvery === 0) {
        console.log(JSON.stringify({ requests: done, rss: rssMegabytes() }));
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

function rssMegabytes(): number {
  return Math.round(process.memoryUsage().rss / 1024 / 1024);
}
