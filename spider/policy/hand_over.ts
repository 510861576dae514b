import {
  COMMON_OPTIONS,
  type Cookie,
  type CookieJar,
  headerPairs,
  type HeadersInput,
  isIdentityHeader,
  type Session,
} from "@orbweaver/session";
import type { Request, SessionOptions } from "../request.ts";
import type { Pass } from "./escalation.ts";

/** What a session is asked for. */
export interface Errand {
  readonly url: string;
  readonly options: SessionOptions;
}

/** Without them, it would be another page that is asked for. */
const ESSENTIAL = ["data", "json", "auth", "cookies"];
const CREDENTIAL_HEADERS = ["authorization", "cookie", "proxy-authorization"];

/**
 * A request in the form in which another session can have it: without the options that it does not
 * know, and without the headers that say who the first one was.
 *
 * @param request The request.
 * @param from The session that it was made for.
 * @param to The session that is to have it.
 * @returns `undefined` if that one can't fetch what is asked for, as a browser can't send a form.
 */
export function errandFor(request: Request, from: Session, to: Session): Errand | undefined {
  const { url, options } = request;
  if (from.kind === to.kind || to.requestOptions === undefined) return { url, options };
  if (ESSENTIAL.some((name) => options[name] !== undefined && !understands(to, name))) {
    return undefined;
  }
  const canChooseMethod = understands(to, "method");
  if (!canChooseMethod && !isPlainGet(options)) return undefined;
  const known = Object.entries(options).filter(([name]) => understands(to, name));
  const carried = Object.fromEntries(known);
  for (const name of ["headers", "extraHeaders"]) {
    if (carried[name] === undefined) continue;
    const pairs = headerPairs(carried[name] as HeadersInput);
    carried[name] = pairs.filter(([header]) => !isIdentityHeader(header) || isLanguage(header));
  }
  return {
    url: understands(to, "params") ? url : withParams(url, options.params),
    options: carried,
  };
}

/**
 * A request in the form in which its own session shows a host what it wants to see.
 *
 * @param request The request; its own options win.
 * @param session Its session.
 * @param pass What the host wants to see.
 * @param proxy The way to take, with credentials; `undefined` for the session's own.
 */
export function errandWith(
  { url, options }: Request,
  session: Session,
  { identity }: Pass,
  proxy: string | undefined,
): Errand {
  const ownHeaders = headerPairs(options.headers as HeadersInput | undefined);
  const isOwn = (name: string) =>
    ownHeaders.some(([own]) => own.toLowerCase() === name.toLowerCase());
  const shown = identity.headers.filter(([name]) => !isOwn(name));
  const asIdentity = session.requestOptions?.includes("identity")
    ? { identity }
    : { headers: [...shown, ...ownHeaders] };
  const hasWay = options.proxy !== undefined || options.proxyPool !== undefined;
  const way = proxy !== undefined && !hasWay && takesProxy(session) ? { proxy } : {};
  return { url, options: { ...asIdentity, ...way, ...withoutHeaders(options, asIdentity) } };
}

/**
 * Whether a session can be told through which proxy to go.
 *
 * @param session The session.
 */
export function takesProxy(session: Session): boolean {
  return session.requestOptions?.includes("proxy") ?? false;
}

/**
 * Gives the cookies of a URL's site from one session to another; sessions that share a jar have them.
 *
 * @param url The URL.
 * @param from Where they are: a jar, or what a response came with.
 * @param to The other session's jar.
 */
export function handOverCookies(
  url: string,
  from: CookieJar | readonly Cookie[] | undefined,
  to: CookieJar | undefined,
): void {
  if (from === undefined || to === undefined || from === to) return;
  const { hostname } = new URL(url);
  const cookies = "cookies" in from ? from.cookies() : from;
  to.add(cookies.filter((cookie) => belongsTo(cookie, hostname)));
}

function belongsTo({ domain, hostOnly }: Cookie, hostname: string): boolean {
  return domain === hostname || (!hostOnly && hostname.endsWith(`.${domain}`));
}

function understands({ requestOptions }: Session, name: string): boolean {
  return COMMON_OPTIONS.includes(name) || (requestOptions?.includes(name) ?? true);
}

/** A browser sends extra headers to whomever the page asks for an image: no place for credentials. */
function isPlainGet({ method, headers, extraHeaders }: SessionOptions): boolean {
  if (String(method ?? "GET").toUpperCase() !== "GET") return false;
  return [headers, extraHeaders].flatMap((given) => headerPairs(given as HeadersInput | undefined))
    .every(([name]) => !CREDENTIAL_HEADERS.includes(name.toLowerCase()));
}

/** What language a page is in is a wish for the page; it says little of who asks. */
function isLanguage(header: string): boolean {
  return header.toLowerCase() === "accept-language";
}

function withoutHeaders(options: SessionOptions, instead: object): SessionOptions {
  if (!("headers" in instead)) return options;
  const { headers: _, ...others } = options;
  return others;
}

function withParams(url: string, params: unknown): string {
  if (params === undefined || params === null) return url;
  const target = new URL(url);
  const pairs = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  for (const [name, value] of pairs) {
    for (const one of Array.isArray(value) ? value : [value]) {
      target.searchParams.append(name, String(one));
    }
  }
  return target.href;
}
