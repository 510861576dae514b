import { FetchSession } from "@orbweaver/fetch-session";
import type { SessionMap } from "@orbweaver/session";
import type { Frontier } from "../frontier/frontier.ts";
import type { RetryPolicy } from "../policy/retry.ts";
import { Robots } from "../policy/robots.ts";
import { AutoThrottle } from "../policy/throttle.ts";
import type { Request } from "../request.ts";
import type { Spider } from "../spider.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import type { Clock } from "./clock.ts";
import { Politeness } from "./politeness.ts";

/** What a spider's politeness works with. */
export interface PolitenessSetting {
  frontier: Frontier<Request>;
  clock: Clock;
  retry: RetryPolicy;
  recording: StatsRecorder;
  /** Ends what is under way. */
  signal: AbortSignal;
  /** Closes what is opened here. */
  resources: AsyncDisposableStack;
}

/** How far a varying delay goes either way (as in Scrapy's RANDOMIZE_DOWNLOAD_DELAY). */
const SPREAD = 0.5;

/** Puts together what a spider's members ask for. */
export function politenessOf<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  setting: PolitenessSetting,
): Politeness {
  const { autothrottle, concurrentRequestsPerDomain } = spider;
  return new Politeness({
    frontier: setting.frontier,
    clock: setting.clock,
    recording: setting.recording,
    delayMs: spider.downloadDelayMs,
    spread: spider.randomizeDelay ? SPREAD : 0,
    robots: spider.robotsTxtObey ? robotsOf(spider.robotsUserAgent, setting) : undefined,
    throttle: autothrottle === false
      ? undefined
      : new AutoThrottle(autothrottle === true ? {} : autothrottle, concurrentRequestsPerDomain),
  });
}

/** Its own plain session: a browser is no client for a text file, and a cookie no part of the asking. */
function robotsOf(agent: string, { clock, retry, signal, resources }: PolitenessSetting): Robots {
  const session = resources.use(
    new FetchSession({
      impersonate: false,
      stealthyHeaders: false,
      headers: { "user-agent": agent },
      retries: 1,
    }),
  );
  const fetch = (url: string) => session.fetch(url, { signal });
  return new Robots({ fetch, agent, clock, retry, signal });
}
