import { Selector } from "@orbweaver/selectors";
import type { Problems } from "./problems.ts";

/** One variant of a product in a Shopify shop. What the shop does not say is "". */
export interface ShopifyItem {
  /** The product's title, and the variant's where there are several. */
  name: string;
  /** The price, as the shop writes it: "9.50". */
  price: string;
  /** The collection that it was found in, as a title. */
  category: string;
  /** The vendor. */
  brand: string;
  /** The variant's id. */
  identifier: number | string;
  /** The stock keeping unit. */
  sku: string;
  /** 0 if it is sold out, else `null`: the shop does not tell how many there are. */
  stock: 0 | null;
  /** The first image's address. */
  imageUrl: string;
  /** The product's page. */
  url: string;
  /** The description as text. */
  description: string;
  /** The price before it was reduced. */
  oldPrice: string;
  /** The barcode. */
  barcode: string;
}

/** Where products were found. */
export interface ShopifyPlace {
  /** The shop's origin. */
  readonly origin: string;
  /** The collection's handle. */
  readonly handle: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The list of objects that an answer of a Shopify shop has under a name.
 *
 * @param answer The answer's text.
 * @param name "collections" or "products".
 * @param problems Where to report an answer that has none.
 */
export function shopifyList(answer: string, name: string, problems: Problems): Json[] {
  let list: unknown;
  try {
    list = (JSON.parse(answer) as Json | null)?.[name];
  } catch (error) {
    problems.report("malformed", `Broken JSON: ${(error as Error).message}`);
    return [];
  }
  if (!Array.isArray(list)) {
    problems.report("unexpected", `There is no list '${name}'; is this a Shopify shop?`);
    return [];
  }
  return list.filter((entry) => typeof entry === "object" && entry !== null);
}

/**
 * The variants of a product as items.
 *
 * @param product The product, as `products.json` has it.
 * @param place Where it was found.
 * @param problems Where to report variants without an id.
 */
export function* shopifyItems(
  product: Json,
  place: ShopifyPlace,
  problems: Problems,
): Generator<ShopifyItem, void, undefined> {
  const variants = Array.isArray(product.variants) ? product.variants as (Json | null)[] : [];
  for (const variant of variants) {
    const identifier = variant?.id;
    if (typeof identifier !== "number" && typeof identifier !== "string") {
      problems.report("malformed", `A variant of '${text(product.title)}' has no id`);
      continue;
    }
    yield toItem(product, variant as Json, { ...place, identifier });
  }
}

function toItem(
  product: Json,
  variant: Json,
  { origin, handle, identifier }: ShopifyPlace & { identifier: number | string },
): ShopifyItem {
  const title = text(variant.title);
  const [image] = Array.isArray(product.images) ? product.images as (Json | null)[] : [];
  const path = [handle, text(product.handle)].map(encodeURIComponent).join("/products/");
  const oldPrice = text(variant.compare_at_price);
  return {
    name: text(product.title) + (title === "" || title === "Default Title" ? "" : ` - ${title}`),
    price: text(variant.price),
    category: titleOf(handle),
    brand: text(product.vendor),
    identifier,
    sku: text(variant.sku),
    stock: variant.available === true ? null : 0,
    imageUrl: text(image?.src),
    url: `${origin}/collections/${path}`,
    description: Selector.fromHtml(text(product.body_html)).text({ separator: "" }).trim(),
    oldPrice: Number(oldPrice) > 0 ? oldPrice : "",
    barcode: text(variant.barcode),
  };
}

function titleOf(handle: string): string {
  return handle.split("-").filter((word) => word !== "")
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(" ");
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
