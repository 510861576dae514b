/**
 * What must not compile, line by line: `deno check` fails if one of the marked lines compiles after
 * all. The runtime part only proves that the classes are what the types say.
 */
import assert from "node:assert/strict";
import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import {
  Request,
  type Response,
  type SessionManager,
  Spider,
  type StandardSchema,
} from "@orbweaver/spider";

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

/** Sessions to climb are those that there are. */
class Climbing extends Spider<Product, Sessions> {
  override name = "climbing";
  override escalate = ["http", "dynamic", "stealth"] as const;
  override itemSchema = {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) => ({ value: value as Product }),
    },
  };
  override retryBlockedRequest(request: Request, response: Response<Sessions>) {
    return request.with({ sid: "stealth", meta: { status: response.status } });
  }
  override onScrapedItem(item: Product) {
    // @ts-expect-error: an item has no such field
    item.weight;
    return item;
  }
  override async *startRequests() {
    yield new Request<Sessions>("https://a.test/", { sid: "dynamic", waitSelector: "h1" });
    // @ts-expect-error: no such session
    yield new Request<Sessions>("https://a.test/", { sid: "nope" });
    // @ts-expect-error: a body on a browser session
    yield new Request<Sessions>("https://a.test/", { sid: "stealth", data: { a: "1" } });
  }
  override async *parse(response: Response<Sessions>) {
    // @ts-expect-error: a callback is a method, by reference or by name
    yield response.follow("/a", { callback: 5 });
    yield { name: response.css("h1::text").get(""), price: "" };
  }
}

class WrongClimb extends Spider<Product, Sessions> {
  override name = "wrong climb";
  // @ts-expect-error: no such session
  override escalate = ["http", "nope"] as const;
  // @ts-expect-error: a schema of other items
  override itemSchema: StandardSchema<{ title: string }> | undefined;
  override async *parse(): AsyncGenerator<Product> {}
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
  override escalate = ["http", "stealth"];
  override configureSessions(manager: SessionManager): void {
    manager.add("http", new FetchSession()).add("stealth", new StealthSession(), { lazy: true });
  }
  override async *parse(response: Response) {
    yield response.follow("/a", { sid: "stealth", waitSelector: "x", callback: this.parseItem });
    yield { anything: 1 };
    yield new Request("https://a.test/", { sid: "http", method: "POST", anyOption: true });
  }
  async *parseItem(response: Response) {
    yield { title: response.css("h1::text").get("") };
  }
}

/** The type of the items reaches the stream, and those of the sessions the crawl. */
async function typesOfCrawl(spider: Typed): Promise<string | undefined> {
  for await (const item of spider.stream()) {
    // @ts-expect-error: an item has no such field
    item.weight;
    return item.price;
  }
  await using crawl = await spider.open();
  await crawl.sessions.fetch("https://a.test/", { sid: "stealth", waitSelector: "h1" });
  // @ts-expect-error: a browser's option on an HTTP session
  await crawl.sessions.fetch("https://a.test/", { sid: "http", waitSelector: "h1" });
  return undefined;
}

/** The type of the items reaches the result. */
async function typeOfItems(spider: Typed): Promise<string | undefined> {
  const { items } = await spider.start();
  // @ts-expect-error: an item has no such field
  items[0]?.weight;
  return items[0]?.price;
}

Deno.test("spiders, typed and loose, are spiders", () => {
  const spiders = [new Typed(), new WrongItem(), new Loose(), new Climbing(), new WrongClimb()];
  for (const spider of spiders) {
    assert.ok(spider instanceof Spider);
  }
  assert.deepEqual([typeOfItems, typesOfCrawl].map((value) => typeof value), [
    "function",
    "function",
  ]);
});
