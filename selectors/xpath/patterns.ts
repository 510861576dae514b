import { LruCache } from "../css/cache.ts";
import { InvalidPatternError } from "../errors.ts";

const MAX_CACHED_PATTERNS = 128;
const cache = new LruCache<string, RegExp>(MAX_CACHED_PATTERNS);

/**
 * The regular expression of `re:test()`, whose flags are EXSLT's: `i`, and `g`, which is up to the
 * caller. A pattern may be computed by the expression, so it is compiled when it is met.
 *
 * @throws {InvalidPatternError} If it is none.
 */
export function compileRegExp(pattern: string, flags: string): RegExp {
  const jsFlags = flags.includes("i") ? "iu" : "u";
  const key = `${jsFlags}/${pattern}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  try {
    const regExp = new RegExp(pattern, jsFlags);
    cache.set(key, regExp);
    return regExp;
  } catch (cause) {
    throw new InvalidPatternError(pattern, cause);
  }
}
