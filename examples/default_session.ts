/**
 * One session, named by yourself. Without `configureSessions` a spider has just this one.
 *
 *     deno run -A examples/default_session.ts
 */
import { FetchSession } from "@orbweaver/fetch-session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { startShop } from "@orbweaver/cli/demo";

export default class MySpider extends Spider {
  override name = "my_spider";
  override startUrls = ["https://example.com"];

  override configureSessions(manager: SessionManager) {
    manager.add("default", new FetchSession());
  }

  override async *parse(response: Response) {
    yield { title: response.css("title::text").get("") };
  }
}

if (import.meta.main) {
  await using shop = await startShop();
  const spider = new MySpider();
  spider.startUrls = [shop.url];
  const { items } = await spider.start();
  console.log(items);
}
