import type { Keeper } from "../durable/keeper.ts";
import { storedRobots } from "../durable/stored_robots.ts";
import { ThrottleKeeper } from "../durable/throttle_keeper.ts";
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
  /** Takes what is to be kept beyond this process, where something is. */
  keepers?: Keeper[] | undefined;
}

/** How far a varying delay goes either way (as in Scrapy's RANDOMIZE_DOWNLOAD_DELAY). */
const SPREAD = 0.5;

/** Puts together what a spider's members ask for. */
export function politenessOf<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  setting: PolitenessSetting,
): Politeness {
  return new Politeness({
    frontier: setting.frontier,
    clock: setting.clock,
    recording: setting.recording,
    delayMs: spider.downloadDelayMs,
    spread: spider.randomizeDelay ? SPREAD : 0,
    robots: spider.robotsTxtObey ? robotsOf(spider.robotsUserAgent, setting) : undefined,
    throttle: throttleOf(spider, setting),
  });
}

function throttleOf<Item, S extends SessionMap>(
  { autothrottle, concurrentRequestsPerDomain }: Spider<Item, S>,
  { frontier, keepers }: PolitenessSetting,
): AutoThrottle | undefined {
  if (autothrottle === false) return undefined;
  const options = autothrottle === true ? {} : autothrottle;
  const throttle = new AutoThrottle(options, concurrentRequestsPerDomain);
  keepers?.push(new ThrottleKeeper(throttle, frontier));
  return throttle;
}

/** Its own plain session: a browser is no client for a text file, and a cookie no part of the asking. */
function robotsOf(agent: string, setting: PolitenessSetting): Robots {
  const { frontier, clock, retry, signal, resources, keepers } = setting;
  const session = resources.use(
    new FetchSession({
      impersonate: false,
      stealthyHeaders: false,
      headers: { "user-agent": agent },
      retries: 1,
    }),
  );
  const ask = (url: string) => session.fetch(url, { signal });
  const fetch = keepers === undefined ? ask : storedRobots(ask, frontier.state, clock);
  return new Robots({ fetch, agent, clock, retry, signal });
}
