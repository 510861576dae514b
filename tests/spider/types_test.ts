/**
 * What must not compile, line by line: `deno check` fails if one of the marked lines compiles after
 * all. The runtime part only proves that the classes are what the types say.
 */
import assert from "node:assert/strict";
import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";

type Sessions = { http: FetchSession; dynamic: DynamicSession; stealth: StealthSession };

interface Product {
  name: string;
  price: string;
}

class Typed extends Spider<Product, Sessions> {
  override name = "typed";

  override configureSessions(manager: SessionManager<Sessions>): void {
    manager
      .add("http", new FetchSession())
      .add("dynamic", new DynamicSession(), { lazy: true })
      .add("stealth", new StealthSession(), { lazy: true });
    // @ts-expect-error: not the session of that id
    manager.add("http", new StealthSession());
    // @ts-expect-error: no such id
    manager.add("other", new FetchSession());
  }

  override async *parse(response: Response<Sessions>) {
    yield response.follow("/a", {
      sid: "stealth",
      callback: this.parseProduct,
      waitSelector: ".price",
    });
    yield response.follow("/b", { sid: "http", method: "POST", data: { a: "1" } });
    yield response.follow("/c");
    yield response.follow("/d", {
      impersonate: "chrome131_android",
      callback: this.parseProduct,
    });
    // @ts-expect-error: no such session
    yield response.follow("/e", { sid: "nope" });
    // @ts-expect-error: a browser's option on an HTTP session
    yield response.follow("/f", { sid: "http", waitSelector: ".price" });
    // @ts-expect-error: a body on a browser session
    yield response.follow("/g", { sid: "dynamic", method: "POST" });
    // @ts-expect-error: not a number
    yield response.follow("/h", { priority: "high" });
  }

  async *parseProduct(response: Response<Sessions>) {
    yield { name: response.css("h1::text").get(""), price: "" };
  }
}

class WrongItem extends Spider<Product, Sessions> {
  override name = "wrong";
  // @ts-expect-error: a wrong field in an item
  override async *parse(_response: Response<Sessions>) {
    yield { name: 1, price: "" };
  }
}

class Loose extends Spider {
  override name = "loose";
  override configureSessions(manager: SessionManager): void {
    manager.add("http", new FetchSession()).add("stealth", new StealthSession(), { lazy: true });
  }
  override async *parse(response: Response) {
    yield response.follow("/a", { sid: "stealth", waitSelector: "x", callback: this.parseItem });
    yield { anything: 1 };
  }
  async *parseItem(response: Response) {
    yield { title: response.css("h1::text").get("") };
  }
}

/** The type of the items reaches the result. */
async function typeOfItems(spider: Typed): Promise<string | undefined> {
  const { items } = await spider.start();
  // @ts-expect-error: an item has no such field
  items[0]?.weight;
  return items[0]?.price;
}

Deno.test("spiders, typed and loose, are spiders", () => {
  for (const spider of [new Typed(), new WrongItem(), new Loose()]) {
    assert.ok(spider instanceof Spider);
  }
  assert.equal(typeof typeOfItems, "function");
});
