import { OrbweaverError } from "@orbweaver/session";
import { reasonOf } from "./reason.ts";

export { OrbweaverError };

/** Base class of everything that a spider, or the crawl that runs it, throws. */
export class SpiderError extends OrbweaverError {
  /** The name of this class of errors. */
  override name = "SpiderError";
}

/** A spider member or an option of a crawl whose value makes no sense. */
export class SpiderOptionError extends SpiderError {
  /** The name of this class of errors. */
  override name = "SpiderOptionError";
}

/** `configureSessions` threw, or added no session. */
export class SessionConfigurationError extends SpiderError {
  /** The name of this class of errors. */
  override name = "SessionConfigurationError";
}

/** The spider has neither `startUrls` nor a `startRequests` that yields something. */
export class NoStartRequestsError extends SpiderError {
  /** The name of this class of errors. */
  override name = "NoStartRequestsError";
}

/** A callback that is not a method of the spider, so that no stored request could find it again. */
export class UnknownCallbackError extends SpiderError {
  /** The name of this class of errors. */
  override name = "UnknownCallbackError";
  /** The name that was asked for, where there was one. */
  readonly callback: string;

  /**
   * Makes the error.
   *
   * @param callback The name that was asked for.
   * @param spider The spider's name.
   * @param available The spider's own methods.
   */
  constructor(callback: string, spider: string, available: readonly string[]) {
    super(
      `Callback '${callback}' is not a method of spider '${spider}': pass one of its own methods, ` +
        `by reference (this.parse) or by name; it has: ${available.join(", ")}`,
    );
    this.callback = callback;
  }
}

/** A callback gave something that is neither a Request nor an item. */
export class InvalidYieldError extends SpiderError {
  /** The name of this class of errors. */
  override name = "InvalidYieldError";
}

/** A callback did not end in time, or threw; `cause` is what it threw. */
export class CallbackError extends SpiderError {
  /** The name of this class of errors. */
  override name = "CallbackError";
  /** The page whose callback failed. */
  readonly url: string;
  /** The callback's name. */
  readonly callback: string;

  /**
   * Makes the error.
   *
   * @param callback The callback's name.
   * @param url The page whose callback failed.
   * @param cause What it threw.
   */
  constructor(callback: string, url: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${reasonOf(cause)}` : reasonOf(cause);
    super(`Callback '${callback}' failed on ${url}: ${reason}`, { cause });
    this.callback = callback;
    this.url = url;
  }
}

/** A callback, with the hooks it leads to, took longer than `callbackTimeoutMs`. */
export class CallbackTimeoutError extends SpiderError {
  /** The name of this class of errors. */
  override name = "CallbackTimeoutError";
  /** The page whose callback did not end. */
  readonly url: string;
  /** The limit that was exceeded, in milliseconds. */
  readonly timeoutMs: number;

  /**
   * Makes the error.
   *
   * @param url The page whose callback did not end.
   * @param timeoutMs The limit that was exceeded, in milliseconds.
   */
  constructor(url: string, timeoutMs: number) {
    super(
      `The callback did not end within ${timeoutMs} ms on ${url}; mend what it waits for, or raise ` +
        `'callbackTimeoutMs' of the spider`,
    );
    this.url = url;
    this.timeoutMs = timeoutMs;
  }
}

/** A page gave more than `maxYieldsPerPage` items and requests. */
export class TooManyYieldsError extends SpiderError {
  /** The name of this class of errors. */
  override name = "TooManyYieldsError";
  /** The limit that was exceeded. */
  readonly limit: number;

  /**
   * Makes the error.
   *
   * @param limit The limit that was exceeded.
   */
  constructor(limit: number) {
    super(
      `A page may give ${limit} items and requests, since they are committed together and wait in ` +
        `memory until then; yield fewer, or raise 'maxYieldsPerPage' of the spider`,
    );
    this.limit = limit;
  }
}

/** A spider's hook threw; `cause` is what. */
export class HookError extends SpiderError {
  /** The name of this class of errors. */
  override name = "HookError";
  /** The hook's name. */
  readonly hook: string;

  /**
   * Makes the error.
   *
   * @param hook The hook's name.
   * @param url The page that it was called for.
   * @param cause What it threw.
   */
  constructor(hook: string, url: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${reasonOf(cause)}` : reasonOf(cause);
    super(`Hook '${hook}' failed on ${url}: ${reason}`, { cause });
    this.hook = hook;
  }
}

/** A site answered, but not with the page, and did so again after every retry. */
export class BlockedError extends SpiderError {
  /** The name of this class of errors. */
  override name = "BlockedError";
  /** The page that was asked for. */
  readonly url: string;
  /** Why the answer counts as a block. */
  readonly reason: string;
  /** The status of the last answer. */
  readonly status: number;
  /** How often it was asked for. */
  readonly attempts: number;

  /**
   * Makes the error.
   *
   * @param url The page that was asked for.
   * @param facts The reason, the last status, and how often it was asked for.
   */
  constructor(url: string, facts: { reason: string; status: number; attempts: number }) {
    const { reason, status, attempts } = facts;
    super(`Blocked (${reason}) after ${attempts} attempts: ${url}`);
    this.url = url;
    this.reason = reason;
    this.status = status;
    this.attempts = attempts;
  }
}

/** The robots.txt of a site can't be had, so that nothing of it may be fetched (RFC 9309, 2.3.1.4). */
export class RobotsUnreachableError extends SpiderError {
  /** The name of this class of errors. */
  override name = "RobotsUnreachableError";
  /** The page that was to be fetched. */
  readonly url: string;

  /**
   * Makes the error.
   *
   * @param url The page that was to be fetched.
   * @param cause What the last attempt failed with.
   */
  constructor(url: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(`The site's robots.txt can't be had (${reason}), which forbids everything: ${url}`, {
      cause,
    });
    this.url = url;
  }
}

/** The log file can't be written. */
export class LogFileError extends SpiderError {
  /** The name of this class of errors. */
  override name = "LogFileError";
}

/** Items can't be written: a missing folder, no permission, a full disk. */
export class SinkError extends SpiderError {
  /** The name of this class of errors. */
  override name = "SinkError";
}

/** Bytes that are not what escalation has learnt. */
export class EscalationFormatError extends SpiderError {
  /** The name of this class of errors. */
  override name = "EscalationFormatError";
  /** Where the problem is. */
  readonly place: string;

  /**
   * Makes the error.
   *
   * @param place Where the problem is.
   * @param received What is there, in words.
   * @param options The cause.
   */
  constructor(place: string, received = "something else", options: ErrorOptions = {}) {
    super(
      `This is not what escalation has learnt: at ${place} there is ${received}; start without it, and ` +
        `it is learnt again`,
      options,
    );
    this.place = place;
  }
}

/** A frontier was given something that it can't queue. */
export class FrontierError extends SpiderError {
  /** The name of this class of errors. */
  override name = "FrontierError";
}

/** What is wrong with a frontier's store. */
export type StoreProblem =
  /** Another process works on it. */
  | "locked"
  /** The disk is full, or the file may not grow. */
  | "full"
  /** It may not be written to. */
  | "readonly"
  /** It is damaged or cut short. */
  | "corrupt"
  /** It belongs to another program. */
  | "foreign"
  /** A newer version of this library wrote it. */
  | "newer"
  /** It does not answer. */
  | "away"
  /** It answers, and refuses. */
  | "refused"
  /** It has lost the crawl. */
  | "lost"
  /** Anything else; see `cause`. */
  | "failed";

/** A frontier's store can't be opened, read or written. What was acknowledged before is kept. */
export class FrontierStoreError extends SpiderError {
  /** The name of this class of errors. */
  override name = "FrontierStoreError";
  /** Where the store is: a file's path, or a server's address without its password. */
  readonly place: string;
  /** What is wrong with it. */
  readonly problem: StoreProblem;

  /**
   * Makes the error.
   *
   * @param message What happened, and what to do.
   * @param facts Where the store is, what is wrong, and what was thrown.
   */
  constructor(message: string, facts: { place: string; problem: StoreProblem; cause?: unknown }) {
    super(message, { cause: facts.cause });
    this.place = facts.place;
    this.problem = facts.problem;
  }
}

/** A crawl's folder is not one that this spider can go on with. */
export class CrawlDirError extends SpiderError {
  /** The name of this class of errors. */
  override name = "CrawlDirError";
  /** The folder. */
  readonly dir: string;
  /** The callbacks that the spider lacks, where that is why. */
  readonly callbacks: readonly string[];

  /**
   * Makes the error.
   *
   * @param message What does not fit, and what to do.
   * @param facts The folder, and the callbacks that the spider lacks.
   */
  constructor(message: string, facts: { dir: string; callbacks?: readonly string[] }) {
    super(message);
    this.dir = facts.dir;
    this.callbacks = facts.callbacks ?? [];
  }
}

/** A request holds something that a store can't keep, such as a function. */
export class UnstorableRequestError extends SpiderError {
  /** The name of this class of errors. */
  override name = "UnstorableRequestError";
  /** The page that was to be queued. */
  readonly url: string;
  /** What can't be kept, as a path: "options.pageAction". */
  readonly option: string;

  /**
   * Makes the error.
   *
   * @param url The page that was to be queued.
   * @param facts Where it is, what it is, and what to do.
   */
  constructor(
    url: string,
    facts: { option: string; what: string; advice: string; cause: unknown },
  ) {
    const { option, what, advice, cause } = facts;
    super(
      `'${option}' of the request for ${url} can't be stored, and this crawl's queue is: it is ${what}; ` +
        advice,
      { cause },
    );
    this.url = url;
    this.option = option;
  }
}

/** What a store gave back is not what was put into it. */
export class StoredDataError extends SpiderError {
  /** The name of this class of errors. */
  override name = "StoredDataError";
}

/** A crawl was used after it was closed, or run twice. */
export class CrawlStateError extends SpiderError {
  /** The name of this class of errors. */
  override name = "CrawlStateError";
}
