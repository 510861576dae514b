import type { Response as SessionResponse, SessionMap } from "@orbweaver/session";
import { CrawlStateError } from "../errors.ts";
import type { TextSource } from "../extract/_text_stream.ts";
import type { Problem, ProblemKind, Problems } from "../extract/problems.ts";
import { consoleLog } from "../log.ts";
import type { Request, RequestRouting } from "../request.ts";
import type { FollowOptions, Response } from "../response.ts";
import { type AnyItem, Spider } from "../spider.ts";

/** Something that was wrong with a page, without the page being worthless. */
export interface PageWarning extends Problem {
  /** The page. */
  readonly url: string;
}

/**
 * What the ready-made spiders have in common: they read on where a page is damaged, and count what was
 * wrong, by kind, in `stats.customStats.warnings`.
 *
 * @typeParam Item What the spider yields.
 * @typeParam S The sessions by id.
 */
export abstract class TemplateSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends Spider<Item, S> {
  /**
   * Hears of what was wrong with a page, once a kind. Default: a line in the log, on standard error.
   *
   * @param warning What was wrong, and how often on that page.
   */
  onWarning(warning: PageWarning): void {
    const { url, kind, message, count } = warning;
    const often = count === 1 ? "" : ` (${count} times)`;
    consoleLog(this.logLevel)({
      level: "warn",
      spider: this.name,
      message: `${url}: ${kind}: ${message}${often}`,
    });
  }

  /**
   * Counts what was wrong with a page, and tells {@linkcode TemplateSpider.onWarning}.
   *
   * @param page The page.
   * @param problems What was wrong with it.
   */
  protected tell(page: { readonly url: string }, problems: Problems): void {
    const custom = this.#customStats();
    for (const problem of problems.list()) {
      const counts = (custom.warnings ??= {}) as Partial<Record<ProblemKind, number>>;
      counts[problem.kind] = (counts[problem.kind] ?? 0) + problem.count;
      this.onWarning({ ...problem, url: page.url });
    }
  }

  /** There are none where methods are called by hand, as in a user's unit test. */
  #customStats(): Record<string, unknown> {
    try {
      return this.stats.customStats;
    } catch (error) {
      if (error instanceof CrawlStateError) return {};
      throw error;
    }
  }
}

/**
 * What to read a response's text from.
 *
 * @param response The response.
 * @param encoding The encoding, where the user knows better than the server.
 */
export function textSource(response: SessionResponse, encoding?: string): TextSource {
  return {
    body: response.body,
    contentType: response.headers.get("content-type") ?? undefined,
    encoding: encoding ?? response.data.encoding,
  };
}

/**
 * Whether a response is a success; reports it otherwise.
 *
 * @param response The response.
 * @param problems Where to report.
 */
export function isSuccess(response: SessionResponse, problems: Problems): boolean {
  if (response.ok) return true;
  problems.report("status", `The answer is ${response.status} ${response.reason}`);
  return false;
}

/**
 * A request for a link on a page, with what every kind of session has; see `Response.follow`.
 *
 * @param response The page.
 * @param url The link.
 * @param routing Callback and meta.
 */
export function followTo<S extends SessionMap>(
  response: Response<S>,
  url: string,
  routing: RequestRouting,
): Request {
  return response.follow(url, routing as FollowOptions<S>);
}
