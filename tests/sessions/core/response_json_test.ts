import {
  type Cookie,
  Response,
  type ResponseData,
  ResponseFormatError,
  SessionError,
} from "@orbweaver/session";
import fc from "fast-check";
import assert from "node:assert/strict";

/** What JSON gives back as it was: it has one zero only. */
const jsonValue = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("-0"))
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const headers = fc.array(fc.tuple(token, fc.stringMatching(/^[\x21-\x7e]{0,20}$/)), {
  maxLength: 6,
});
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const cookie: fc.Arbitrary<Cookie> = fc.record({
  name: token,
  value: fc.string({ unit: "binary" }),
  domain: fc.domain(),
  path: fc.constantFrom("/", "/a"),
  hostOnly: fc.boolean(),
  httpOnly: fc.boolean(),
  secure: fc.boolean(),
}).chain((cookie) =>
  fc.record({
    sameSite: fc.constantFrom(undefined, "strict" as const, "none" as const),
    expires: optional(fc.nat()),
  }).map((rest) => withoutUndefined({ ...cookie, ...rest }))
);

const plain = fc.record({
  url: fc.webUrl(),
  status: fc.integer({ min: 100, max: 599 }),
  reason: optional(fc.string()),
  method: optional(fc.constantFrom("GET", "POST")),
  headers: optional(headers),
  requestHeaders: optional(headers),
  body: optional(fc.uint8Array({ maxLength: 300 })),
  encoding: optional(fc.constantFrom("utf-8", "utf-16le", "shift_jis")),
  cookies: optional(fc.array(cookie, { maxLength: 3 })),
  timing: optional(
    fc.record({ startedAt: fc.nat(), totalMs: fc.nat() }, { noNullPrototype: true }),
  ),
  proxy: optional(fc.constant("http://proxy.test:8080")),
  meta: optional(fc.dictionary(fc.string(), jsonValue, { noNullPrototype: true })),
}).map((data) => withoutUndefined(data) as ResponseData);

const inner = fc.array(plain.map((data) => new Response(data)), { maxLength: 2 });
const response = fc.record({
  data: plain,
  history: optional(inner),
  capturedXhr: optional(inner),
  sessionId: optional(token),
}).map(({ data, history, capturedXhr, sessionId }) => {
  const made = new Response(withoutUndefined({ ...data, history, capturedXhr }) as ResponseData);
  return sessionId === undefined ? made : made.fetchedBy(sessionId);
});

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

function assertSame(one: Response, other: Response): void {
  const { history: _, capturedXhr: __, ...data } = one.data;
  const { history: ___, capturedXhr: ____, ...otherData } = other.data;
  assert.deepEqual(otherData, data);
  assert.equal(other.sessionId, one.sessionId);
  assert.equal(other.text, one.text);
  assert.deepEqual([...other.headers], [...one.headers]);
  for (const list of ["history", "capturedXhr"] as const) {
    assert.equal(other[list].length, one[list].length);
    one[list].forEach((item, index) => assertSame(item, other[list][index]!));
  }
}

Deno.test("Response goes through JSON without loss", () => {
  fc.assert(fc.property(response, (original) => {
    const text = JSON.stringify(original);
    const again = Response.fromJSON(JSON.parse(text));
    assertSame(original, again);
    assert.equal(JSON.stringify(again), text);
  }));
});

Deno.test("Response.toJSON() keeps every byte, and headers in their order with duplicates", () => {
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const pairs: [string, string][] = [["Set-Cookie", "a=1"], ["X-Z", "1"], ["set-cookie", "b=2"]];
  const original = new Response({ url: "https://e.com/", status: 200, headers: pairs, body });
  const again = Response.fromJSON(JSON.parse(JSON.stringify(original)));
  assert.deepEqual(again.body, body);
  assert.deepEqual(again.data.headers, pairs);
  assert.deepEqual(again.headers.getSetCookie(), ["a=1", "b=2"]);
});

Deno.test("Response.toJSON() is a copy: the original stays as it was", () => {
  const meta = { list: [1] };
  const json = new Response({ url: "https://e.com/", status: 200, meta }).toJSON();
  (json.meta as typeof meta).list.push(2);
  assert.deepEqual(meta, { list: [1] });
});

Deno.test("Response.toJSON() says which part of `meta` JSON can't hold", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  for (
    const [meta, place] of [
      [{ ok: 1, when: { date: new Date(0) } }, "meta.when.date"],
      [{ list: [1, undefined] }, "meta.list[1]"],
      [{ f: () => 1 }, "meta.f"],
      [{ n: NaN }, "meta.n"],
      [{ n: 1n }, "meta.n"],
      [circle, "meta.self"],
    ] as const
  ) {
    const response = new Response({ url: "https://e.com/", status: 200, meta });
    assert.throws(() => response.toJSON(), { name: "ResponseFormatError", place });
  }
  const fine = new Response({
    url: "https://e.com/",
    status: 200,
    meta: { gone: undefined, a: 1 },
  });
  assert.deepEqual(Response.fromJSON(JSON.parse(JSON.stringify(fine))).meta, { a: 1 });
});

Deno.test("Response.toJSON() keeps bytes in `meta`, and what looks like them", () => {
  const meta = {
    screenshot: Uint8Array.from({ length: 256 }, (_, i) => i),
    part: new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    nothing: new Uint8Array(),
    list: [{ pdf: new Uint8Array([37, 80]) }],
    lookalikes: [{ $bytes: "AAAA" }, { $escaped: { $bytes: 1 } }, { $escaped: [{ $bytes: "x" }] }],
    more: { $bytes: "AAAA", other: 1 },
  };
  const original = new Response({ url: "https://e.com/", status: 200, meta });
  assert.deepEqual(Response.fromJSON(JSON.parse(JSON.stringify(original))).meta, meta);
  assert.deepEqual(Response.fromJSON(original.toJSON()).meta, meta);
  const stored = { url: "https://e.com/", status: 200, meta: { a: { $bytes: "?" } } };
  assert.throws(() => Response.fromJSON(stored), {
    name: "ResponseFormatError",
    place: "meta.a.$bytes",
  });
});

Deno.test("Response.toJSON() gives errors in `meta` as their facts", () => {
  const error = new SessionError("failed", { url: "https://e.com/", cause: new Error("inner") });
  const meta = { stepErrors: [error] };
  const original = new Response({ url: "https://e.com/", status: 200, meta });
  assert.deepEqual(Response.fromJSON(JSON.parse(JSON.stringify(original))).meta, {
    stepErrors: [error.toJSON()],
  });
});

Deno.test("Response.fromJSON() names the place of what it can't read", () => {
  const good = { url: "https://e.com/", status: 200 };
  for (
    const [stored, place] of [
      [null, "the top"],
      [[], "the top"],
      [{ status: 200 }, "url"],
      [{ ...good, status: "200" }, "status"],
      [{ ...good, headers: { a: "1" } }, "headers"],
      [{ ...good, headers: [["a", "1", "2"]] }, "headers"],
      [{ ...good, body: "not base64!" }, "body"],
      [{ ...good, encoding: "klingon" }, "encoding"],
      [{ ...good, timing: { startedAt: 1 } }, "timing"],
      [{ ...good, cookies: ["a=1"] }, "cookies"],
      [{ ...good, meta: [] }, "meta"],
      [{ ...good, history: [good, { ...good, status: null }] }, "history[1].status"],
      [{ ...good, capturedXhr: [1] }, "capturedXhr[0]"],
    ] as const
  ) {
    assert.throws(() => Response.fromJSON(stored), { name: "ResponseFormatError", place });
  }
  assert.equal(Response.fromJSON({ ...good, added: "by a later version" }).status, 200);
});

Deno.test("Response.fromJSON() refuses a tower of responses instead of falling from it", () => {
  let stored: object = { url: "https://e.com/", status: 200 };
  for (let i = 0; i < 50_000; i++) {
    stored = { url: "https://e.com/", status: 301, history: [stored] };
  }
  assert.throws(() => Response.fromJSON(stored), ResponseFormatError);
});

Deno.test("Response.fromJSON() reads any JSON, or throws a ResponseFormatError", () => {
  const noise = fc.record({
    url: fc.oneof(fc.webUrl(), jsonValue),
    status: fc.oneof(fc.nat(), jsonValue),
    headers: jsonValue,
    body: fc.oneof(fc.base64String(), jsonValue),
    history: fc.array(jsonValue),
    cookies: jsonValue,
    meta: jsonValue,
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(noise, jsonValue), (stored) => {
    try {
      Response.fromJSON(stored).toJSON();
    } catch (error) {
      assert.ok(error instanceof ResponseFormatError, String(error));
    }
  }));
});
