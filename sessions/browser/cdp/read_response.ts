import { Response } from "@orbweaver/session";
import { NavigationError } from "../errors.ts";
import { readCookies } from "./cookies.ts";
import type { Documents } from "./documents.ts";
import type { Hop, RawHeaders } from "./exchanges.ts";
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
 */
export async function readResponse(parts: ResponseParts): Promise<Response> {
  const { cdp, documents, meta } = parts;
  const id = documentToRead(parts);
  const body = await readBody(parts, id);
  const hops = documents.hopsTo(id).filter(isAnswered);
  const last = hops.at(-1);
  if (last === undefined) throw new NavigationError("net::ERR_EMPTY_RESPONSE", parts.url);
  return new Response({
    ...toData(last),
    ...body,
    history: hops.slice(0, -1).map((hop) => new Response(toData(hop))),
    cookies: await readCookies(cdp, hops.map(({ url }) => url)),
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
  const { main, documents, routes, world, shown } = parts;
  const hop = documents.hopsTo(id).at(-1)!;
  const raw = routes.bodyOf(id);
  if (raw !== undefined && !(shown && PAGES.includes(hop.response?.mimeType ?? ""))) {
    return { url: hop.url, body: raw };
  }
  if (documents.isEmptyError(id)) return { url: hop.url, body: new Uint8Array() };
  const failure = documents.failureOf(id);
  if (failure !== undefined) throw new NavigationError(failure, hop.url);
  const html = await world.callUntilStable<string>(String(readHtml), []);
  return { url: main.url, body: new TextEncoder().encode(html), encoding: "utf-8" };
}

type AnsweredHop = Hop & { response: NonNullable<Hop["response"]> };

function isAnswered(hop: Hop): hop is AnsweredHop {
  return hop.response !== undefined;
}

function toData({ url, method, requestHeaders, response }: AnsweredHop) {
  return {
    url,
    method,
    status: response.status,
    reason: response.reason,
    headers: headerList(response.headers),
    requestHeaders: headerList(requestHeaders),
  };
}

/** CDP's headers as a list: it joins duplicates by line breaks, and shows HTTP/2's pseudo-headers. */
function headerList(headers: RawHeaders): [name: string, value: string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    values.split("\n").filter((value) => isValid(name, value)).map((value): [string, string] => [
      name,
      value,
    ])
  );
}

/** Servers send bytes that no web API accepts as a header; such a one is as good as missing. */
function isValid(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    return false;
  }
}
