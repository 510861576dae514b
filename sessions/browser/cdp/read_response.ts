import { BodyTooLargeError, Response } from "@orbweaver/session";
import { NavigationError } from "../errors.ts";
import { readCookies } from "./cookies.ts";
import type { Documents } from "./documents.ts";
import { isAnswered, toResponseData } from "./hop_data.ts";
import { readHtml } from "./in_page.ts";
import type { IsolatedWorld } from "./isolated_world.ts";
import type { MainFrame } from "./main_frame.ts";
import type { Routes } from "./routes.ts";
import type { ScopedSession } from "./scoped_session.ts";

const PAGES = ["text/html", "application/xhtml+xml"];

/** What a response is read from. */
export interface ResponseParts {
  readonly cdp: ScopedSession;
  readonly main: MainFrame;
  readonly documents: Documents;
  readonly routes: Routes;
  readonly world: IsolatedWorld;
  /** The URL that was asked for. */
  readonly url: string;
  /** Whether the answer to it was something to be shown. */
  readonly shown: boolean;
  /** The largest body to take, in bytes. */
  readonly maxBytes: number;
  readonly capturedXhr: readonly Response[];
  readonly meta: Readonly<Record<string, unknown>>;
}

interface Body {
  url: string;
  body: Uint8Array;
  encoding?: string;
}

/**
 * Reads the response from a tab that shows it: rendered HTML for a web page, the server's bytes
 * for anything else, with status, headers and history of the document that is there now.
 *
 * @param parts The tab's parts.
 * @throws {NavigationError} If the document, or what a script replaced it with, did not arrive.
 * @throws {BodyTooLargeError} If the page has grown beyond the limit.
 */
export async function readResponse(parts: ResponseParts): Promise<Response> {
  const { cdp, documents, capturedXhr, meta } = parts;
  const id = documentToRead(parts);
  const body = await readBody(parts, id);
  const hops = documents.hopsTo(id).filter(isAnswered);
  const last = hops.at(-1);
  if (last === undefined) throw new NavigationError("net::ERR_EMPTY_RESPONSE", parts.url);
  return new Response({
    ...toResponseData(last),
    ...body,
    history: hops.slice(0, -1).map((hop) => new Response(toResponseData(hop))),
    cookies: await readCookies(cdp, hops.map(({ url }) => url)),
    capturedXhr,
    meta,
  });
}

function documentToRead({ main, documents, url }: ResponseParts): string {
  // A page may replace itself by one that was never requested, such as about:blank or a blob.
  const id = documents.has(main.loaderId) ? main.loaderId : documents.lastAnswered;
  if (id === undefined) throw new NavigationError("net::ERR_EMPTY_RESPONSE", url);
  return id;
}

async function readBody(parts: ResponseParts, id: string): Promise<Body> {
  const { main, documents, routes, shown } = parts;
  const hop = documents.hopsTo(id).at(-1)!;
  const raw = routes.bodyOf(id);
  if (raw !== undefined && !(shown && PAGES.includes(hop.response?.mimeType ?? ""))) {
    return { url: hop.url, body: raw };
  }
  if (documents.isEmptyError(id)) return { url: hop.url, body: new Uint8Array() };
  const failure = documents.failureOf(id);
  if (failure !== undefined) throw new NavigationError(failure, hop.url);
  return { url: main.url, body: await readRendered(parts), encoding: "utf-8" };
}

async function readRendered({ main, world, maxBytes }: ResponseParts): Promise<Uint8Array> {
  const html = await world.callUntilStable<string | number>(String(readHtml), [maxBytes]);
  if (typeof html === "number") throw tooLarge(maxBytes, `it has ${html} characters`, main.url);
  const body = new TextEncoder().encode(html);
  if (body.length > maxBytes) throw tooLarge(maxBytes, `it has ${body.length} bytes`, main.url);
  return body;
}

function tooLarge(maxBytes: number, received: string, url: string): BodyTooLargeError {
  return new BodyTooLargeError(maxBytes, `as rendered ${received}`, { url });
}
