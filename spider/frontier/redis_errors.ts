import { FrontierStoreError, SpiderError, type StoreProblem } from "../errors.ts";

/** Base class of what can be wrong with a Redis that a crawl is kept in. */
export class StoreError extends FrontierStoreError {
  /** The name of this class of errors. */
  override name = "StoreError";
}

/** The server does not answer: it is not there, or was away for longer than was waited. */
export class StoreUnreachableError extends StoreError {
  /** The name of this class of errors. */
  override name = "StoreUnreachableError";
}

/** The server is there, but not for us: a wrong password, a cluster, a version that is too old. */
export class StoreRefusedError extends StoreError {
  /** The name of this class of errors. */
  override name = "StoreRefusedError";
}

/** The server has no room, and did not get any for as long as was waited. */
export class StoreFullError extends StoreError {
  /** The name of this class of errors. */
  override name = "StoreFullError";
}

/** The server has lost the crawl, or somebody has deleted it, while it went on. */
export class StoreLostError extends StoreError {
  /** The name of this class of errors. */
  override name = "StoreLostError";
}

/** The server keeps another crawl under this name. */
export class StoreMismatchError extends StoreError {
  /** The name of this class of errors. */
  override name = "StoreMismatchError";
}

/** What an error says about whether to try again. */
export type Trouble =
  /** The server can't be reached, or not now. */
  | "away"
  /** It has no room. */
  | "full"
  /** Nothing that waiting mends. */
  | "final";

/** Answers of a server that is about to be there: it loads, a script runs, a replica takes over. */
const AWAY_SOON = /^(LOADING|BUSY|TRYAGAIN|MASTERDOWN|READONLY|CLUSTERDOWN)\b/;
/** Answers of a server that does not take anything more. */
const FULL = /^(-?OOM|MISCONF)\b|OOM command not allowed/;
/** Answers that ask for another server, or another user. */
const REFUSED = /^(MOVED|ASK|CROSSSLOT|NOAUTH|WRONGPASS|NOPERM|NOPROTO|ERR invalid password)\b/;
/** What TLS says of a server that is not to be trusted, in Deno and in Node. */
const UNTRUSTED = /certificate|UnknownIssuer|NotValidForName|ERR_TLS_CERT|altnames/i;
const OF_A_CLUSTER = /^(MOVED|ASK|CROSSSLOT)\b/;

/**
 * Says what an error means.
 *
 * @param error What a command failed with.
 */
export function troubleOf(error: unknown): Trouble {
  const message = messageOf(error);
  if (FULL.test(message)) return "full";
  if (AWAY_SOON.test(message)) return "away";
  if (UNTRUSTED.test(message)) return "final";
  return isReply(error) || error instanceof SpiderError ? "final" : "away";
}

/**
 * The error to throw for what waiting does not mend, or did not.
 *
 * @param error What the last attempt failed with.
 * @param place The server, without its password.
 * @param waitedMs How long it was tried.
 */
export function storeErrorOf(error: unknown, place: string, waitedMs: number): Error {
  if (error instanceof SpiderError) return error;
  const message = messageOf(error);
  // ioredis attaches what was sent: the password among others, or megabytes.
  if (error instanceof Error) delete (error as { command?: unknown }).command;
  const facts = (problem: StoreProblem) => ({ place, problem, cause: error });
  const seconds = Math.round(waitedMs / 1_000);
  if (message.startsWith("ORBWEAVER_LOST")) {
    return new StoreLostError(
      `The crawl is not in the Redis at ${place} any more: it was deleted, or the server restarted ` +
        `without its data; start it again, and let the server keep its data (appendonly yes)`,
      facts("lost"),
    );
  }
  if (OF_A_CLUSTER.test(message)) {
    return new StoreRefusedError(clusterMessage(place), facts("refused"));
  }
  if (REFUSED.test(message)) {
    return new StoreRefusedError(
      `The Redis at ${place} refuses: ${message}; check the user and the password of the URL, and ` +
        `what the user may do`,
      facts("refused"),
    );
  }
  if (UNTRUSTED.test(message)) {
    return new StoreRefusedError(
      `The Redis at ${place} is not to be trusted: ${message}; give the certificate of its authority ` +
        `as 'ca', and the host name that its own certificate is for`,
      facts("refused"),
    );
  }
  if (FULL.test(message)) {
    return new StoreFullError(
      `The Redis at ${place} takes nothing more, for ${seconds} s now: ${message}; nothing that was ` +
        `acknowledged is lost: give it room (maxmemory, disk) and start the crawl again`,
      facts("full"),
    );
  }
  if (!isReply(error) || AWAY_SOON.test(message)) {
    return new StoreUnreachableError(
      `No Redis answers at ${place}, for ${seconds} s now: ${message}; check that it runs, the ` +
        `address, the network, and for rediss:// its certificate`,
      facts("away"),
    );
  }
  return new StoreError(`The Redis at ${place} failed: ${message}`, facts("failed"));
}

/**
 * What to say about a server that is part of a cluster.
 *
 * @param place The server, without its password.
 */
export function clusterMessage(place: string): string {
  return `The Redis at ${place} is part of a cluster, which is not supported yet: give the URL of a ` +
    `single server; docs/one-billion-urls.md says what a cluster would take`;
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
