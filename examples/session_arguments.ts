/**
 * Options of one request: whatever a `Request` or `follow` is given beyond its routing goes to the
 * session's `fetch`. HTTP sessions take methods, headers and bodies; browser sessions take waits,
 * actions and extra headers.
 *
 *     deno run -A examples/session_arguments.ts
 */
import { DynamicSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { Request, type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { startSite } from "../tests/site/mod.ts";

type Sessions = { http: FetchSession; firefox: FetchSession; browser: DynamicSession };

export default class ArgumentsSpider extends Spider<{ what: string; saw: string }, Sessions> {
  override name = "arguments";
  override startUrls = ["https://example.com/"];

  override configureSessions(manager: SessionManager<Sessions>) {
    manager.add("http", new FetchSession());
    manager.add("firefox", new FetchSession({ impersonate: "firefox" }));
    manager.add("browser", new DynamicSession(), { lazy: true });
  }

  override async *parse(response: Response<Sessions>) {
    // Extra headers for this request only.
    yield new Request<Sessions>(response.urlJoin("/echo/data"), {
      headers: { Authorization: "Bearer token123" },
      callback: this.parseEcho,
    });

    // Another HTTP method, through another session.
    yield new Request<Sessions>(response.urlJoin("/echo/submit"), {
      method: "POST",
      data: { field: "value" },
      sid: "firefox",
      callback: this.parseEcho,
    });

    // A page that is ready when its script says so.
    yield response.follow("/dynamic-page", {
      sid: "browser",
      callback: this.parseDynamic,
      waitSelector: "div.loaded",
      networkIdle: true,
      extraHeaders: { "X-Campaign": "autumn" },
      pageAction: (page) => page.evaluate("document.title = 'Seen by an action'"),
    });
  }

  async *parseEcho(response: Response<Sessions>) {
    const { method, body } = response.json<{ method: string; body: string }>();
    yield { what: new URL(response.url).pathname, saw: `${method} ${body}`.trim() };
  }

  async *parseDynamic(response: Response<Sessions>) {
    yield {
      what: response.css("title::text").get(""),
      saw: response.css("#items li::text").getAll().join(", "),
    };
  }
}

if (import.meta.main) {
  await using site = await startSite();
  const spider = new ArgumentsSpider();
  spider.startUrls = [site.url];
  const { items } = await spider.start();
  console.table(items);
}
