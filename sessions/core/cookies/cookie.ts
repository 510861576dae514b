/** One cookie, as plain data. */
export interface Cookie {
  /** The cookie's name; "" for a cookie that is only a value. */
  name: string;
  /** The cookie's value. */
  value: string;
  /** The host it belongs to, without a leading dot. */
  domain: string;
  /** The path it belongs to. */
  path: string;
  /** True if it goes to just that host and to none of its sub-hosts. */
  hostOnly: boolean;
  /** When it ends, in milliseconds since 1970; missing for a session cookie. */
  expires?: number;
  /** True if scripts can't read it. */
  httpOnly: boolean;
  /** True if it goes over TLS only (or to this very machine). */
  secure: boolean;
  /** The SameSite attribute, where the server set one. */
  sameSite?: "strict" | "lax" | "none";
}
