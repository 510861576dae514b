import { headerPairs, type HeadersInput } from "./options.ts";

/** Who a session says it is when it loads a page. */
export interface SessionIdentity {
  /** The `User-Agent` header; "" if it sends none. */
  readonly userAgent: string;
  /** The `Accept-Language` header, weights included; "" if it sends none. */
  readonly acceptLanguage: string;
  /**
   * Every header that says who it is, in the order in which they are sent: these two and the client
   * hints, `sec-ch-ua` and the like. A session without client hints sends none.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * Whether a header says who sends it: `User-Agent`, `Accept-Language`, or a client hint about the
 * browser (https://wicg.github.io/ua-client-hints/).
 *
 * @param name The header's name, in any case.
 */
export function isIdentityHeader(name: string): boolean {
  return /^(?:user-agent|accept-language|sec-ch-ua(?:-.*)?)$/i.test(name);
}

/**
 * The identity that a request's headers show.
 *
 * @param headers The headers that were sent.
 *
 * @example
 * ```ts
 * import { identityOf } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const identity = identityOf({ "User-Agent": "Orbweaver/1", "Accept": "text/html" });
 * assert.equal(identity.userAgent, "Orbweaver/1");
 * assert.deepEqual(identity.headers, [["User-Agent", "Orbweaver/1"]]);
 * ```
 */
export function identityOf(headers: HeadersInput | undefined): SessionIdentity {
  const own = headerPairs(headers).filter(([name]) => isIdentityHeader(name));
  const valueOf = (wanted: string) => own.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return {
    userAgent: valueOf("user-agent") ?? "",
    acceptLanguage: valueOf("accept-language") ?? "",
    headers: own,
  };
}
