/**
 * A wall that only a browser gets through, and only once: the browser fetches one page, and what it earned
 * lets plain HTTP fetch the others. Without a browser, the crawl says what to install.
 *
 *     deno run -A examples/escalation.ts
 */
import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { CookieJar, type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { startWall } from "./wall.ts";

export default class BehindTheWall extends Spider {
  override name = "behind_the_wall";
  override startUrls = ["https://example.com/page/1"];
  override escalate = ["http", "dynamic", "stealth"];

  override configureSessions(manager: SessionManager) {
    const jar = new CookieJar(); // what one session earns, the others have
    manager
      .add("http", new FetchSession({ jar }))
      .add("dynamic", new DynamicSession({ jar }), { lazy: true })
      .add("stealth", new StealthSession({ jar }), { lazy: true });
  }

  override async *parse(response: Response) {
    yield { page: response.css("h1::text").get(""), fetchedBy: response.sessionId };
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }
}

if (import.meta.main) {
  await using wall = await startWall(20);
  const spider = new BehindTheWall();
  spider.startUrls = [`${wall.url}/page/1`];
  const { items, stats, failures } = await spider.start();
  console.log(`${items.length} pages`, stats.sessionsRequestsCount);
  for (const { reason } of failures) console.log(reason);
}
