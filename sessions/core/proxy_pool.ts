import type { Clock } from "./clock.ts";
import { InvalidOptionError } from "./errors.ts";
import { type ProxyCredentials, ProxyServer } from "./proxy_server.ts";

/** What a {@linkcode ProxyPool} knows about one of its proxies. */
export interface ProxyStats {
  /** Where the proxy is, without credentials. */
  readonly server: string;
  /** How often it was handed out. */
  readonly requests: number;
  /** How many failures were reported. */
  readonly failures: number;
  /** How many failures were reported since the last success. */
  readonly consecutiveFailures: number;
  /** How many bytes were reported. */
  readonly bytes: number;
  /** Until when it is left alone, in milliseconds since 1970; missing for a healthy proxy. */
  readonly coolingUntil?: number;
}

/** What a {@linkcode ProxyStrategy} may base its choice on. */
export interface ProxyPoolState {
  /** The host that the request goes to, where the caller told. */
  readonly host: string | undefined;
  /** Every proxy of the pool, in the order given, those in cool-down included. */
  readonly all: readonly ProxyServer[];
  /** The proxy chosen last. */
  readonly last: ProxyServer | undefined;
  /** Counters and health of a proxy of the pool. */
  statsOf(proxy: ProxyServer): ProxyStats;
}

/**
 * Chooses one of the proxies that may be used now; there is at least one.
 *
 * @param proxies Those that are healthy and not excluded.
 * @param state What the pool knows.
 * @returns One of `proxies`.
 */
export type ProxyStrategy = (
  proxies: readonly ProxyServer[],
  state: ProxyPoolState,
) => ProxyServer;

/** Settings of a {@linkcode ProxyPool}. */
export interface ProxyPoolOptions {
  /** How to choose among the healthy ones. Default "cyclic": one after the other, in the order given. */
  strategy?: "cyclic" | ProxyStrategy;
  /** Keep to one proxy per host for as long as it is healthy. Default false. */
  stickyHosts?: boolean;
  /** How many failures in a row put a proxy in cool-down. Default 3. */
  maxFailures?: number;
  /** The first cool-down, in milliseconds; it doubles while the proxy keeps failing. Default 30000. */
  cooldownMs?: number;
  /** The longest cool-down, in milliseconds. Default 900000 (15 minutes). */
  maxCooldownMs?: number;
  /** The clock. Default `Date.now`. */
  now?: Clock;
}

/** What a proxy is wanted for. */
export interface ProxyWanted {
  /** The host that the request goes to, for stickiness and for the strategy. */
  host?: string;
  /** Proxies to avoid if there is another healthy one, as those that failed this request before. */
  exclude?: Iterable<ProxyServer>;
}

/** How a request through a proxy went. */
export interface ProxyOutcome {
  /** True if the proxy did its part, whatever the site answered. */
  ok: boolean;
  /** Bytes received through it. Default 0. */
  bytes?: number;
}

interface Entry {
  readonly proxy: ProxyServer;
  requests: number;
  failures: number;
  bytes: number;
  consecutiveFailures: number;
  cooldowns: number;
  coolingUntil: number;
}

/** A host's proxy is remembered for so many hosts; a crawl may meet millions. */
const MAX_STICKY_HOSTS = 10_000;

/**
 * Proxies to take turns with. One that fails several times in a row is left alone for a while,
 * longer each time, and is used again afterwards; one success makes it healthy.
 *
 * `next` never waits and never fails: when every proxy is in cool-down it gives the one that
 * recovers first, for a request through a doubtful proxy is worth more than none.
 *
 * @example
 * ```ts
 * import { ProxyPool } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const pool = new ProxyPool(["http://one.example:8080", "http://two.example:8080"], {
 *   maxFailures: 1,
 * });
 * const first = pool.next({ host: "shop.example" });
 * pool.report(first, { ok: false });
 * assert.equal(pool.next().server, "http://two.example:8080");
 * assert.equal(pool.next().server, "http://two.example:8080", "the first is in cool-down");
 * ```
 *
 * @example A strategy of one's own: the least used
 * ```ts
 * import { ProxyPool } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const pool = new ProxyPool(["http://one.example:8080", "http://two.example:8080"], {
 *   strategy: (proxies, state) =>
 *     proxies.reduce((a, b) => state.statsOf(b).requests < state.statsOf(a).requests ? b : a),
 * });
 * assert.deepEqual([pool.next(), pool.next()], pool.proxies);
 * ```
 */
export class ProxyPool {
  /** The proxies, in the order given. */
  readonly proxies: readonly ProxyServer[];
  readonly #inOrder: readonly Entry[];
  readonly #entries: ReadonlyMap<ProxyServer, Entry>;
  /** Missing for the cyclic one, which needs no list of all that are usable. */
  readonly #strategy: ProxyStrategy | undefined;
  readonly #settings: Required<Omit<ProxyPoolOptions, "strategy">>;
  readonly #stickyHosts = new Map<string, Entry>();
  #last: Entry | undefined;

  /**
   * Makes a pool.
   *
   * @param proxies URLs such as `"http://user:password@host:8080"`, or server and credentials apart.
   * @param options Strategy, stickiness and health; all have defaults.
   * @throws {InvalidOptionError} If there is no proxy, one twice, or one that is malformed.
   */
  constructor(proxies: readonly (string | ProxyCredentials)[], options: ProxyPoolOptions = {}) {
    this.#settings = checkedSettings(options);
    this.#strategy = strategyOf(options.strategy);
    this.proxies = Object.freeze(readProxies(proxies));
    this.#inOrder = this.proxies.map(newEntry);
    this.#entries = new Map(this.#inOrder.map((entry) => [entry.proxy, entry]));
  }

  /** How many proxies there are. */
  get size(): number {
    return this.proxies.length;
  }

  /**
   * The proxy for a request. Of the healthy ones that are not excluded, the host's own or the
   * strategy's choice; else an excluded healthy one; else the one whose cool-down ends first.
   *
   * @param wanted The host, and proxies to avoid.
   * @throws {InvalidOptionError} If the strategy gives something that it was not offered.
   */
  next(wanted: ProxyWanted = {}): ProxyServer {
    const host = wanted.host?.toLowerCase();
    const entry = this.#choose(host, new Set(wanted.exclude));
    if (this.#settings.stickyHosts && host !== undefined) this.#remember(host, entry);
    entry.requests += 1;
    this.#last = entry;
    return entry.proxy;
  }

  /**
   * Says how a request through a proxy went. A request that the user aborted says nothing about the
   * proxy: don't report it.
   *
   * @param proxy What {@linkcode ProxyPool.next} gave.
   * @param outcome Whether the proxy did its part, and how many bytes came through it.
   * @throws {InvalidOptionError} If the proxy is not of this pool.
   */
  report(proxy: ProxyServer, outcome: ProxyOutcome): void {
    const entry = this.#entry(proxy);
    entry.bytes += outcome.bytes ?? 0;
    if (outcome.ok) return recover(entry);
    entry.failures += 1;
    entry.consecutiveFailures += 1;
    this.#coolDown(entry);
  }

  /** Counters and health of every proxy, in the order given. */
  stats(): ProxyStats[] {
    return this.proxies.map((proxy) => this.#statsOf(proxy));
  }

  #choose(host: string | undefined, excluded: ReadonlySet<ProxyServer>): Entry {
    const isHealthy = (entry: Entry) => !this.#isCooling(entry);
    const isFresh = (entry: Entry) => isHealthy(entry) && !excluded.has(entry.proxy);
    const sticky = host === undefined ? undefined : this.#stickyHosts.get(host);
    if (sticky !== undefined && isFresh(sticky)) return sticky;
    return this.#pick(isFresh, host) ?? this.#pick(isHealthy, host) ??
      this.#recoversFirst(excluded);
  }

  #pick(isUsable: (entry: Entry) => boolean, host: string | undefined): Entry | undefined {
    if (this.#strategy === undefined) return this.#nextInLine(isUsable);
    const offered = this.#inOrder.filter(isUsable).map((entry) => entry.proxy);
    return offered.length === 0 ? undefined : this.#ask(this.#strategy, offered, host);
  }

  /** The first usable one after the last used, in the pool's order. */
  #nextInLine(isUsable: (entry: Entry) => boolean): Entry | undefined {
    const after = this.#last === undefined ? 0 : this.#inOrder.indexOf(this.#last) + 1;
    for (let i = 0; i < this.#inOrder.length; i++) {
      const entry = this.#inOrder[(after + i) % this.#inOrder.length]!;
      if (isUsable(entry)) return entry;
    }
    return undefined;
  }

  #ask(strategy: ProxyStrategy, offered: readonly ProxyServer[], host: string | undefined): Entry {
    const chosen = strategy(offered, {
      host,
      all: this.proxies,
      last: this.#last?.proxy,
      statsOf: (proxy) => this.#statsOf(proxy),
    });
    if (offered.includes(chosen)) return this.#entry(chosen);
    const received = chosen instanceof ProxyServer ? chosen.server : typeof chosen;
    throw new InvalidOptionError("strategy", received, "a function that returns one of 'proxies'");
  }

  #recoversFirst(excluded: ReadonlySet<ProxyServer>): Entry {
    const fresh = this.#inOrder.filter((entry) => !excluded.has(entry.proxy));
    return (fresh.length > 0 ? fresh : this.#inOrder)
      .reduce((a, b) => b.coolingUntil < a.coolingUntil ? b : a);
  }

  #remember(host: string, entry: Entry): void {
    this.#stickyHosts.delete(host); // to the end: the host asked for longest ago is forgotten first
    this.#stickyHosts.set(host, entry);
    if (this.#stickyHosts.size <= MAX_STICKY_HOSTS) return;
    for (const oldest of this.#stickyHosts.keys()) {
      this.#stickyHosts.delete(oldest);
      return;
    }
  }

  #coolDown(entry: Entry): void {
    if (entry.consecutiveFailures < this.#settings.maxFailures) return;
    // Requests that were under way when it began must not make it longer.
    if (this.#isCooling(entry)) return;
    const { cooldownMs, maxCooldownMs, now } = this.#settings;
    entry.coolingUntil = now() + Math.min(cooldownMs * 2 ** entry.cooldowns, maxCooldownMs);
    entry.cooldowns += 1;
  }

  #isCooling(entry: Entry): boolean {
    return entry.coolingUntil > 0 && this.#settings.now() < entry.coolingUntil;
  }

  #entry(proxy: ProxyServer): Entry {
    const entry = this.#entries.get(proxy);
    if (entry !== undefined) return entry;
    throw new InvalidOptionError("proxy", String(proxy), "one that this pool's next() gave");
  }

  #statsOf(proxy: ProxyServer): ProxyStats {
    const entry = this.#entry(proxy);
    const { requests, failures, consecutiveFailures, bytes, coolingUntil } = entry;
    const counters = { server: proxy.server, requests, failures, consecutiveFailures, bytes };
    return this.#isCooling(entry) ? { ...counters, coolingUntil } : counters;
  }
}

function newEntry(proxy: ProxyServer): Entry {
  const counters = { requests: 0, failures: 0, bytes: 0, consecutiveFailures: 0 };
  return { proxy, ...counters, cooldowns: 0, coolingUntil: 0 };
}

function recover(entry: Entry): void {
  entry.consecutiveFailures = 0;
  entry.cooldowns = 0;
  entry.coolingUntil = 0;
}

function strategyOf(strategy: ProxyPoolOptions["strategy"] = "cyclic"): ProxyStrategy | undefined {
  if (strategy === "cyclic") return undefined;
  if (typeof strategy === "function") return strategy;
  throw new InvalidOptionError("strategy", strategy, `"cyclic" or a function`);
}

function readProxies(proxies: readonly (string | ProxyCredentials)[]): ProxyServer[] {
  if (!Array.isArray(proxies) || proxies.length === 0) {
    const received = Array.isArray(proxies) ? "an empty list" : typeof proxies;
    throw new InvalidOptionError("proxies", received, "a list of at least one proxy");
  }
  const servers = proxies.map((proxy) => new ProxyServer(proxy));
  const seen = new Set<string>();
  for (const { url, server } of servers) {
    if (seen.has(url)) throw new InvalidOptionError("proxies", server, "listed once each");
    seen.add(url);
  }
  return servers;
}

function checkedSettings(options: ProxyPoolOptions): Required<Omit<ProxyPoolOptions, "strategy">> {
  const { stickyHosts = false, now = Date.now } = options;
  const { maxFailures = 3, cooldownMs = 30_000, maxCooldownMs = 900_000 } = options;
  if (!Number.isInteger(maxFailures) || maxFailures < 1) {
    throw new InvalidOptionError("maxFailures", maxFailures, "a whole number, at least 1");
  }
  for (const [name, value] of Object.entries({ cooldownMs, maxCooldownMs })) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new InvalidOptionError(name, value, "a number of milliseconds, 0 or more");
  }
  return { stickyHosts, now, maxFailures, cooldownMs, maxCooldownMs };
}
