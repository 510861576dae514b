import type { SessionMap } from "@orbweaver/session";
import { textStream } from "../extract/_text_stream.ts";
import { type JsonItemsOptions, readJsonItems } from "../extract/json_items.ts";
import { Problems } from "../extract/problems.ts";
import type { CallbackResult, Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { AnyItem } from "../spider.ts";
import { isSuccess, TemplateSpider, textSource } from "./template_spider.ts";

/**
 * A spider over JSON: arrays, JSON lines, JSON Feed (https://www.jsonfeed.org), and arrays deep in an
 * answer of some API.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { JsonFeedSpider, type Response } from "@orbweaver/spider";
 *
 * class Products extends JsonFeedSpider {
 *   override name = "products";
 *   override startUrls = ["https://shop.example.com/api/products"];
 *   override path = "data.products";
 *
 *   override *parseEntry(_response: Response, entry: unknown) {
 *     const { name, price } = entry as { name: string; price: number };
 *     yield { name, price };
 *   }
 * }
 * ```
 */
export abstract class JsonFeedSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends TemplateSpider<Item, S> {
  /** One JSON document, or one a line. Default "auto": as the text looks. */
  format: "auto" | "json" | "lines" = "auto";
  /**
   * Where the entries are: "data.products", or a list of keys. Default: the document if it is an array,
   * else its `items`, else the document itself.
   */
  path: JsonItemsOptions["path"];

  /**
   * Handles one entry.
   *
   * @param response The answer.
   * @param entry The entry, whatever JSON it is.
   * @returns Items and requests, in any order.
   */
  abstract parseEntry(response: Response<S>, entry: unknown): CallbackResult<Item>;

  /**
   * Reads an answer.
   *
   * @param response The answer.
   */
  override async *parse(
    response: Response<S>,
  ): AsyncGenerator<Item | Request | null | undefined, void, undefined> {
    const problems = new Problems();
    try {
      if (!isSuccess(response, problems)) return;
      const text = textStream(textSource(response), problems);
      const { format, path } = this;
      for await (const entry of readJsonItems(text, { format, path, problems })) {
        yield* this.parseEntry(response, entry);
      }
    } finally {
      this.tell(response, problems);
    }
  }
}
