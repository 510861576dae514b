import { NetworkError, type SessionErrorFacts } from "./errors.ts";

/** No connection came about, so nothing of the request was sent. */
export class ConnectError extends NetworkError {
  /** The name of this class of errors. */
  override name = "ConnectError";
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
