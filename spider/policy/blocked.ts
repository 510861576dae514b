/** What counts as a block: it asks for other credentials or another time, or the server is in trouble. */
const BLOCKED_STATUSES: ReadonlySet<number> = new Set([
  401,
  403,
  407,
  429,
  444,
  500,
  502,
  503,
  504,
]);

/** They say "not now", so that asking again at once makes it worse. */
const OVERLOADED_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Why an answer is not the page that was asked for.
 *
 * @param status The HTTP status.
 * @returns The reason, in words; `false` for a page as good as any.
 */
export function blockedByStatus(status: number): false | string {
  return BLOCKED_STATUSES.has(status) && `status ${status}`;
}

/**
 * Whether to wait before asking again.
 *
 * @param status The HTTP status.
 */
export function isOverloaded(status: number): boolean {
  return OVERLOADED_STATUSES.has(status);
}

/**
 * Whether another session may get the page: not where credentials are asked for.
 *
 * @param status The HTTP status.
 */
export function mayPassElsewhere(status: number): boolean {
  return status !== 401 && status !== 407;
}
