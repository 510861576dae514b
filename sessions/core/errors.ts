import { OrbweaverError } from "@orbweaver/selectors";
import process from "node:process";
import { getSystemErrorName } from "node:util";
import { describe, type ErrorData, errorData } from "./error_data.ts";

export { type ErrorData, OrbweaverError };

/** Facts that every error of a fetch may carry. */
export interface SessionErrorFacts {
  /** The URL that was being fetched. */
  url?: string;
  /** The id of the session in its manager. */
  sessionId?: string;
  /** How often it was tried. */
  attempts?: number;
  /** What caused this error. */
  cause?: unknown;
}

/** Base class of everything that a session or a {@linkcode SessionManager} throws. */
export class SessionError extends OrbweaverError {
  /** The name of this class of errors. */
  override name = "SessionError";
  /** The URL that was being fetched, where there was one. */
  readonly url: string | undefined;
  /** The id of the session in its manager, where it is known. */
  sessionId: string | undefined;
  /** How often it was tried, where it was counted. */
  attempts: number | undefined;

  /**
   * Makes the error.
   *
   * @param message What happened, what was expected and what to do.
   * @param facts URL, session id, attempts and cause. Credentials in the URL are left out.
   */
  constructor(message: string, facts: SessionErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.url = withoutCredentials(facts.url);
    this.sessionId = facts.sessionId;
    this.attempts = facts.attempts;
  }

  /** The error as plain data, for a log or a record; the stack is left out. */
  toJSON(): ErrorData {
    return errorData(this);
  }
}

/** A URL that can't be fetched: malformed, or not `http:` or `https:`. */
export class InvalidUrlError extends SessionError {
  /** The name of this class of errors. */
  override name = "InvalidUrlError";
}

/** An option whose value makes no sense. */
export class InvalidOptionError extends SessionError {
  /** The name of this class of errors. */
  override name = "InvalidOptionError";
  /** The option's name. */
  readonly option: string;

  /**
   * Makes the error.
   *
   * @param option The option's name.
   * @param received The value that was passed.
   * @param expected What would have been right, in words.
   * @param facts URL, session id and cause.
   */
  constructor(option: string, received: unknown, expected: string, facts: SessionErrorFacts = {}) {
    super(`Option '${option}' must be ${expected}: received ${describe(received)}`, facts);
    this.option = option;
  }
}

/** An option that this kind of session does not have. */
export class UnsupportedOptionError extends SessionError {
  /** The name of this class of errors. */
  override name = "UnsupportedOptionError";
  /** The option's name. */
  readonly option: string;
  /** The kind of the session: "fetch", "dynamic", "stealth" or a user's own. */
  readonly kind: string;

  /**
   * Makes the error.
   *
   * @param option The option's name.
   * @param kind The kind of the session that received it.
   * @param supported The options that this kind has.
   * @param facts URL, session id and cause.
   */
  constructor(
    option: string,
    kind: string,
    supported: readonly string[],
    facts: SessionErrorFacts = {},
  ) {
    const whom = facts.sessionId === undefined
      ? `a session of kind '${kind}'`
      : `session '${facts.sessionId}' of kind '${kind}'`;
    super(
      `Option '${option}' is not supported by ${whom}; it supports: ${
        [...supported].sort().join(", ")
      }`,
      facts,
    );
    this.option = option;
    this.kind = kind;
  }
}

/** The network failed: no connection, a reset, a bad answer. */
export class NetworkError extends SessionError {
  /** The name of this class of errors. */
  override name = "NetworkError";
}

/** A fetch did not finish, body included, within `timeoutMs`. */
export class TimeoutError extends SessionError {
  /** The name of this class of errors. */
  override name = "TimeoutError";
  /** The limit that was exceeded, in milliseconds. */
  readonly timeoutMs: number;

  /**
   * Makes the error.
   *
   * @param timeoutMs The limit that was exceeded, in milliseconds.
   * @param what What was waited for.
   * @param facts URL, session id and cause.
   */
  constructor(timeoutMs: number, what: string, facts: SessionErrorFacts = {}) {
    super(
      `${what} took longer than ${timeoutMs} ms${facts.url === undefined ? "" : `: ${facts.url}`}` +
        `; raise 'timeoutMs' if the site is just slow`,
      facts,
    );
    this.timeoutMs = timeoutMs;
  }
}

/** The session was closed before, or while, it was asked to do something. */
export class SessionClosedError extends SessionError {
  /** The name of this class of errors. */
  override name = "SessionClosedError";
}

/** One or more sessions could not start; `errors` has one cause per session, `attempts` the tries. */
export class SessionStartError extends SessionError {
  /** The name of this class of errors. */
  override name = "SessionStartError";
  /** What each session failed with. */
  readonly errors: readonly unknown[];
  /** When it may be tried again, in milliseconds since 1970; missing where that is up to the user. */
  readonly retryAt: number | undefined;

  /**
   * Makes the error.
   *
   * @param message Which sessions failed.
   * @param errors What each of them failed with.
   * @param facts URL, session id, attempts, cause, and when it may be tried again.
   */
  constructor(
    message: string,
    errors: readonly unknown[],
    facts: SessionErrorFacts & { retryAt?: number } = {},
  ) {
    super(message, { cause: errors[0], ...facts });
    this.errors = errors;
    this.retryAt = facts.retryAt;
  }
}

/** One or more sessions could not be closed in order; every close was attempted. */
export class SessionCloseError extends SessionError {
  /** The name of this class of errors. */
  override name = "SessionCloseError";
  /** What each close failed with, in the order of closing. */
  readonly errors: readonly unknown[];

  /**
   * Makes the error.
   *
   * @param message Which sessions failed.
   * @param errors What each close failed with.
   */
  constructor(message: string, errors: readonly unknown[]) {
    super(message, { cause: errors[0] });
    this.errors = errors;
  }
}

/** A session id that the manager does not know. */
export class UnknownSessionError extends SessionError {
  /** The name of this class of errors. */
  override name = "UnknownSessionError";
  /** The ids that are known. */
  readonly available: readonly string[];

  /**
   * Makes the error.
   *
   * @param sessionId The id that was asked for.
   * @param available The ids that are known.
   * @param facts URL and cause.
   */
  constructor(sessionId: string, available: readonly string[], facts: SessionErrorFacts = {}) {
    const known = available.length === 0
      ? "no session was added yet; use manager.add(id, session)"
      : `available: ${available.join(", ")}`;
    super(`Session '${sessionId}' not found; ${known}`, { ...facts, sessionId });
    this.available = available;
  }
}

/** A session id was added twice, or two sessions were added with `default: true`. */
export class DuplicateSessionError extends SessionError {
  /** The name of this class of errors. */
  override name = "DuplicateSessionError";
}

/** A cookie that the rules don't allow; the message does not tell its value. */
export class InvalidCookieError extends InvalidOptionError {
  /** The name of this class of errors. */
  override name = "InvalidCookieError";
  /** The cookie's name. */
  readonly cookie: string;
  /** Why it is refused. */
  readonly reason: string;

  /**
   * Makes the error.
   *
   * @param cookie The cookie's name.
   * @param reason Why it is refused.
   * @param url The URL that it was meant for.
   */
  constructor(cookie: string, reason: string, url: string) {
    const expected = `one that ${withoutCredentials(url)} may set (${reason})`;
    super("cookie", String(cookie).slice(0, 100), expected, { url });
    this.cookie = cookie;
    this.reason = reason;
  }
}

/** Cookies to be imported that are not in the format they should be in. */
export class CookieFormatError extends SessionError {
  /** The name of this class of errors. */
  override name = "CookieFormatError";
  /** The format: "cookies.txt", "storageState" or "cookie jar". */
  readonly format: string;
  /** Where the problem is, such as "line 3" or "cookies[2].name". */
  readonly place: string;

  /**
   * Makes the error.
   *
   * @param format The format.
   * @param place Where the problem is.
   * @param received What is there, without telling secrets.
   * @param expected What should be there.
   */
  constructor(format: string, place: string, received: string, expected: string) {
    super(`Not a ${format}: at ${place} expected ${expected}, received ${received}`);
    this.format = format;
    this.place = place;
  }
}

/** Data that is not what {@linkcode Response.toJSON} gives, or a response that JSON can't hold. */
export class ResponseFormatError extends SessionError {
  /** The name of this class of errors. */
  override name = "ResponseFormatError";
  /** Where the problem is, such as "history[0].status". */
  readonly place: string;

  /**
   * Makes the error.
   *
   * @param place Where the problem is.
   * @param received What is there, in words.
   * @param expected What should be there.
   */
  constructor(place: string, received: string, expected: string) {
    super(`A stored response has ${expected} at '${place}': received ${received}`);
    this.place = place;
  }
}

/** A file that can't be read or written. */
export class FileError extends SessionError {
  /** The name of this class of errors. */
  override name = "FileError";
  /** The file. */
  readonly path: string;
  /** The system's code: "ENOENT", "ENOSPC", "EACCES", … */
  readonly code: string | undefined;

  /**
   * Makes the error.
   *
   * @param action What was tried.
   * @param path The file.
   * @param cause What the system said.
   */
  constructor(action: "read" | "write", path: string, cause: unknown) {
    const code = systemCode(cause);
    const what = WHAT_WENT_WRONG[`${action} ${code}`] ?? WHAT_WENT_WRONG[code ?? ""] ??
      (cause instanceof Error ? cause.message : String(cause));
    super(`Could not ${action} ${path}: ${what}`, { cause });
    this.path = path;
    this.code = code;
  }
}

/** Deno gives some errors of open files no `code`, only a message with the system's number. */
function systemCode(cause: unknown): string | undefined {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  const number = /\(os error (\d+)\)/.exec(message ?? "")?.[1];
  if (code !== undefined || number === undefined || process.platform === "win32") return code;
  return getSystemErrorName(-Number(number));
}

const WHAT_WENT_WRONG: Readonly<Record<string, string>> = {
  "write ENOENT": "its folder does not exist; create it first",
  "read ENOENT": "there is no such file",
  ENOSPC: "the disk is full; nothing was left behind",
  EDQUOT: "the disk quota is used up; nothing was left behind",
  EFBIG: "it is larger than files may be here; nothing was left behind",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  EISDIR: "there is a folder of that name",
  ENOTDIR: "a part of its path is not a folder",
};

function withoutCredentials(url: string | undefined): string | undefined {
  if (!url?.includes("@")) return url;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.username === "" && parsed.password === "")) return url;
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}
