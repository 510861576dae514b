import {
  type CrawlOptions,
  type CrawlResult,
  type Request,
  type Response,
  type SessionManager,
  Spider,
} from "@orbweaver/spider";
import { type PageAnswer, PagesSession } from "./_pages_session.ts";
import { VirtualClock } from "./_virtual_clock.ts";

/** What the tests' spiders yield. */
export interface Page {
  url: string;
}

/** Follows every link of pages in memory and yields every page's URL. */
export class TestSpider extends Spider<Page> {
  override name = "test";
  override startUrls: readonly string[] = ["https://site.test/"];
  override logLevel = "silent" as const;
  readonly session: PagesSession;

  constructor(pages: Readonly<Record<string, PageAnswer>> = { "*": "" }) {
    super();
    this.session = new PagesSession(pages);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("pages", this.session);
  }

  override async *parse(response: Response): AsyncGenerator<Page | Request> {
    yield { url: response.url };
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }
}

/** When each request started, in milliseconds since the crawl began. */
export interface Started {
  readonly url: string;
  readonly at: number;
}

/** A crawl in virtual time, and when its requests started. */
export async function crawlInVirtualTime<Item>(
  spider: Spider<Item> & { session: PagesSession },
  options: CrawlOptions = {},
): Promise<CrawlResult<Item> & { starts: Started[]; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const begin = clock.now();
  const starts: Started[] = [];
  const fetch = spider.session.fetch.bind(spider.session);
  spider.session.fetch = (url, fetchOptions) => {
    starts.push({ url: String(url), at: clock.now() - begin });
    return fetch(url, fetchOptions);
  };
  const run = () => spider.start({ handleSignals: false, clock, random: () => 0.5, ...options });
  return { ...await clock.running(run), starts, clock };
}

/** A server's answers, one after the other; the last for ever. */
export function inTurn(...answers: { status?: number; html?: string }[]): PageAnswer {
  let next = 0;
  return () => ({ html: "", ...answers[Math.min(next++, answers.length - 1)] });
}
