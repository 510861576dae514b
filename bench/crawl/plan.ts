import type { Candidate } from "./candidates.ts";
import type { Cell } from "./run.ts";

/** Some cells, and who takes part in them. */
export interface Stage {
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly takesPart: (candidate: Candidate) => boolean;
}

const everyone = () => true;
/** Those that get through a large shop in a few minutes. */
const fast = ({ name, group }: Candidate) =>
  group !== "peer" || name.startsWith("Scrapling") || name.startsWith("spider-rs");

/**
 * What is measured by name. In all, a `quick` one takes some minutes, a `full` one some hours; both end
 * at their time limit, and go on where they stopped when they are called again with the same `--json`.
 */
export const PRESETS: Readonly<Record<string, { stages: readonly Stage[]; minutes: number }>> = {
  quick: {
    stages: [{ cells: cells([2_000], [0], [64]), rounds: 3, takesPart: everyone }],
    minutes: 15,
  },
  full: {
    stages: [
      { cells: cells([2_000], [0, 50], [64, 16]), rounds: 5, takesPart: everyone },
      { cells: cells([10_000], [0], [64, 16]), rounds: 5, takesPart: fast },
      { cells: cells([10_000], [50], [64, 16]), rounds: 3, takesPart: fast },
      {
        cells: cells([50_000, 100_000], [0], [64]),
        rounds: 5,
        takesPart: ({ group }) => group !== "peer",
      },
      { cells: cells([10_000], [0], [64]), rounds: 1, takesPart: (candidate) => !fast(candidate) },
      {
        cells: cells([50_000], [0], [64]),
        rounds: 1,
        takesPart: ({ name }) => name === "Scrapling",
      },
    ],
    minutes: 240,
  },
};

/** All combinations. */
export function cells(
  products: readonly number[],
  latencies: readonly number[],
  concurrencies: readonly number[],
): Cell[] {
  return products.flatMap((products) =>
    latencies.flatMap((latencyMs) =>
      concurrencies.map((concurrency) => ({ products, latencyMs, concurrency }))
    )
  );
}
