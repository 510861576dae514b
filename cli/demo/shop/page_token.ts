/** The request header in which a product page's script proves to the API that it ran. */
export const PAGE_TOKEN_HEADER = "x-shop-page";

/**
 * Computes what a product page's script sends along: the FNV-1a hash of the product's path, in hexadecimal.
 *
 * The page carries this very function (its source text), so it must not refer to anything outside itself.
 *
 * @param path The product's path, such as `"/product/17"`.
 * @returns Eight hexadecimal digits.
 */
export function pageToken(path: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < path.length; index++) {
    hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}
