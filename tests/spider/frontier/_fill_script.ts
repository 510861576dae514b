/** Queues requests until the file may not grow any more: `_fill_script.ts FILE`. Prints what happened. */
import process from "node:process";
import { SqliteFrontier } from "@orbweaver/spider";
import { item } from "../frontier_contract.ts";

const frontier = await SqliteFrontier.open(process.argv[2]!);
let acknowledged = 0;
const push = async () => {
  await frontier.push([{ ...item(`${acknowledged}`), payload: new Uint8Array(10_000) }]);
  acknowledged += 1;
};

async function errorOf(work: () => Promise<void>): Promise<Record<string, unknown>> {
  try {
    for (let i = 0; i < 10_000; i++) await work();
    return {};
  } catch (error) {
    const { name, message, problem } = error as Error & { problem?: string };
    return { name, message, problem };
  }
}

const error = await errorOf(push);
const again = await errorOf(push);
await frontier.close().catch(() => {});
console.log(JSON.stringify({ acknowledged, error, again }));
