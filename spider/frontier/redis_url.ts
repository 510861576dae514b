import { SpiderOptionError } from "../errors.ts";

/**
 * Checks the address of a Redis.
 *
 * @param url `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS.
 * @throws {SpiderOptionError} If it is none; the message has no password in it.
 */
export function redisUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isRedis = parsed?.protocol === "redis:" || parsed?.protocol === "rediss:";
  if (parsed !== undefined && isRedis && parsed.hostname !== "" && isDatabase(parsed.pathname)) {
    return parsed;
  }
  throw new SpiderOptionError(
    `A store must be redis://[user:password@]host[:port][/database], or rediss:// with TLS: received ${
      parsed === undefined ? "something that is no URL" : placeOf(parsed)
    }`,
  );
}

/**
 * The address without its password, for messages.
 *
 * @param url The address.
 */
export function placeOf(url: URL): string {
  const user = url.username === "" ? "" : `${url.username}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

function isDatabase(path: string): boolean {
  return path === "" || /^\/\d*$/.test(path);
}
