import { Buffer } from "node:buffer";
import type { EngineTab } from "../engines/engine.ts";
import type { AddressGuard } from "./address_guard.ts";
import type { Documents } from "./documents.ts";
import type { FetchScope } from "./fetch_scope.ts";
import type { MainFrame } from "./main_frame.ts";
import { ScopedSession } from "./scoped_session.ts";

/** How a navigation went: `Page.navigate` answers with this. */
export interface Navigation {
  /** Chromium's name for what went wrong; also a download and an answer without content are that. */
  readonly errorText?: string;
  /** The id of the load. */
  readonly loaderId?: string;
}

/** What a navigation takes. */
export interface NavigationParts {
  readonly tab: EngineTab;
  readonly cdp: ScopedSession;
  readonly main: MainFrame;
  readonly documents: Documents;
  readonly guard: AddressGuard;
  readonly scope: FetchScope;
  /** The page that the visit comes from. */
  readonly referer: string | undefined;
}

/**
 * Goes to the fetch's URL as if it had been typed, with a referer at most.
 *
 * @param parts The tab's parts.
 */
export async function goTo(parts: NavigationParts): Promise<Navigation> {
  const { cdp, main, documents, scope, referer } = parts;
  // Without a policy of ours a browser sends no https referer to an http site.
  const options = { url: scope.url, referrer: referer, referrerPolicy: "unsafeUrl" };
  const navigation = await cdp.send<Navigation>("Page.navigate", options);
  const { loaderId, errorText } = navigation;
  if (loaderId !== undefined) documents.forgetBefore(loaderId); // the tab's page before had its own
  if (loaderId === undefined || errorText !== undefined) return navigation;
  await scope.race(main.until(() => main.hasShown(loaderId)));
  return navigation;
}

/**
 * Goes to the fetch's URL by a link on the page that the referer names, so that the request says in
 * all of its headers where it comes from: with a referer alone, `Sec-Fetch-Site` is "none", which no
 * visit with a referer has. The page is an empty one that stands at the referer's address; nothing
 * is sent there, and neither history nor response know of it.
 *
 * Where there is no such page, or a cookie that the site gets only from its own pages would stay
 * away, this is {@linkcode goTo}.
 *
 * @param parts The tab's parts.
 */
export async function followLink(parts: NavigationParts): Promise<Navigation> {
  const { referer, scope: { url } } = parts;
  if (referer === undefined || !isOtherPage(referer, url)) return await goTo(parts);
  if (!isSameHost(referer, url) && await hasStrictCookies(parts)) return await goTo(parts);
  if (isSameOrigin(referer, parts.main.url)) {
    const navigation = await followLinkOfShownPage(parts, referer);
    if (navigation !== undefined) return navigation;
  }
  await showEmptyPage(parts, referer);
  return await clickLink(parts);
}

/**
 * The page that the tab still shows, if it is one of the referer's site, takes the referer's address,
 * as a page that changes its view does: that saves the empty page.
 *
 * @returns `undefined` where the page doesn't let itself be used: it may be sandboxed, or turn each
 * link into a change of its view.
 */
async function followLinkOfShownPage(
  parts: NavigationParts,
  referer: string,
): Promise<Navigation | undefined> {
  const { documents, scope } = parts;
  try {
    if (!await takeAddressOf(parts, referer)) return undefined;
    documents.forget();
    const navigation = await clickLink(parts);
    return navigation.loaderId === undefined ? undefined : navigation;
  } catch {
    scope.signal.throwIfAborted();
    return undefined; // the page has just gone elsewhere
  }
}

async function takeAddressOf(parts: NavigationParts, address: string): Promise<boolean> {
  const contextId = await createWorld(parts);
  const expression = `(${takeAddress})(${JSON.stringify(address)})`;
  const { exceptionDetails } = await parts.cdp.send<{ exceptionDetails?: object }>(
    "Runtime.evaluate",
    { expression, contextId },
  );
  return exceptionDetails === undefined;
}

/** Sent to the page as source text. */
function takeAddress(address: string): void {
  history.replaceState(null, "", address);
  const policy = document.createElement("meta");
  policy.name = "referrer";
  policy.content = "unsafe-url";
  (document.head ?? document.documentElement).append(policy);
}

function isOtherPage(referer: string, url: string): boolean {
  const from = URL.parse(referer);
  if (from === null || !/^https?:$/.test(from.protocol)) return false;
  const to = new URL(url);
  from.hash = to.hash = ""; // from one part of a page to another nothing is requested
  return from.href !== to.href;
}

function isSameOrigin(referer: string, shown: string): boolean {
  return URL.parse(shown)?.origin === new URL(referer).origin;
}

function isSameHost(referer: string, url: string): boolean {
  return new URL(referer).hostname === new URL(url).hostname;
}

async function hasStrictCookies({ cdp, scope }: NavigationParts): Promise<boolean> {
  const { cookies } = await cdp.send<{ cookies: { sameSite?: string }[] }>("Network.getCookies", {
    urls: [scope.url],
  });
  return cookies.some(({ sameSite }) => sameSite === "Strict");
}

const EMPTY_PAGE = Buffer.from(`<!DOCTYPE html><link rel="icon" href="data:,">`).toString("base64");

/**
 * Shows an empty page in place of the one at an address. Everything is answered here, in a session
 * whose end lets requests through again. The tab is sent to the fetch's URL and from there to the
 * page, because a browser connects at once to where a navigation begins, whatever becomes of it.
 */
async function showEmptyPage(parts: NavigationParts, url: string): Promise<void> {
  const { tab, cdp, main, documents, guard, scope } = parts;
  const { loaderId } = main;
  const session = new ScopedSession(await scope.race(tab.attach()), scope);
  let answer: Answer = { responseCode: 302, responseHeaders: [{ name: "location", value: url }] };
  session.on<Paused>("Fetch.requestPaused", ({ requestId, resourceType, frameId }) => {
    // The page before may say something as it goes, which is not what the answers are for.
    if (resourceType !== "Document" || frameId !== main.id) {
      session.post("Fetch.failRequest", { requestId, errorReason: "Aborted" });
      return;
    }
    session.post("Fetch.fulfillRequest", { requestId, ...answer });
    answer = PAGE;
  });
  await Promise.all([
    session.send("Network.enable"),
    session.send("Network.setBypassServiceWorker", { bypass: true }),
    session.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] }),
  ]);
  await session.send("Page.navigate", { url: scope.url });
  await scope.race(
    main.until((main) => main.loaderId !== loaderId && main.loaded && !main.busy),
  );
  await scope.race(session.detach());
  documents.forget();
  guard.forget();
  await cdp.send("Page.resetNavigationHistory");
}

interface Paused {
  requestId: string;
  resourceType: string;
  frameId: string;
}

interface Answer {
  responseCode: number;
  responseHeaders: { name: string; value: string }[];
  body?: string;
}

const PAGE: Answer = {
  responseCode: 200,
  responseHeaders: [
    { name: "content-type", value: "text/html" },
    { name: "cache-control", value: "no-store" },
    { name: "referrer-policy", value: "unsafe-url" },
  ],
  body: EMPTY_PAGE,
};

/** Nobody can go back: the link's page takes the place of the empty one. */
async function clickLink(parts: NavigationParts): Promise<Navigation> {
  const { cdp, main, documents, scope } = parts;
  const { loaderId: before } = main;
  const contextId = await createWorld(parts);
  await cdp.send("Runtime.evaluate", {
    expression: `location.replace(${JSON.stringify(scope.url)})`,
    contextId,
    userGesture: true,
  });
  await scope.race(main.until(({ loaderId, busy }) => loaderId !== before || !busy));
  const loaderId = documents.firstRequested;
  return { loaderId, errorText: loaderId === undefined ? NOT_SENT : documents.errorOf(loaderId) };
}

async function createWorld({ cdp, main }: NavigationParts): Promise<number> {
  const { executionContextId } = await cdp.send<{ executionContextId: number }>(
    "Page.createIsolatedWorld",
    { frameId: main.id, worldName: "" },
  );
  return executionContextId;
}

const NOT_SENT = "net::ERR_FAILED";
