import { InvalidOptionError } from "./errors.ts";

/** A proxy with its credentials apart, as Playwright has it. */
export interface ProxyCredentials {
  /** Where it is: `http://`, `https://`, `socks5://` or `socks5h://`; without a scheme, `http://`. */
  server: string;
  /** The user name, as it is: not percent-encoded. */
  username?: string;
  /** The password, as it is: not percent-encoded. */
  password?: string;
}

const PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "socks5:", "socks5h:"]);
const EXPECTED =
  "a proxy such as 'http://user:password@host:8080' (http, https, socks5, socks5h) " +
  "or { server, username, password }";

/**
 * One proxy. Printed, logged or serialised it shows where it is and never its password, which only
 * `url` and `password` give.
 *
 * @example
 * ```ts
 * import { ProxyServer } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const proxy = new ProxyServer("http://ada:secret@proxy.example:8080");
 * assert.equal(`${proxy}`, "http://proxy.example:8080");
 * assert.equal(proxy.url, "http://ada:secret@proxy.example:8080");
 * ```
 */
export class ProxyServer {
  /** Where the proxy is, without credentials: `http://host:8080`. */
  readonly server: string;
  readonly #username: string;
  readonly #password: string;

  /**
   * Reads a proxy's address.
   *
   * @param input A URL, `host:port`, or server and credentials apart.
   * @throws {InvalidOptionError} If it is none; the message does not repeat it, for it may be secret.
   */
  constructor(input: string | ProxyCredentials) {
    const { server, username, password } = typeof input === "string"
      ? { server: input }
      : credentials(input);
    const url = parse(server);
    if (url === undefined) throw new InvalidOptionError("proxy", kindOf(server), EXPECTED);
    const inUrl = url.username !== "" || url.password !== "";
    if (inUrl && (username !== undefined || password !== undefined)) {
      const received = "credentials in 'server' and beside it";
      throw new InvalidOptionError("proxy", received, "given credentials once");
    }
    this.server = `${url.protocol}//${url.host.toLowerCase()}`;
    this.#username = username ?? decode(url.username);
    this.#password = password ?? decode(url.password);
  }

  /** The user name; "" where none is needed. */
  get username(): string {
    return this.#username;
  }

  /** The password; "" where none is needed. */
  get password(): string {
    return this.#password;
  }

  /** The proxy with its credentials, percent-encoded: for the one who connects, not for a log. */
  get url(): string {
    if (this.#username === "" && this.#password === "") return this.server;
    const password = this.#password === "" ? "" : `:${encodeURIComponent(this.#password)}`;
    const at = this.server.indexOf("//") + 2;
    const scheme = this.server.slice(0, at);
    return `${scheme}${encodeURIComponent(this.#username)}${password}@${this.server.slice(at)}`;
  }

  /** Where the proxy is, without credentials. */
  toString(): string {
    return this.server;
  }

  /** Where the proxy is, without credentials. */
  toJSON(): string {
    return this.server;
  }
}

function credentials(input: ProxyCredentials): ProxyCredentials {
  const { server, username, password } = (input ?? {}) as Partial<ProxyCredentials>;
  const valid = typeof server === "string" && isTextOrMissing(username) &&
    isTextOrMissing(password);
  if (!valid) throw new InvalidOptionError("proxy", kindOf(input), EXPECTED);
  return { server, username, password };
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function parse(server: string): URL | undefined {
  // "localhost:8080" would parse as the scheme "localhost:".
  const url = URL.parse(server.includes("://") ? server : `http://${server}`);
  if (url === null || !PROTOCOLS.has(url.protocol) || url.hostname === "") return undefined;
  const isBare = (url.pathname === "" || url.pathname === "/") && url.search + url.hash === "";
  return isBare ? url : undefined;
}

/** What was received, told without telling it. */
function kindOf(value: unknown): string {
  if (typeof value !== "string") return value === null ? "null" : `a value of type ${typeof value}`;
  return value === "" ? "an empty string" : `a string of ${value.length} characters`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a "%" that was meant as one
  }
}
