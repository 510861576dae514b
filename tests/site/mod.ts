/**
 * The loopback test site: README.md lists its paths.
 *
 * @example
 * ```ts
 * import { startSite } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using site = await startSite();
 * const response = await fetch(`${site.url}/echo`, { method: "POST", body: "hello" });
 * assert.equal((await response.json()).body, "hello");
 * assert.equal(site.requestsTo("/echo")[0]?.body, "hello");
 * ```
 *
 * @module
 */
export type { ClientHello } from "./client_hello.ts";
export type { Connection } from "./connection.ts";
export type { Http2Preface, Http2Priority } from "./http2_preface.ts";
export type { Outcome, RecordedRequest } from "./recorder.ts";
export { type HttpsProxy, startHttpProxy, startHttpsProxy } from "./proxies/http_proxy.ts";
export type { Credentials, Proxy, ProxyAsk, ProxyOptions } from "./proxies/proxy.ts";
export { startSocksProxy } from "./proxies/socks_proxy.ts";
export { COMPRESSED_TEXT } from "./routes/bodies.ts";
export type { Echo } from "./routes/echo.ts";
export { ENCODED_TEXT } from "./routes/encodings.ts";
export { CREDENTIALS } from "./routes/login.ts";
export { type MutualTlsServer, startMutualTlsServer } from "./mutual_tls_server.ts";
export { type SilentServer, startSilentServer } from "./silent_server.ts";
export { type Site, type SiteOptions, startSite } from "./site.ts";
export { startTlsSite, type TlsSite, type TlsSiteOptions } from "./tls_site.ts";
export { type Product, productAt } from "../../cli/demo/shop/mod.ts";
