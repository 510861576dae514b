/**
 * A crawl that is kept in a folder: stop it, kill it, pull the plug of its terminal, and run it again. It
 * goes on where it was, and the output has every item once.
 *
 *     deno run -A examples/resume.ts https://quotes.toscrape.com/ my-crawl
 */
import process from "node:process";
import { JsonlSink, type Request, type Response, Spider } from "@orbweaver/spider";

export interface Page {
  url: string;
  title: string;
}

export default class TitlesSpider extends Spider<Page> {
  override name = "titles";

  /** @param start The first page; only its site is visited. */
  constructor(start: string) {
    super();
    this.startUrls = [start];
    this.allowedDomains = [new URL(start).hostname];
  }

  override onStart({ resuming }: { resuming: boolean }): void {
    console.error(resuming ? "going on where it stopped" : "beginning");
  }

  override async *parse(response: Response): AsyncGenerator<Page | Request> {
    yield { url: response.url, title: response.css("title::text").get("") };
    // A callback is stored by its name, so it must be a method of the spider.
    for (const href of response.css("a::attr(href)").getAll()) {
      yield response.follow(href, { callback: this.parse });
    }
  }
}

if (import.meta.main) {
  const [start = "https://quotes.toscrape.com/", crawlDir = "titles-crawl"] = process.argv.slice(2);
  const { outcome, stats } = await new TitlesSpider(start).start({
    crawlDir,
    sinks: [new JsonlSink("titles.jsonl")],
    keepItems: false, // they are in the folder and in the file
  });
  console.log(outcome, stats.itemsScraped); // run it again after Ctrl+C: paused, then completed
}
