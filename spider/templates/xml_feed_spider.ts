import type { SessionMap } from "@orbweaver/session";
import { textStream } from "../extract/_text_stream.ts";
import { Problems } from "../extract/problems.ts";
import type { XmlNode } from "../extract/xml_node.ts";
import { readXml } from "../extract/xml_stream.ts";
import type { CallbackResult, Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { AnyItem } from "../spider.ts";
import { isSuccess, TemplateSpider, textSource } from "./template_spider.ts";

/**
 * A spider over XML feeds, such as RSS, Atom and product feeds, read item by item.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { feedEntry, type Response, XmlFeedSpider, type XmlNode } from "@orbweaver/spider";
 *
 * class News extends XmlFeedSpider {
 *   override name = "news";
 *   override startUrls = ["https://news.example.com/feed.xml"];
 *
 *   override *parseNode(response: Response, node: XmlNode) {
 *     const { title, link } = feedEntry(node);
 *     yield { title, url: response.urlJoin(link) };
 *   }
 * }
 * ```
 */
export abstract class XmlFeedSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends TemplateSpider<Item, S> {
  /** The elements that are items. A prefix has to be one of `namespaces`. Default: RSS's and Atom's. */
  itertag: string | readonly string[] = ["item", "entry"];
  /** Namespaces by the prefix that `itertag` and `parseNode` use for them. */
  namespaces: Readonly<Record<string, string>> = {};

  /**
   * Handles one item of the feed.
   *
   * @param response The feed.
   * @param node The item.
   * @returns Items and requests, in any order.
   */
  abstract parseNode(response: Response<S>, node: XmlNode): CallbackResult<Item>;

  /**
   * Reads a feed.
   *
   * @param response The feed.
   * @throws {InvalidOptionError} If the prefix of an `itertag` is not one of `namespaces`.
   */
  override async *parse(
    response: Response<S>,
  ): AsyncGenerator<Item | Request | null | undefined, void, undefined> {
    const problems = new Problems();
    try {
      if (!isSuccess(response, problems)) return;
      const text = textStream(textSource(response), problems);
      const tags = typeof this.itertag === "string" ? [this.itertag] : this.itertag;
      const { namespaces } = this;
      for await (const node of readXml(text, { tags, namespaces, problems })) {
        yield* this.parseNode(response, node);
      }
    } finally {
      this.tell(response, problems);
    }
  }
}
