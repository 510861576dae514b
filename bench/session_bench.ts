/**
 * What SessionManager adds to a fetch, and what reading a 10 KB Response costs; no network.
 *
 * The session answers at once, so that the differences are ours alone: "through the manager" minus
 * "the session itself" is the manager's part of each request.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Response, type Session, SessionManager, type SessionState } from "@orbweaver/session";

const PAGE_URL = "https://shop.example/products";
const BODY = new TextEncoder().encode(listing(80));
const HEADERS = { "content-type": "text/html; charset=utf-8" };
const LINKS = "a.product::attr(href)";

/** A session that is always open and answers at once. */
class InstantSession implements Session {
  readonly kind = "instant";
  readonly state: SessionState = "open";
  start(): Promise<void> {
    return Promise.resolve();
  }
  fetch(): Promise<Response> {
    return Promise.resolve(page());
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function page(): Response {
  return new Response({ url: PAGE_URL, status: 200, headers: HEADERS, body: BODY });
}

function listing(products: number): string {
  const product = (id: number) =>
    `<li class="item"><a class="product" href="/product/${id}">Product ${id}</a>` +
    `<span class="price">${id}.50 EUR</span> <p>Sent within three days.</p></li>`;
  return `<!doctype html><title>Shop</title><ul>${
    Array.from({ length: products }, (_, id) => product(id)).join("\n")
  }</ul>`;
}

// A benchmark of something broken would still print figures.
assert.ok(BODY.length > 9_000 && BODY.length < 12_000, `The page has ${BODY.length} bytes`);
assert.equal(page().css(LINKS).length, 80);

const session = new InstantSession();
const manager = new SessionManager<Record<string, Session>>();
manager.add("instant", session);

Deno.bench("the session itself", { group: "fetch", baseline: true }, async () => {
  await session.fetch();
});

Deno.bench("through the manager", { group: "fetch" }, async () => {
  await manager.fetch(PAGE_URL);
});

Deno.bench("through the manager, sid and options given", { group: "fetch" }, async () => {
  await manager.fetch(PAGE_URL, { sid: "instant", timeoutMs: 1_000 });
});

Deno.bench("text", { group: "response", baseline: true }, () => {
  page().text;
});

Deno.bench("text and document", { group: "response" }, () => {
  page().root;
});

Deno.bench("text, document and 80 links", { group: "response" }, () => {
  page().css(LINKS).getAll();
});
