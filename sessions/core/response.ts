import {
  type CssOptions,
  type FindByRegexOptions,
  type FindByTextOptions,
  type FindCondition,
  Selector,
  type SelectorList,
  type XPathOptions,
} from "@orbweaver/selectors";
import type { Cookie } from "./cookie_jar.ts";
import { decodeBody, type DecodedBody } from "./decode_body.ts";
import { OrbweaverError } from "./errors.ts";
import { writeWhole } from "./file.ts";
import { headerPairs, type HeadersInput } from "./options.ts";
import { reasonPhrase } from "./reason_phrase.ts";
import { readResponseJson, type ResponseJson, toResponseJson } from "./response_json.ts";

/** When a response was asked for and how long it took. */
export interface Timing {
  /** When the fetch began, in milliseconds since 1970. */
  startedAt: number;
  /** How long it took, body included, in milliseconds. */
  totalMs: number;
}

/** What a {@linkcode Response} is made of. */
export interface ResponseData {
  /** The final URL, after redirects. */
  url: string;
  /** The HTTP status. */
  status: number;
  /** The status text; the standard phrase where the server sent none. */
  reason?: string;
  /** The response headers. */
  headers?: HeadersInput;
  /** The body, decompressed. */
  body?: Uint8Array;
  /** The body's encoding where it is known for certain, as for a page that a browser rendered. */
  encoding?: string;
  /** The method that gave this answer. Default "GET". */
  method?: string;
  /** The headers that were sent. */
  requestHeaders?: HeadersInput;
  /** The redirects that led here, oldest first. */
  history?: readonly Response[];
  /** Every cookie set on the way, redirects included. */
  cookies?: readonly Cookie[];
  /** When it was asked for and how long it took. */
  timing?: Timing;
  /** The proxy it came through. */
  proxy?: string;
  /** Facts that the session adds. */
  meta?: Readonly<Record<string, unknown>>;
  /** The answers to the page's own requests that the session was asked to keep. */
  capturedXhr?: readonly Response[];
}

/** The permissions of a saved page, before the process's umask: those of any new file. */
const NEW_FILE = 0o666;

/** A body that is not the JSON it was asked as. */
export class JsonError extends OrbweaverError {
  /** The name of this class of errors. */
  override name = "JsonError";
}

/**
 * An answer to a request, whatever kind of session fetched it. The body is decoded and parsed only
 * when first asked for, once; the query members of `Selector` stand on the response itself.
 *
 * @example
 * ```ts
 * import { Response } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const response = new Response({
 *   url: "https://example.com/",
 *   status: 200,
 *   headers: { "content-type": "text/html; charset=utf-8" },
 *   body: new TextEncoder().encode("<h1>Hello</h1>"),
 * });
 * assert.equal(response.css("h1::text").get(""), "Hello");
 * ```
 */
export class Response {
  readonly #data: ResponseData;
  #headers: Headers | undefined;
  #requestHeaders: Headers | undefined;
  #decoded: DecodedBody | undefined;
  #root: Selector | undefined;
  #sessionId: string | undefined;

  /**
   * Makes a response; sessions do.
   *
   * @param data What came back. It is kept, not copied: don't change it afterwards.
   */
  constructor(data: ResponseData) {
    this.#data = data;
  }

  /**
   * Makes a response of what {@linkcode Response.toJSON} gave, before or after `JSON.stringify`.
   *
   * @param stored The data; may come from anywhere.
   * @throws {ResponseFormatError} If it is something else; the error names the place.
   *
   * @example
   * ```ts
   * import { Response } from "@orbweaver/session";
   * import assert from "node:assert/strict";
   *
   * const body = new TextEncoder().encode("<h1>Hello</h1>");
   * const page = new Response({ url: "https://example.com/", status: 200, body });
   * const again = Response.fromJSON(JSON.parse(JSON.stringify(page)));
   * assert.equal(again.css("h1::text").get(), "Hello");
   * ```
   */
  static fromJSON(stored: unknown): Response {
    return fromStored(stored, "");
  }

  /** What this response was made of, for those who wrap it. */
  get data(): Readonly<ResponseData> {
    return this.#data;
  }

  /** The final URL, after redirects. */
  get url(): string {
    return this.#data.url;
  }

  /** The HTTP status. */
  get status(): number {
    return this.#data.status;
  }

  /** The status text, such as "Not Found". */
  get reason(): string {
    return this.#data.reason || reasonPhrase(this.status);
  }

  /** True for a status from 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** The response headers. */
  get headers(): Headers {
    return this.#headers ??= toHeaders(this.#data.headers);
  }

  /** The method that gave this answer. */
  get method(): string {
    return this.#data.method ?? "GET";
  }

  /** The headers that were sent. */
  get requestHeaders(): Headers {
    return this.#requestHeaders ??= toHeaders(this.#data.requestHeaders);
  }

  /** The redirects that led here, oldest first. */
  get history(): readonly Response[] {
    return this.#data.history ?? [];
  }

  /** Every cookie set on the way, redirects included. */
  get cookies(): readonly Cookie[] {
    return this.#data.cookies ?? [];
  }

  /** When it was asked for and how long it took, where the session measured it. */
  get timing(): Timing | undefined {
    return this.#data.timing;
  }

  /** The proxy it came through. */
  get proxy(): string | undefined {
    return this.#data.proxy;
  }

  /** Facts that the session added. */
  get meta(): Readonly<Record<string, unknown>> {
    return this.#data.meta ?? {};
  }

  /** The answers to the page's own requests, where the session was asked to keep some. */
  get capturedXhr(): readonly Response[] {
    return this.#data.capturedXhr ?? [];
  }

  /** The id of the session that fetched it, where a {@linkcode SessionManager} was asked. */
  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** The body, decompressed. */
  get body(): Uint8Array {
    return this.#data.body ?? new Uint8Array();
  }

  /** The body as text. */
  get text(): string {
    return this.#decode().text;
  }

  /** The encoding that `text` was decoded with, such as "utf-8". */
  get encoding(): string {
    return this.#decode().encoding;
  }

  /** The parsed document: XML where the content type says so, HTML otherwise. */
  get root(): Selector {
    return this.#root ??= this.#parse();
  }

  /**
   * Parses the body as JSON.
   *
   * @throws {JsonError} If the body is not JSON.
   */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text) as T;
    } catch (cause) {
      const start = JSON.stringify(this.text.slice(0, 80));
      throw new JsonError(
        `Expected JSON from ${this.url} (status ${this.status}, content type ` +
          `${this.headers.get("content-type") ?? "missing"}): received ${start}`,
        { cause },
      );
    }
  }

  /**
   * Queries with CSS, `::text` and `::attr(name)` included.
   *
   * @param query The selector.
   * @param options `adaptive`: whether to find again what has moved; `id`, `threshold`.
   * @throws {SelectorSyntaxError} If the selector can't be parsed.
   */
  css(query: string, options?: CssOptions): SelectorList {
    return this.root.css(query, options);
  }

  /**
   * Queries with XPath 1.0.
   *
   * @param expression The expression.
   * @param options Namespaces and variables that it uses.
   * @throws {XPathSyntaxError} If the expression can't be parsed.
   */
  xpath(expression: string, options?: XPathOptions): SelectorList {
    return this.root.xpath(expression, options);
  }

  /**
   * The first element that satisfies all conditions, or `undefined`.
   *
   * @param conditions Tags, attributes or predicates; see `Selector.find`.
   */
  find(...conditions: FindCondition<Selector>[]): Selector | undefined {
    return this.root.find(...conditions);
  }

  /**
   * All elements that satisfy all conditions.
   *
   * @param conditions Tags, attributes or predicates; see `Selector.find`.
   */
  findAll(...conditions: FindCondition<Selector>[]): SelectorList {
    return this.root.findAll(...conditions);
  }

  /**
   * The first element with a text, or `undefined`; all of them are `root.findByText` with
   * `first: false`.
   *
   * @param text The element's own text.
   * @param options How it is compared.
   */
  findByText(text: string, options?: FindByTextOptions & { first?: true }): Selector | undefined {
    return this.root.findByText(text, options);
  }

  /**
   * The first element in whose own text a regular expression finds something, or `undefined`; all of
   * them are `root.findByRegex` with `first: false`.
   *
   * @param pattern The pattern.
   * @param options How it is compared.
   */
  findByRegex(
    pattern: RegExp | string,
    options?: FindByRegexOptions & { first?: true },
  ): Selector | undefined {
    return this.root.findByRegex(pattern, options);
  }

  /**
   * Searches the page's HTML with a regular expression.
   *
   * @param pattern The expression; with groups, the groups are the results.
   */
  re(pattern: RegExp | string): string[] {
    return this.root.re(pattern);
  }

  /**
   * The first result of {@linkcode Response.re}.
   *
   * @param pattern The expression.
   * @returns The first result, or `undefined` if there is none.
   */
  reFirst(pattern: RegExp | string): string | undefined;
  /**
   * The first result of {@linkcode Response.re}.
   *
   * @param pattern The expression.
   * @param fallback What to return if there is no result.
   */
  reFirst<T>(pattern: RegExp | string, fallback: T): string | T;
  reFirst<T>(pattern: RegExp | string, fallback?: T): string | T | undefined {
    return this.re(pattern)[0] ?? fallback;
  }

  /**
   * Writes the body to a file, in full or not at all.
   *
   * @param path The file, in a folder that exists; a file that is there is replaced.
   * @throws {FileError} If it can't be written, as when the disk is full; nothing is left behind.
   *
   * @example
   * ```ts
   * import { Response } from "@orbweaver/session";
   * import assert from "node:assert/strict";
   * import { mkdtemp, readFile, rm } from "node:fs/promises";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   *
   * const body = new TextEncoder().encode("a,b\n");
   * const response = new Response({ url: "https://example.com/a.csv", status: 200, body });
   * const folder = await mkdtemp(join(tmpdir(), "pages-"));
   * await response.saveTo(join(folder, "a.csv"));
   * assert.equal(await readFile(join(folder, "a.csv"), "utf8"), "a,b\n");
   * await rm(folder, { recursive: true });
   * ```
   */
  async saveTo(path: string | URL): Promise<void> {
    await writeWhole(path, this.body, NEW_FILE);
  }

  /**
   * The response as data for JSON, without loss: headers in their order, every byte of the body,
   * history, bytes in `meta`. {@linkcode Response.fromJSON} reads it; an error in `meta` comes back as
   * its facts.
   *
   * @throws {ResponseFormatError} If `meta` holds something that JSON has no word for, as a function.
   */
  toJSON(): ResponseJson {
    return toResponseJson(this.#data, this.#sessionId);
  }

  /**
   * Says which session fetched this. The {@linkcode SessionManager} calls it; nobody else needs to.
   *
   * @param id The session's id.
   */
  fetchedBy(id: string): this {
    this.#sessionId = id;
    return this;
  }

  /** Without making `Headers`, which a page that is only queried never needs. */
  get #contentType(): string | undefined {
    const { headers } = this.#data;
    if (this.#headers !== undefined || !Array.isArray(headers)) {
      return this.headers.get("content-type") ?? undefined;
    }
    const found = headers.filter(([name]) => isContentType(name));
    return found.length > 1 ? found.map(([, value]) => value).join(", ") : found[0]?.[1];
  }

  #parse(): Selector {
    if (!isXml(this.#contentType)) {
      return Selector.fromHtml(this.text, { url: this.url });
    }
    // A feed with a mistake in it still has its good part; strictness is `Selector.fromXml()`'s.
    return Selector.fromXml(this.text, { url: this.url, recover: true });
  }

  #decode(): DecodedBody {
    return this.#decoded ??= this.#data.encoding === undefined
      ? decodeBody(this.body, this.#contentType)
      : {
        text: new TextDecoder(this.#data.encoding).decode(this.body),
        encoding: this.#data.encoding,
      };
  }
}

function fromStored(stored: unknown, place: string): Response {
  const { data, history, capturedXhr, sessionId } = readResponseJson(stored, place);
  const inner = (list: readonly ResponseJson[], name: string) =>
    list.map((item, index) =>
      fromStored(item, `${place === "" ? "" : `${place}.`}${name}[${index}]`)
    );
  const response = new Response({
    ...data,
    ...(history === undefined ? {} : { history: inner(history, "history") }),
    ...(capturedXhr === undefined ? {} : { capturedXhr: inner(capturedXhr, "capturedXhr") }),
  });
  return sessionId === undefined ? response : response.fetchedBy(sessionId);
}

/** An XML MIME type (https://mimesniff.spec.whatwg.org/#xml-mime-type), but XHTML, whose pages are queried as HTML. */
function isXml(contentType: string | undefined): boolean {
  if (contentType === undefined || !/xml/i.test(contentType)) return false;
  const type = contentType.replace(/;.*/s, "").trim().toLowerCase();
  return /^(?:text|application)\/xml$|\+xml$/.test(type) && type !== "application/xhtml+xml";
}

function isContentType(name: string): boolean {
  return name.length === "content-type".length && name.toLowerCase() === "content-type";
}

function toHeaders(input: HeadersInput | undefined): Headers {
  if (input instanceof Headers) return input;
  const headers = new Headers();
  for (const [name, value] of headerPairs(input)) headers.append(name, value);
  return headers;
}
