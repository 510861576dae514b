/** What the shop knows of one product. */
export interface Product {
  /** The product's number, counted from 1. */
  readonly id: number;
  /** Its name, different for every product. */
  readonly name: string;
  /** Its price as shown, such as `"£12.50"`. */
  readonly price: string;
  /** The department it is sold in. */
  readonly category: string;
  /** One sentence about it. */
  readonly description: string;
  /** How many are on the shelf. */
  readonly stock: number;
}

const FINISHES = [
  "Amber",
  "Ash",
  "Brass",
  "Bronze",
  "Cedar",
  "Cobalt",
  "Copper",
  "Coral",
  "Ivory",
  "Jade",
  "Linen",
  "Maple",
  "Olive",
  "Pewter",
  "Slate",
  "Walnut",
] as const;

const THINGS = [
  ["Teapot", "Kitchen"],
  ["Desk Lamp", "Lighting"],
  ["Notebook", "Study"],
  ["Garden Fork", "Garden"],
  ["Breadboard", "Kitchen"],
  ["Lantern", "Lighting"],
  ["Bookend", "Study"],
  ["Watering Can", "Garden"],
  ["Whisk", "Kitchen"],
  ["Candlestick", "Lighting"],
  ["Pen Tray", "Study"],
  ["Trowel", "Garden"],
  ["Colander", "Kitchen"],
  ["Wall Sconce", "Lighting"],
  ["Globe", "Study"],
  ["Bird Table", "Garden"],
  ["Pepper Mill", "Kitchen"],
  ["Floor Lamp", "Lighting"],
  ["Letter Rack", "Study"],
  ["Plant Stand", "Garden"],
  ["Soup Ladle", "Kitchen"],
  ["Night Light", "Lighting"],
  ["Magnifier", "Study"],
  ["Dibber", "Garden"],
] as const;

const NAMES_IN_A_SERIES = FINISHES.length * THINGS.length;

/**
 * Gives the product with a number; the same number always gives the same product.
 *
 * @param id The product's number, counted from 1.
 * @returns The product.
 *
 * @example
 * ```ts
 * import { productAt } from "./catalogue.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(productAt(1).name, "Amber Teapot");
 * assert.equal(productAt(1).price, "£4.75");
 * ```
 */
export function productAt(id: number): Product {
  const index = id - 1;
  const finish = FINISHES[index % FINISHES.length]!;
  const row = Math.floor(index / FINISHES.length);
  const [thing, category] = THINGS[(row + index) % THINGS.length]!;
  const series = Math.floor(index / NAMES_IN_A_SERIES);
  const name = series === 0 ? `${finish} ${thing}` : `${finish} ${thing} Mark ${series + 1}`;
  return {
    id,
    name,
    price: formatPrice(475 + (index * 1_337) % 18_000),
    category,
    description: `A ${finish.toLowerCase()} ${thing.toLowerCase()}, made to be used every day.`,
    stock: (index * 7) % 40,
  };
}

function formatPrice(pence: number): string {
  return `£${(pence / 100).toFixed(2)}`;
}
