/** An error as plain data: its class, its message, its facts, and the errors behind it. */
export interface ErrorData {
  /** The name of its class. */
  name: string;
  /** Its message. */
  message: string;
  /** The error that caused it. */
  cause?: ErrorData;
  /** Its facts, such as `url`, `sessionId` and `attempts`. */
  [fact: string]: unknown;
}

/** How deep causes are followed; some libraries make circles of them. */
const MAX_CAUSES = 8;

/**
 * An error as plain data.
 *
 * @param error The error.
 * @param depth How many errors it is behind.
 */
export function errorData(error: Error, depth = 0): ErrorData {
  const facts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(error)) {
    if (value !== undefined) facts[name] = factData(value, depth);
  }
  const { name, message, cause } = error;
  const hasCause = cause !== undefined && depth < MAX_CAUSES;
  return { ...facts, name, message, ...(hasCause ? { cause: causeData(cause, depth + 1) } : {}) };
}

function causeData(cause: unknown, depth: number): ErrorData {
  if (cause instanceof Error) return errorData(cause, depth);
  return { name: typeof cause, message: describe(cause) };
}

function factData(value: unknown, depth: number): unknown {
  if (value instanceof Error) {
    return depth < MAX_CAUSES ? errorData(value, depth + 1) : value.message;
  }
  if (Array.isArray(value)) return value.map((item) => factData(item, depth));
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : describe(value);
}

/**
 * A short, single-line picture of a value for error messages.
 *
 * @param value The value.
 */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 200));
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value).slice(0, 200);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
