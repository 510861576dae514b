import {
  NetworkError,
  RedirectError,
  SessionError,
  type SessionErrorFacts,
} from "@orbweaver/session";

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

/** No connection came about, so nothing of the request was sent. */
export class ConnectError extends NetworkError {
  /** The name of this class of errors. */
  override name = "ConnectError";
}

/** The TLS handshake failed, such as on a certificate that is not trusted. */
export class TlsError extends NetworkError {
  /** The name of this class of errors. */
  override name = "TlsError";
}

/** A proxy that can't be reached, or that did not connect to where it was asked to. */
export class ProxyError extends ConnectError {
  /** The name of this class of errors. */
  override name = "ProxyError";
  /** Where the proxy is, without credentials. */
  readonly proxy: string;

  /**
   * Makes the error.
   *
   * @param message What went wrong.
   * @param proxy Where the proxy is, without credentials.
   * @param facts URL and cause.
   */
  constructor(message: string, proxy: string, facts: SessionErrorFacts = {}) {
    super(message, facts);
    this.proxy = proxy;
  }
}

/** A proxy that wants credentials, or others than it got. */
export class ProxyAuthError extends ProxyError {
  /** The name of this class of errors. */
  override name = "ProxyAuthError";
}

/** A `Location` that is malformed or not `http:` or `https:`. */
export class InvalidRedirectError extends RedirectError {
  /** The name of this class of errors. */
  override name = "InvalidRedirectError";
}

/** More redirects than `maxRedirects`, as in a loop. */
export class TooManyRedirectsError extends RedirectError {
  /** The name of this class of errors. */
  override name = "TooManyRedirectsError";
}
