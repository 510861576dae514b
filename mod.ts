/**
 * Orbweaver is a crawler toolkit: one spider drives several named sessions (plain HTTP that looks
 * like a browser on the wire, a browser that renders JavaScript, a browser that does not look
 * automated), each request says which one fetches it, and all are closed whatever happens.
 *
 * This is everything that a spider's author needs, from the packages `@orbweaver/spider`,
 * `@orbweaver/session`, `@orbweaver/fetch-session`, `@orbweaver/browser-session` and
 * `@orbweaver/selectors`; each can be used on its own. {@linkcode Response} is the spider's, with
 * `follow`; what a session on its own gives is a {@linkcode SessionResponse}.
 *
 * @example
 * ```ts
 * import { FetchSession, type Response, SessionManager, Spider } from "@orbweaver/orbweaver";
 * import assert from "node:assert/strict";
 * import { createServer } from "node:http";
 *
 * const server = createServer((request, response) => {
 *   response.setHeader("content-type", "text/html");
 *   response.end(request.url === "/" ? `<a class="product" href="/tea">` : "<h1>Tea</h1>");
 * });
 * await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 * const { port } = server.address() as { port: number };
 *
 * type Sessions = { list: FetchSession; product: FetchSession };
 *
 * class Products extends Spider<{ name: string }, Sessions> {
 *   override name = "products";
 *   override startUrls = [`http://127.0.0.1:${port}/`];
 *
 *   override configureSessions(manager: SessionManager<Sessions>) {
 *     manager.add("list", new FetchSession({ impersonate: false })); // the first is the default
 *     manager.add("product", new FetchSession({ impersonate: false }), { lazy: true });
 *   }
 *
 *   override async *parse(response: Response<Sessions>) {
 *     for (const link of response.css("a.product::attr(href)").getAll()) {
 *       yield response.follow(link, { sid: "product", callback: this.parseProduct });
 *     }
 *   }
 *
 *   async *parseProduct(response: Response<Sessions>) {
 *     yield { name: response.css("h1::text").get("") };
 *   }
 * }
 *
 * const { items } = await new Products().start({ handleSignals: false });
 * assert.deepEqual(items, [{ name: "Tea" }]);
 * await new Promise((resolve) => server.close(resolve));
 * ```
 *
 * @module
 */
export * from "@orbweaver/selectors";
export * from "@orbweaver/session";
export * from "@orbweaver/fetch-session";
export * from "@orbweaver/browser-session";
export * from "@orbweaver/spider";
// Where packages have something else by the same name, it is the spider's.
export { type Clock, Response } from "@orbweaver/spider";
