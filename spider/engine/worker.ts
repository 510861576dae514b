import type { SessionManager, SessionMap } from "@orbweaver/session";
import type { Callbacks } from "../callbacks.ts";
import { BlockedError } from "../errors.ts";
import type { Lease } from "../frontier/frontier.ts";
import type { LogLevel } from "../log.ts";
import { isOverloaded } from "../policy/blocked.ts";
import type { Budget } from "../policy/limits.ts";
import type { RetryPolicy } from "../policy/retry.ts";
import { retryAfterMs } from "../policy/retry_after.ts";
import { reasonOf } from "../reason.ts";
import { changedRequest, type Request, type Retries } from "../request.ts";
import { type FollowContext, Response } from "../response.ts";
import type { SharedBudget } from "../shared/shared_budget.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import type { Clock } from "./clock.ts";
import type { Escalator, Passage, Verdict } from "./escalator.ts";
import type { Flight } from "./flight.ts";
import type { Hooks } from "./hooks.ts";
import { type Page, readPage } from "./page.ts";
import type { Politeness } from "./politeness.ts";
import type { Recorder } from "./recorder.ts";

/** The settings that a worker looks at. */
export interface WorkerSettings {
  /** How often a request is tried again when the network fails. */
  maxNetworkRetries: number;
  /** How often a request is tried again when it is blocked. */
  maxBlockedRetries: number;
  /** The longest time a callback may take, in milliseconds; 0 for any. */
  callbackTimeoutMs: number;
  /** The most items and requests a page may give. */
  maxYieldsPerPage: number;
}

/** What a worker works with; it owns none of it. */
export interface WorkerParts<S extends SessionMap> {
  settings: WorkerSettings;
  /** The sessions that fetch. */
  sessions: SessionManager<S>;
  /** The spider's callbacks. */
  callbacks: Callbacks;
  /** The spider's hooks. */
  hooks: Hooks<unknown, S>;
  /** What a response needs to follow links. */
  follow: FollowContext;
  /** Whether a URL may be visited. */
  inScope: (url: string) => boolean;
  /** What keeps hosts from being asked too often. */
  politeness: Politeness;
  /** Which failures are tried again, and when. */
  retry: RetryPolicy;
  /** What may still be spent. */
  budget: Budget;
  /** What moves blocked requests to other sessions, where there is one. */
  escalator?: Escalator<S> | undefined;
  /** What all workers of a shared crawl may spend together, where it is one. */
  shared?: SharedBudget | undefined;
  /** Answers from a record, where there is one. */
  recorder?: Recorder | undefined;
  /** The fingerprint of a request. */
  fingerprintOf: (request: Request) => string;
  /** Tells the time. */
  clock: Clock;
  /** Where to count. */
  recording: StatsRecorder;
  /** Aborts what is in flight. */
  signal: AbortSignal;
  /** Writes a line into the log. */
  log: (level: LogLevel, message: string, error?: unknown) => void;
}

/** How an attempt at a request ended, if nothing was thrown. */
export type Ending =
  /** Its page is to be committed. */
  | { readonly kind: "read"; readonly page: Page; readonly bytes: number }
  /** It is left out. */
  | { readonly kind: "dropped" }
  /** It was leased too early. */
  | { readonly kind: "putBack"; readonly delayMs: number }
  /** Another request takes its place. */
  | { readonly kind: "again"; readonly request: Request; readonly delayMs: number };

interface Fetched<S extends SessionMap> {
  readonly response: Response<S>;
  readonly latencyMs: number;
}

const DROPPED: Ending = { kind: "dropped" };
const PUT_BACK: Ending = { kind: "putBack", delayMs: 0 };
/** Its host is closed, or about to be; until it is, nobody may go round and round. */
const PUT_BACK_AWHILE: Ending = { kind: "putBack", delayMs: 100 };

/** Takes one leased request through admission, fetch and callback; what comes of it is the engine's. */
export class Worker<S extends SessionMap> {
  readonly #parts: WorkerParts<S>;

  /** @param parts What it works with. */
  constructor(parts: WorkerParts<S>) {
    this.#parts = parts;
  }

  /**
   * Makes one attempt at a request.
   *
   * @param flight The request.
   * @throws Whatever it fails with for good.
   */
  async visit(flight: Flight): Promise<Ending> {
    const recorded = await this.#replay(flight.lease);
    if (recorded !== undefined) return await this.#read(flight, recorded);
    const turnedAway = await this.#admit(flight);
    if (turnedAway !== undefined) return turnedAway;
    const { escalator } = this.#parts;
    const passage = this.#passageOf(flight.lease.payload);
    if (passage === "wait") return PUT_BACK_AWHILE;
    try {
      return await this.#travel(flight, passage);
    } finally {
      escalator?.ended(flight.lease.payload, passage);
    }
  }

  async #travel(flight: Flight, passage: Passage): Promise<Ending> {
    let fetched: Fetched<S>;
    try {
      fetched = await this.#fetch(flight, passage);
    } catch (error) {
      return this.#againAfter(error, flight.lease.payload, passage);
    }
    return await this.#accept(flight, fetched, passage);
  }

  #passageOf(request: Request): Passage | "wait" {
    const { escalator, sessions } = this.#parts;
    if (escalator !== undefined) return escalator.passageOf(request);
    const { sid = sessions.defaultId, url, options } = request;
    return { sid, url, options };
  }

  /** Gives an ending for a request that is not to be fetched, or not now. */
  async #admit({ lease }: Flight): Promise<Ending | undefined> {
    const { politeness, budget, shared, recording: { stats }, log } = this.#parts;
    if (budget.isSpent(lease.key)) return await this.#leaveOut(lease.key);
    const admission = await politeness.admit(lease);
    if (admission.kind === "later") return PUT_BACK;
    if (admission.kind === "go") {
      const begun = await shared?.begin(lease.key) ?? "ok";
      if (begun === "ok") return undefined;
      return begun === "limit" ? PUT_BACK : await this.#leaveOut(lease.key);
    }
    await politeness.unused(lease.key);
    if (admission.kind === "refused") throw admission.error;
    stats.robotsDisallowedCount += 1;
    log("debug", `robots.txt disallows ${lease.payload.url} by '${admission.pattern}'`);
    return DROPPED;
  }

  /** A host that has had all it may is asked nothing more. */
  async #leaveOut(host: string): Promise<Ending> {
    this.#parts.recording.stats.limitedRequestsCount += 1;
    await this.#parts.politeness.unused(host);
    return DROPPED;
  }

  async #fetch(flight: Flight, passage: Passage): Promise<Fetched<S>> {
    const { sessions, recording, clock, budget, signal, follow, politeness } = this.#parts;
    const { payload: request, key: host, token } = flight.lease;
    const { sid, url, course } = passage;
    flight.hasBegun = true;
    budget.began(host);
    const startedAt = clock.now();
    const options = { ...passage.options, sid, signal };
    const fetch = () => sessions.fetch(url, options as never);
    const response = course?.role === "scout"
      ? await politeness.alone(flight.lease, fetch)
      : await fetch();
    const latencyMs = response.timing?.totalMs ?? clock.now() - startedAt;
    recording.fetched({ token, host, sid, response, latencyMs });
    return { response: new Response<S>(response, request, follow), latencyMs };
  }

  /** From fetched to read, unless the answer is a block or leads astray. */
  async #accept(
    flight: Flight,
    { response, latencyMs }: Fetched<S>,
    passage: Passage,
  ): Promise<Ending> {
    const { inScope, hooks, politeness, escalator, recording: { stats }, clock } = this.#parts;
    if (!inScope(response.url)) { // a redirect may lead where a link must not
      stats.offsiteRequestsCount += 1;
      return DROPPED;
    }
    this.#limitTime(flight);
    const verdict = this.#judge(response, passage, await hooks.blockedReason(response));
    const ok = response.ok && verdict === undefined;
    const retryAfter = ok
      ? undefined
      : retryAfterMs(response.headers.get("retry-after"), clock.now());
    await politeness.answered(flight.lease, { latencyMs, ok, retryAfterMs: retryAfter });
    if (verdict !== undefined) return await this.#blocked(flight, response, passage, verdict);
    await escalator?.passed(flight.lease.payload, passage, response);
    await this.#record(response);
    return await this.#read(flight, response);
  }

  #judge(response: Response<S>, passage: Passage, reason: false | string): Verdict | undefined {
    const { escalator } = this.#parts;
    if (escalator !== undefined) {
      return escalator.judge(response.request, passage, response, reason);
    }
    return reason === false ? undefined : { reason, challenge: undefined };
  }

  async #read(flight: Flight, response: Response<S>): Promise<Ending> {
    const { callbacks, hooks, settings, recording } = this.#parts;
    const callback = callbacks.nameOf(response.request.callback ?? "parse");
    recording.handled(callback, flight.lease.token);
    this.#limitTime(flight);
    const page = await readPage(flight, response, {
      callbacks,
      hooks,
      maxYields: settings.maxYieldsPerPage,
    });
    return { kind: "read", page, bytes: response.body.byteLength };
  }

  /** From here on it is in the hands of the spider's own code, which may never come back. */
  #limitTime(flight: Flight): void {
    const { settings, clock } = this.#parts;
    flight.deadline = clock.now() + (settings.callbackTimeoutMs || Infinity);
  }

  /** A failure that may pass is tried again; any other is thrown on. */
  #againAfter(error: unknown, request: Request, passage: Passage): Ending {
    const { retry, settings, recording, signal, log, escalator } = this.#parts;
    const { network } = request.retries;
    const method = String(request.options.method ?? "GET");
    if (signal.aborted) throw error;
    const givenBack = escalator?.failed(request, passage, error);
    if (givenBack !== undefined) return { kind: "again", request: givenBack, delayMs: 0 };
    if (network >= settings.maxNetworkRetries) throw error;
    if (!retry.mayRetry(error, method)) throw error;
    recording.stats.retriedRequestsCount += 1;
    const delayMs = retry.delayMs(network);
    const reason = reasonOf(error);
    log("info", `${request} is tried again in ${Math.round(delayMs)} ms: ${reason}`, error);
    const retries = Object.freeze({ ...request.retries, network: network + 1 });
    return { kind: "again", request: changedRequest(request, { retries }), delayMs };
  }

  async #blocked(
    flight: Flight,
    response: Response<S>,
    passage: Passage,
    { reason, challenge }: Verdict,
  ): Promise<Ending> {
    const { hooks, retry, settings, recording, log, escalator } = this.#parts;
    const { payload: request, key: host } = flight.lease;
    const { blocked } = request.retries;
    recording.blocked(host, reason);
    if (challenge !== undefined) {
      const elsewhere = escalator?.blocked(request, passage, response, challenge);
      if (elsewhere !== undefined) return { kind: "again", request: elsewhere, delayMs: 0 };
    }
    // What is empty without JavaScript is so another time.
    if (blocked >= settings.maxBlockedRetries || challenge?.needsJavaScript) {
      throw new BlockedError(request.url, {
        reason,
        status: response.status,
        attempts: blocked + 1,
      });
    }
    const chosen = await hooks.again(retryOf(request), response);
    const delayMs = isOverloaded(response.status) ? retry.delayMs(blocked) : 0;
    log("info", `${request} is blocked (${reason}) and tried again`);
    // The count is ours: a hook that makes a request of its own must not begin anew for ever.
    const retries = Object.freeze({ ...retriesOf(chosen, request), blocked: blocked + 1 });
    const again = changedRequest(chosen, { retries, depth: request.depth, dontFilter: true });
    return { kind: "again", request: again, delayMs };
  }

  async #replay(
    { payload: request, key, token }: Lease<Request>,
  ): Promise<Response<S> | undefined> {
    const { recorder, fingerprintOf, recording, sessions, follow, politeness } = this.#parts;
    if (recorder === undefined) return undefined;
    const response = await recorder.replay(request, fingerprintOf(request));
    if (response === undefined) {
      recording.stats.cacheMisses += 1;
      return undefined;
    }
    await politeness.unused(key);
    recording.stats.cacheHits += 1;
    const sid = request.sid ?? sessions.defaultId;
    recording.fetched({ token, host: key, sid, response, latencyMs: 0 });
    return new Response<S>(response, request, follow);
  }

  /** A page that can't be recorded is as good as any other. */
  async #record(response: Response<S>): Promise<void> {
    const { recorder, fingerprintOf, log } = this.#parts;
    const { request } = response;
    await recorder?.record(request, fingerprintOf(request), response)
      .catch((error) => log("error", `${request} was not recorded: ${reasonOf(error)}`, error));
  }
}

/** A hook that chooses another session means that one, and not the one that escalation chose. */
function retriesOf(chosen: Request, { sid, retries }: Request): Retries {
  return chosen.sid === sid ? retries : { ...retries, sid: undefined };
}

/** What takes the place of a blocked request: behind the others, and without the proxy it came through. */
function retryOf(request: Request): Request {
  const { proxy: _, ...options } = request.options;
  return changedRequest(request, {
    priority: request.priority - 1,
    dontFilter: true,
    options: Object.freeze(options),
  });
}
