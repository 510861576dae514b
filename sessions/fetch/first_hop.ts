import { InvalidUrlError } from "@orbweaver/session";
import { firstReferer } from "./hop_headers.ts";
import type { BasicAuth, Settings } from "./options.ts";
import type { Hop } from "./redirects.ts";
import { encodeBody, formEntries } from "./request_body.ts";

/** How a fetch begins. */
export interface Start {
  /** The first request. */
  readonly hop: Hop;
  /** Basic authentication, from the options or from the URL. */
  readonly auth: BasicAuth | undefined;
}

/**
 * The first request of a fetch.
 *
 * @param input The URL.
 * @param settings The request's settings.
 * @throws {InvalidUrlError} If the URL is malformed, or not http: or https:.
 * @throws {InvalidOptionError} If the body can't be sent.
 */
export async function firstHop(input: string | URL, settings: Settings): Promise<Start> {
  const url = parseUrl(input, settings);
  const auth = settings.auth ?? authIn(url);
  const method = settings.method.toUpperCase();
  const body = await encodeBody(settings, method);
  const referer = firstReferer(url, method, settings);
  const start = { redirects: 0, redirectedFrom: undefined, leftOrigin: false };
  return { hop: { url, method, body, referer, ...start }, auth };
}

function parseUrl(input: string | URL, { params }: Settings): URL {
  const url = URL.parse(String(input));
  if (url === null) {
    const received = JSON.stringify(String(input).slice(0, 200));
    throw new InvalidUrlError(`Expected an absolute URL: received ${received}`, {
      url: String(input),
    });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidUrlError(`Expected a URL with http: or https:: received ${url.protocol}`, {
      url: String(input),
    });
  }
  // Setting it parses the URL again, even to what it is.
  if (url.hash !== "") url.hash = "";
  if (params !== undefined) {
    const query = (params instanceof URLSearchParams ? params : formEntries(params)).toString();
    // Appended as text: going through `searchParams` would rewrite the query that is there already.
    if (query !== "") url.search = url.search === "" ? query : `${url.search}&${query}`;
  }
  return url;
}

/** Takes user name and password out of a URL, which must not carry them into headers and errors. */
function authIn(url: URL): BasicAuth | undefined {
  const { username, password } = url;
  if (username === "" && password === "") return undefined;
  url.username = "";
  url.password = "";
  return { username: decode(username), password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a "%" that was meant as one
  }
}
