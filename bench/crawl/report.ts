import { type Cell, cpuPer1000, pagesPerSecond, type Run } from "./run.ts";

/** The median; of an even number, the higher of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

/** What makes two runs runs of the same cell. */
export function cellKey({ products, latencyMs, concurrency }: Cell): string {
  return `${products} products, ${latencyMs} ms latency, ${concurrency} at once`;
}

/**
 * One Markdown table a cell: medians of the runs that count.
 *
 * @param runs All runs.
 * @param names The candidates, in the order of the table.
 */
export function tables(runs: readonly Run[], names: readonly string[]): string {
  const byCell = Map.groupBy(runs, cellKey);
  return [...byCell].map(([cell, runs]) => table(cell, runs, names)).join("\n\n");
}

function table(cell: string, runs: readonly Run[], names: readonly string[]): string {
  const byName = Map.groupBy(runs, ({ candidate }) => candidate);
  const lines = names.flatMap((name) => {
    const own = byName.get(name);
    return own === undefined ? [] : [line(name, own)];
  });
  return [
    `| ${cell} | CPU s/1000 pages | lowest | pages/s | steady | peak RSS MB | start-up s | its CPU s | runs |`,
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}

function line(name: string, runs: readonly Run[]): string {
  const good = runs.filter(({ problem }) => problem === undefined);
  if (good.length === 0) return `| ${name} | does not count: ${runs[0]!.problem} | | | | | | | 0 |`;
  const of = (figure: (run: Run) => number) => median(good.map(figure));
  const failed = runs.length - good.length;
  const cells = [
    name,
    of(cpuPer1000).toFixed(3),
    Math.min(...good.map(cpuPer1000)).toFixed(3),
    of(pagesPerSecond).toFixed(0),
    of(({ steadyPagesPerSecond }) => steadyPagesPerSecond).toFixed(0),
    of(({ crawl }) => crawl.rssMegabytes).toFixed(0),
    of(({ startUp }) => startUp.wallSeconds).toFixed(2),
    of(({ startUp }) => startUp.cpuSeconds).toFixed(2),
    failed === 0 ? good.length : `${good.length}, ${failed} failed`,
  ];
  return `| ${cells.join(" | ")} |`;
}
