import { SessionError, type SessionErrorFacts } from "./errors.ts";

/** A URL that leads to a private, loopback, link-local or metadata address, with `allowPrivate: false`. */
export class PrivateAddressError extends SessionError {
  /** The name of this class of errors. */
  override name = "PrivateAddressError";
  /** The address. */
  readonly address: string;

  /**
   * Makes the error.
   *
   * @param address The address.
   * @param facts URL and cause.
   */
  constructor(address: string, facts: SessionErrorFacts = {}) {
    super(
      `${facts.url ?? "The URL"} has the address ${address}, which is not public and which ` +
        `'allowPrivate: false' rules out`,
      facts,
    );
    this.address = address;
  }
}

/** A body that is larger than `maxBytes`. */
export class BodyTooLargeError extends SessionError {
  /** The name of this class of errors. */
  override name = "BodyTooLargeError";
  /** The limit, in bytes. */
  readonly maxBytes: number;

  /**
   * Makes the error.
   *
   * @param maxBytes The limit, in bytes.
   * @param received How much there is, in words.
   * @param facts URL and cause.
   */
  constructor(maxBytes: number, received: string, facts: SessionErrorFacts = {}) {
    super(
      `The body of ${facts.url ?? "the response"} is larger than 'maxBytes' (${maxBytes}): ` +
        `${received}; raise 'maxBytes' if that is expected`,
      facts,
    );
    this.maxBytes = maxBytes;
  }
}

/** A redirect that is not followed. */
export class RedirectError extends SessionError {
  /** The name of this class of errors. */
  override name = "RedirectError";
  /** The `Location` that was received, or the URL it resolved to. */
  readonly location: string;

  /**
   * Makes the error.
   *
   * @param message Why it is not followed.
   * @param location The `Location` that was received, or the URL it resolved to.
   * @param facts URL that redirected, and cause.
   */
  constructor(message: string, location: string, facts: SessionErrorFacts = {}) {
    super(message, facts);
    this.location = location;
  }
}

/** A redirect to a private, loopback, link-local or metadata address. */
export class UnsafeRedirectError extends RedirectError {
  /** The name of this class of errors. */
  override name = "UnsafeRedirectError";
}
