/** Values made here, which may be shared without another copy. */
const frozen = new WeakSet<object>();

/**
 * A deeply frozen copy of plain data. Plain objects and arrays are copied; anything else (functions,
 * bytes, regular expressions, signals) is kept by reference. A copy made here is not copied again,
 * so that the options a thousand links inherit exist once.
 *
 * @param value The value; it is not changed.
 */
export function frozenCopy<T>(value: T): T {
  return copy(value, new Map());
}

function copy<T>(value: T, seen: Map<object, object>): T {
  if (typeof value !== "object" || value === null || frozen.has(value)) return value;
  if (!Array.isArray(value) && !isPlain(value)) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;

  const result: Record<PropertyKey, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  seen.set(value, result);
  for (const [key, entry] of Object.entries(value)) {
    // Not an assignment: a key named "__proto__" must become a property like any other.
    Object.defineProperty(result, key, { value: copy(entry, seen), enumerable: true });
  }
  frozen.add(result);
  return Object.freeze(result) as T;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
