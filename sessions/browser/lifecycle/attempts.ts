import {
  ProxyAuthError,
  ProxyError,
  type ProxyServer,
  Response,
  SessionError,
} from "@orbweaver/session";
import type { FetchScope } from "../cdp/fetch_scope.ts";
import { BrowserCrashedError, NavigationError, TabCrashedError } from "../errors.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import type { PagePlan } from "../options/plan.ts";
import type { Fleet, Variant } from "./fleet.ts";
import type { Route } from "./route.ts";
import type { RunningBrowser } from "./running_browser.ts";
import { Visit } from "./visit.ts";

/** Failures of the network that may be gone a moment later; others (certificates, …) stay. */
const PASSING =
  /ERR_(?:CONNECTION|EMPTY_RESPONSE|NETWORK|INTERNET|TIMED_OUT|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|SOCKET|HTTP2|QUIC|CONTENT_LENGTH|INCOMPLETE_CHUNKED)/;

/** What the tries of a fetch have in common. */
export interface Attempts<Page> {
  readonly fleet: Fleet<Page>;
  readonly variant: Variant;
  readonly route: Route;
  readonly plan: PagePlan<Page>;
  readonly scope: FetchScope;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Whether pages are come to by links. */
  readonly followsLinks: boolean;
  /** The emulation for a browser. */
  commands(browser: RunningBrowser<Page>): readonly CdpCommand[];
}

/** Takes the answer of a fetch, or its failure, before its tab is clean again. */
export type Answer = PromiseWithResolvers<Response>;

/**
 * Tries to fetch a page until it is answered, fails for good, or was tried often enough. A browser or
 * tab that crashes costs a try like a network that fails, but no wait.
 *
 * @param attempts What to try.
 * @param answer Takes the outcome; the work goes on until the tab is fit for the next fetch.
 */
export async function tryRepeatedly<Page>(
  attempts: Attempts<Page>,
  answer: Answer,
): Promise<void> {
  const { scope, retries, retryDelayMs } = attempts;
  const startedAt = Date.now();
  for (let attempt = 1;; attempt++) {
    const error = await tryOnce(attempts, attempt, startedAt, answer);
    if (error === undefined) return;
    if (attempt >= retries || !isPassing(error) || scope.signal.aborted) {
      return answer.reject(counted(error, attempt));
    }
    if (isCrash(error)) continue;
    scope.enter("Waiting for the next try");
    await scope.pause(retryDelayMs * 2 ** (attempt - 1));
  }
}

/** Gives what the try failed with; `undefined` if it was answered. */
async function tryOnce<Page>(
  attempts: Attempts<Page>,
  attempt: number,
  startedAt: number,
  answer: Answer,
): Promise<unknown> {
  const { route } = attempts;
  const proxy = route.next();
  try {
    await visitOnce(attempts, proxy, (response) => {
      route.succeeded(response);
      const meta = { ...response.meta, attempts: attempt };
      const timing = { startedAt, totalMs: Date.now() - startedAt };
      answer.resolve(new Response({ ...response.data, ...through(proxy), meta, timing }));
    });
    return undefined;
  } catch (error) {
    route.failed(error);
    return error;
  }
}

async function visitOnce<Page>(
  { fleet, variant, plan, scope, commands, followsLinks }: Attempts<Page>,
  proxy: ProxyServer | undefined,
  onAnswer: (response: Response) => void,
): Promise<void> {
  const next = { url: scope.url, plan };
  const visit = await Visit.open({ fleet, variant, proxy }, next, scope.fork());
  try {
    const { browser } = visit;
    const meta = { browserVersion: browser.version };
    onAnswer(await visit.run({ plan, commands: commands(browser), followsLinks, meta }));
  } finally {
    await visit.end();
  }
}

function through(proxy: ProxyServer | undefined): { proxy?: string } {
  return proxy === undefined ? {} : { proxy: proxy.server };
}

function counted(error: unknown, attempts: number): unknown {
  if (error instanceof SessionError) error.attempts ??= attempts;
  return error;
}

function isPassing(error: unknown): boolean {
  if (isCrash(error)) return true;
  if (error instanceof NavigationError) return PASSING.test(error.code);
  return error instanceof ProxyError && !(error instanceof ProxyAuthError);
}

function isCrash(error: unknown): boolean {
  return error instanceof BrowserCrashedError || error instanceof TabCrashedError;
}
