import { NetworkError, SessionError, type SessionErrorFacts } from "@orbweaver/session";

export { ConnectError, ProxyAuthError, ProxyError } from "@orbweaver/session";

/** An `impersonate` name that no profile has. */
export class UnknownProfileError extends SessionError {
  /** The name of this class of errors. */
  override name = "UnknownProfileError";
  /** The name that was asked for. */
  readonly profile: string;
  /** Names that look or count alike. */
  readonly near: readonly string[];

  /**
   * Makes the error.
   *
   * @param profile The name that was asked for.
   * @param near Names that look or count alike.
   */
  constructor(profile: string, near: readonly string[]) {
    super(
      `Unknown browser profile ${JSON.stringify(profile.slice(0, 100))}; near matches: ` +
        `${near.join(", ")}; or use 'impersonate: false' for no browser at all`,
    );
    this.profile = profile;
    this.near = near;
  }
}

/** The library that impersonates browsers could not be loaded. */
export class TransportUnavailableError extends SessionError {
  /** The name of this class of errors. */
  override name = "TransportUnavailableError";
}

/** An option that the chosen way of sending requests can't do. */
export class UnsupportedByTransportError extends SessionError {
  /** The name of this class of errors. */
  override name = "UnsupportedByTransportError";
  /** The option's name. */
  readonly option: string;

  /**
   * Makes the error.
   *
   * @param option The option's name.
   * @param why What can't be done, and what to do about it.
   * @param facts URL and cause.
   */
  constructor(option: string, why: string, facts: SessionErrorFacts = {}) {
    super(`Option '${option}' can't be used here: ${why}`, facts);
    this.option = option;
  }
}

/** The TLS handshake failed, such as on a certificate that is not trusted. */
export class TlsError extends NetworkError {
  /** The name of this class of errors. */
  override name = "TlsError";
}

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

/** A `Location` that is malformed or not `http:` or `https:`. */
export class InvalidRedirectError extends RedirectError {
  /** The name of this class of errors. */
  override name = "InvalidRedirectError";
}

/** A redirect to a private, loopback, link-local or metadata address. */
export class UnsafeRedirectError extends RedirectError {
  /** The name of this class of errors. */
  override name = "UnsafeRedirectError";
}

/** More redirects than `maxRedirects`, as in a loop. */
export class TooManyRedirectsError extends RedirectError {
  /** The name of this class of errors. */
  override name = "TooManyRedirectsError";
}
