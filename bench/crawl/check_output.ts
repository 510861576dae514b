import { open } from "node:fs/promises";
import { FIRST_NUMBER, totalCents } from "./shop.ts";

/**
 * What is wrong with the output of a crawl: every product must be there once, with all its fields, and
 * the prices must add up.
 *
 * @param path The JSONL file.
 * @param products How many products the shop has.
 * @returns The first thing that is wrong; `undefined` if nothing is.
 */
export async function problemOf(path: string, products: number): Promise<string | undefined> {
  const seen = new Uint8Array(products);
  let count = 0;
  let cents = 0;
  await using file = await open(path);
  for await (const line of file.readLines()) {
    const { sku, name, price, category, stock } = JSON.parse(line) as Record<string, string>;
    const product = Number(sku) - FIRST_NUMBER;
    if (!(product >= 0 && product < products)) return `there is no product ${sku}`;
    if (seen[product] === 1) return `product ${sku} is there twice`;
    if (!name?.endsWith(` ${sku}`)) return `product ${sku} is named ${name}`;
    if (!category || !stock) return `product ${sku} lacks a field`;
    seen[product] = 1;
    count += 1;
    cents += Math.round(Number(price) * 100);
  }
  if (count !== products) return `${count} of ${products} products`;
  const expected = totalCents(products);
  return cents === expected ? undefined : `the prices add up to ${cents}, not ${expected}`;
}
