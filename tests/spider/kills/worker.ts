/** One run of a crawl that may be killed at any instant: `worker.ts SITE FOLDER OUTPUT`. */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { FetchSession } from "@orbweaver/fetch-session";
import {
  type Request,
  type Response,
  type SessionManager,
  sinkFor,
  Spider,
} from "@orbweaver/spider";
import { itemsOf, STARTS } from "./_site.ts";

const [site = "", crawlDir = "", output = ""] = process.argv.slice(2);

/** Says where it is, so that it can be killed there. */
function tell(phase: string): void {
  process.stdout.write(`${phase}\n`);
}

class Pages extends Spider {
  override name = "pages";
  override concurrentRequests = 8;
  override logLevel = "error" as const;
  #visited = 0;

  override configureSessions(manager: SessionManager): void {
    manager.add("http", new FetchSession({ impersonate: false, stealthyHeaders: false }));
  }

  override async *startRequests(): AsyncIterable<string> {
    tell("feeding");
    for (let page = 0; page < STARTS; page++) {
      if (page % 10 === 5) await setTimeout(1);
      yield `${site}/${page}`;
    }
  }

  override async *parse(response: Response): AsyncGenerator<Record<string, unknown> | Request> {
    if (++this.#visited === 20) tell("visiting");
    yield* itemsOf(Number(response.css("title::text").get()));
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }

  override onClose(): void {
    tell("closing");
  }
}

tell("opening");
{
  await using crawl = await new Pages().open({
    crawlDir,
    sinks: [sinkFor(output)],
    keepItems: false,
  });
  process.once("SIGTERM", () => { // it took too long: what was it doing?
    const { queued, inFlight, requestsCount, itemsScraped } = crawl.stats;
    console.error("hung:", { queued, inFlight, requestsCount, itemsScraped });
    process.exit(1);
  });
  const { outcome, stats, failures } = await crawl.run();
  const { requestsCount, itemsScraped, responseStatusCount } = stats;
  const cookies = (crawl.sessions.get("http") as FetchSession).jar.size;
  tell(JSON.stringify({
    outcome,
    requestsCount,
    itemsScraped,
    responseStatusCount,
    cookies,
    failures: failures.length,
  }));
}
tell("closed");
