import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeItem, decodeRequest, encodeItem, encodeRequest, Request } from "@orbweaver/spider";
import { changedRequest } from "../../../spider/request.ts";

const URL_ = "https://example.com/list?page=1";

function again(request: Request): Request {
  return decodeRequest(encodeRequest(request));
}

Deno.test("a request comes back from its bytes as it was, whatever its session options hold", () => {
  const request = changedRequest(
    new Request(URL_, {
      sid: "stealth",
      callback: "parseProduct",
      priority: -2.5,
      dontFilter: true,
      meta: { since: new Date(5), seen: new Map([["a", new Set([1n])]]), nothing: undefined },
      method: "POST",
      data: new URLSearchParams("a=1&a=2"),
      waitSelector: ".price",
      blockUrls: [/\.png$/i, "https://ads.example/"],
      bytes: new Uint8Array([0, 255]),
      base: new URL("https://example.com/"),
      nan: [NaN, -0, Infinity],
    }),
    { depth: 3, retries: { network: 1, blocked: 2 } },
  );
  const read = again(request);
  assert.ok(read instanceof Request);
  assert.deepEqual({ ...read }, { ...request });
  assert.equal(String(read.options.data), "a=1&a=2");
  const { headers } = again(new Request(URL_, { headers: new Headers({ accept: "a/b" }) })).options;
  assert.deepEqual([...headers as Headers], [["accept", "a/b"]]);
  assert.ok(Object.isFrozen(read) && Object.isFrozen(read.meta) && Object.isFrozen(read.options));
});

Deno.test("where escalation has moved a request comes back with it", () => {
  const retries = {
    network: 0,
    blocked: 1,
    escalated: 2,
    sid: "stealth",
    proxy: "http://a.test:80",
  };
  const request = changedRequest(new Request(URL_), { retries });
  assert.deepEqual(again(request).retries, retries);
  const own = { network: 0, blocked: 0, escalated: 3 };
  assert.deepEqual(again(changedRequest(new Request(URL_), { retries: own })).retries, own);
  assert.deepEqual(again(new Request(URL_)).retries, { network: 0, blocked: 0 });
});

Deno.test("any plain meta comes back, names such as __proto__ included, and sets no prototype", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (meta) => {
      assert.deepEqual(again(new Request(URL_, { meta })).meta, new Request(URL_, { meta }).meta);
    }),
  );
  const meta = JSON.parse('{"page":{"__proto__":{"polluted":true}}}');
  const page = again(new Request(URL_, { meta })).meta.page as object;
  assert.ok(Object.hasOwn(page, "__proto__"));
  assert.equal((page as { polluted?: boolean }).polluted, undefined);
});

Deno.test("a form of texts can be stored, and part of a shared buffer is stored alone", () => {
  const form = new FormData();
  form.append("a", "1");
  const read = again(new Request(URL_, { data: form, part: Buffer.from("xyz") }));
  assert.deepEqual([...read.options.data as FormData], [["a", "1"]]);
  assert.deepEqual(read.options.part, new Uint8Array([120, 121, 122]));
  assert.ok(encodeRequest(new Request(URL_, { part: Buffer.from("xyz") })).length < 300);
});

Deno.test("what can't be stored is an error that names the option and says what to do", () => {
  const file = new FormData();
  file.append("f", new Blob(["x"]));
  const cases: [options: Record<string, unknown>, option: string, advice: RegExp][] = [
    [{ pageAction: () => {} }, "options.pageAction", /a function; give it to the session/],
    [{ signal: AbortSignal.timeout(0) }, "options.signal", /an AbortSignal; leave it out/],
    [{ meta: { deep: [{ log: () => {} }] } }, "meta.deep[0].log", /a callback of the spider/],
    [{ data: file }, "options.data", /a file.*Uint8Array/],
    [{ meta: { when: new (class Clock {})() } }, "meta.when", /class Clock; use plain data/],
    [{ meta: { [Symbol.iterator]: 1, token: Symbol("t") } }, "meta.token", /use plain data/],
  ];
  for (const [options, option, advice] of cases) {
    assert.throws(
      () => encodeRequest(new Request(URL_, options)),
      (error: Error & { option?: string; url?: string }) => {
        assert.equal(error.name, "UnstorableRequestError");
        assert.equal(error.option, option);
        assert.equal(error.url, URL_);
        assert.match(error.message, advice);
        return true;
      },
    );
  }
  let deep: unknown = 1;
  for (let i = 0; i < 5_000; i++) deep = [deep];
  const cyclic: { self?: unknown } = {};
  cyclic.self = new Map([["self", cyclic]]);
  assert.throws(
    () => encodeRequest(new Request(URL_, { meta: { deep: new Map([["x", deep]]) } })),
    {
      name: "UnstorableRequestError",
    },
  );
});

Deno.test("bytes that are no request are a StoredDataError, whatever they are", () => {
  const wrong: unknown[] = [
    null,
    [],
    {},
    [URL_],
    ["file:///etc/passwd", undefined, undefined, 0, false, 0, 0, 0, undefined, undefined],
    [URL_, 5, undefined, 0, false, 0, 0, 0, undefined, undefined],
    [URL_, undefined, undefined, NaN, false, 0, 0, 0, undefined, undefined],
    [URL_, undefined, undefined, 0, false, -1, 0, 0, undefined, undefined],
    [URL_, undefined, undefined, 0, false, 0, 0, 0, [], undefined],
  ];
  const texts = ["", "3[]", "1", "2", "1{", "2j", "2j{", '1[["Unknown",1]]', "1[[1,1]]", "1[[0]]"];
  for (const value of wrong) texts.push(`2${new TextDecoder().decode(encodeItem(value))}`);
  for (const text of texts) {
    assert.throws(
      () => decodeRequest(new TextEncoder().encode(text)),
      { name: "StoredDataError" },
      text,
    );
  }
  const good = encodeRequest(new Request(URL_, { meta: { a: [1, new Date(0)] } }));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const bytes = good.slice();
      bytes[at] = byte;
      try {
        assert.ok(decodeRequest(bytes) instanceof Request);
      } catch (error) {
        assert.equal((error as Error).name, "StoredDataError");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("a request that an earlier version wrote is read", () => {
  const text = `1[[1,-1,2,3,4,3,3,3,5,-1,-1,-1,-1],"${URL_}","parseProduct",0,false,{"page":6},1]`;
  assert.deepEqual(
    decodeRequest(new TextEncoder().encode(text)),
    new Request(URL_, { callback: "parseProduct", meta: { page: 1 } }),
  );
});

Deno.test("any data come back as they were, those that JSON would change among them", () => {
  const shared = { a: 1 };
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const tagged = Object.assign([1], { length: 2 });
  const changed: unknown[] = [
    ...[undefined, -0, NaN, -Infinity, "\ud800", "j", [undefined], { a: undefined }, [, 1], tagged],
    ...[[shared, shared], cyclic, Object.create(null), JSON.parse('{"__proto__":{"a":1}}')],
    Object.assign(Object.create(null), JSON.parse('{"a":1}')),
    Object.defineProperty(Object.create(null), "__proto__", { value: 0, enumerable: true }),
  ];
  for (const value of changed) assert.deepEqual(decodeItem(encodeItem(value)), value);
  const [first, second] = decodeItem(encodeItem([shared, shared])) as unknown[];
  assert.equal(first, second);
  const options = { withNullPrototype: true, withMap: true, withSet: true, withDate: true };
  fc.assert(
    fc.property(
      fc.anything(options),
      (value) => assert.deepEqual(decodeItem(encodeItem(value)), value),
    ),
  );
});

Deno.test("an item comes back with its dates and bytes, and an object of a class as JSON sees it", () => {
  class Money {
    #cents = 5;
    toJSON() {
      return { cents: this.#cents };
    }
  }
  class Product {
    name = "Lamp";
    price = new Money();
    describe = () => this.name;
  }
  const product = Object.assign(new Product(), { [Symbol("hidden")]: 1 });
  assert.deepEqual(
    JSON.stringify(decodeItem(encodeItem({ product, tags: [() => 1] }))),
    JSON.stringify({ product, tags: [() => 1] }),
  );
  const item = { at: new Date(3), bytes: new Uint8Array([1]), big: 2n ** 70n, none: null };
  assert.deepEqual(decodeItem(encodeItem(item)), item);
});

Deno.test("an item that can't be stored is an InvalidYieldError, and bytes that are none a StoredDataError", () => {
  const item = {
    get price(): number {
      throw new RangeError("no price");
    },
  };
  assert.throws(() => encodeItem(item), { name: "InvalidYieldError", message: /no price/ });
  assert.throws(() => decodeItem(new Uint8Array([255])), { name: "StoredDataError" });
});
