import type { SessionMap } from "@orbweaver/session";
import { textStream } from "../extract/_text_stream.ts";
import { type CsvRow, readCsv } from "../extract/csv_rows.ts";
import { Problems } from "../extract/problems.ts";
import type { CallbackResult, Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { AnyItem } from "../spider.ts";
import { isSuccess, TemplateSpider, textSource } from "./template_spider.ts";

/**
 * A spider over CSV files, read row by row.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { CsvFeedSpider, type CsvRow, type Response } from "@orbweaver/spider";
 *
 * class Prices extends CsvFeedSpider {
 *   override name = "prices";
 *   override startUrls = ["https://shop.example.com/prices.csv"];
 *   override delimiter = ";";
 *
 *   override *parseRow(_response: Response, row: CsvRow) {
 *     yield { name: row.name, price: Number(row.price) };
 *   }
 * }
 * ```
 */
export abstract class CsvFeedSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends TemplateSpider<Item, S> {
  /** What stands between cells. Default ",". */
  delimiter = ",";
  /** What cells with a delimiter in them are quoted with; `null` for no quoting. Default '"'. */
  quote: string | null = '"';
  /** The columns' names. Default: the first row has them. */
  headers: readonly string[] | undefined;
  /** The encoding. Default: that of the byte order mark, else what the server says, else UTF-8. */
  encoding: string | undefined;

  /**
   * Handles one row.
   *
   * @param response The file.
   * @param row The columns' names with their cells, all text.
   * @returns Items and requests, in any order.
   */
  abstract parseRow(response: Response<S>, row: CsvRow): CallbackResult<Item>;

  /**
   * Reads a file.
   *
   * @param response The file.
   * @throws {InvalidOptionError} If `delimiter`, `quote` or `headers` make no sense.
   */
  override async *parse(
    response: Response<S>,
  ): AsyncGenerator<Item | Request | null | undefined, void, undefined> {
    const problems = new Problems();
    try {
      if (!isSuccess(response, problems)) return;
      const text = textStream(textSource(response, this.encoding), problems);
      const { delimiter, quote, headers } = this;
      for await (const row of readCsv(text, { delimiter, quote, headers, problems })) {
        yield* this.parseRow(response, row);
      }
    } finally {
      this.tell(response, problems);
    }
  }
}
