/**
 * Spiders: a class that says where to start, through which sessions to fetch, and what to take from
 * the pages; and the engine that runs it.
 *
 * @example
 * ```ts ignore
 * import { type Response, Spider } from "@orbweaver/spider";
 *
 * class Titles extends Spider {
 *   override name = "titles";
 *   override startUrls = ["https://example.com/"];
 *   override async *parse(response: Response) {
 *     yield { title: response.css("title::text").get("") };
 *   }
 * }
 *
 * const { items } = await new Titles().start();
 * ```
 *
 * @module
 */
export { Callbacks } from "./callbacks.ts";
export { Crawl, type CrawlOptions } from "./crawl.ts";
export { CrawlDir, type CrawlDirStatus } from "./durable/crawl_dir.ts";
export * from "./errors.ts";
export { type Clock, systemClock } from "./engine/clock.ts";
export type { Recorder } from "./engine/recorder.ts";
export { fingerprint, type FingerprintOptions } from "./frontier/fingerprint.ts";
export type {
  BuryOptions,
  Counters,
  DeadLetter,
  Frontier,
  FrontierItem,
  FrontierState,
  FrontierStats,
  Lease,
  LeaseOptions,
  Outcome as PageOutcome,
  Pushed,
  PushOptions,
  RetryOptions,
  Settled,
  SettleResult,
  StoredItem,
} from "./frontier/frontier.ts";
export { decodeItem, encodeItem } from "./frontier/item_codec.ts";
export type {
  Begun,
  SharedFrontier,
  SharedLimits,
  SharedSpending,
  Store,
  Turn,
  TurnEnd,
} from "./frontier/shared.ts";
export { MemoryFrontier, type MemoryFrontierOptions } from "./frontier/memory.ts";
export { decodeRequest, encodeRequest } from "./frontier/request_codec.ts";
export { type Durability, SqliteFrontier, type SqliteFrontierOptions } from "./frontier/sqlite.ts";
export type { LogEntry, LogFunction, LogLevel } from "./log.ts";
export type { EscalatedRoute } from "./policy/escalation.ts";
export type { Inherit } from "./policy/inherit.ts";
export type { Limits } from "./policy/limits.ts";
export type {
  QuarantinedItem,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from "./policy/schema.ts";
export type { AutoThrottleOptions } from "./policy/throttle.ts";
export {
  type AnyCallback,
  type CallbackResult,
  Request,
  type RequestOptions,
  type RequestRouting,
  type Retries,
  type SessionOptions,
} from "./request.ts";
export { type FollowContext, type FollowOptions, Response } from "./response.ts";
export type { CrawlResult, Failure, Outcome } from "./result.ts";
export { JsonlSink } from "./sinks/jsonl.ts";
export type { ResumableSink, Sink, SinkMark } from "./sinks/sink.ts";
export { type AnyItem, Spider } from "./spider.ts";
export type { CrawlStats, ErrorGroup, HostStats, LatencyStats } from "./stats.ts";
export * from "@orbweaver/session";
export { type Clock as SessionClock, Response as SessionResponse } from "@orbweaver/session";

// begin: item 6 (extract, templates, sinks, record)
export { type CsvOptions, type CsvRow, readCsv } from "./extract/csv_rows.ts";
export { type Enclosure, type FeedEntry, feedEntry } from "./extract/feed_entry.ts";
export { IGNORED_EXTENSIONS } from "./extract/ignored_extensions.ts";
export { type JsonItemsOptions, readJsonItems } from "./extract/json_items.ts";
export {
  type FoundLinks,
  LinkExtractor,
  type LinkExtractorOptions,
  type LinkSource,
  type OneOrMore,
  type SkippedLinks,
  type UrlFilterOptions,
  type UrlPattern,
} from "./extract/links.ts";
export { type Problem, type ProblemKind, Problems } from "./extract/problems.ts";
export type { ShopifyItem } from "./extract/shopify_products.ts";
export {
  type Alternate,
  readSitemap,
  type SitemapEntry,
  type SitemapOptions,
} from "./extract/sitemap.ts";
export { XmlNode, type XmlNodeParts } from "./extract/xml_node.ts";
export { readXml, type XmlOptions } from "./extract/xml_stream.ts";
export { DevelopmentCache, DevelopmentCacheError } from "./record/development_cache.ts";
export { CsvSink, type CsvSinkOptions } from "./sinks/csv.ts";
export { JsonSink, type JsonSinkOptions } from "./sinks/json.ts";
export { sinkFor, UnknownOutputError } from "./sinks/sink_for.ts";
export { SqliteSink, type SqliteSinkOptions } from "./sinks/sqlite.ts";
export { XmlSink, type XmlSinkOptions } from "./sinks/xml.ts";
export { CrawlSpider } from "./templates/crawl_spider.ts";
export { CsvFeedSpider } from "./templates/csv_feed_spider.ts";
export { JsonFeedSpider } from "./templates/json_feed_spider.ts";
export { type ProcessRequest, type Rule, rule, type RuleOptions } from "./templates/rule.ts";
export { ShopifySpider } from "./templates/shopify_spider.ts";
export { SitemapSpider } from "./templates/sitemap_spider.ts";
export { type PageWarning, TemplateSpider } from "./templates/template_spider.ts";
export { XmlFeedSpider } from "./templates/xml_feed_spider.ts";
// end: item 6
