import type { SessionIdentity } from "@orbweaver/session";
import type { Clock } from "../engine/clock.ts";
import type { Request } from "../request.ts";
import type { Challenge } from "./challenge.ts";
import {
  type EscalationRecord,
  readEscalationRecord,
  writeEscalationRecord,
} from "./escalation_record.ts";
import { LruMap } from "./lru_map.ts";
import { routeOf } from "./route.ts";

/** What a host wants to see again once it has let a session pass. */
export interface Pass {
  /** The session that was let in. */
  readonly sid: string;
  /** Who that session says it is. */
  readonly identity: SessionIdentity;
  /** The proxy it came through, without credentials; `undefined` for none. */
  readonly proxy: string | undefined;
}

/** The way a request takes this time. */
export interface Course {
  /** The session that fetches it. */
  readonly sid: string;
  /** The session that the request names. */
  readonly ownSid: string;
  /**
   * What it is for: "plain" is a request like any other; a "scout" finds out, alone, whether a session
   * above is let in; a "probe" finds out whether the request's own session is good enough by now.
   */
  readonly role: "plain" | "scout" | "probe";
  /** What the host wants to see; only where the request's own session fetches. */
  readonly pass: Pass | undefined;
}

/** What becomes of a request that was blocked. */
export type Answer =
  /** It goes to a session above. */
  | { readonly kind: "up"; readonly sid: string }
  /** It is asked for once more as before: another one has learnt something meanwhile. */
  | { readonly kind: "again" }
  /** Escalation has no advice. */
  | { readonly kind: "none" };

/** What was learnt about a host and a shape of paths. */
export interface EscalatedRoute {
  /** The session that fetches it now. */
  sid: string;
  /** Why its own session was not good enough. */
  reason: string;
}

interface Host {
  pass: Pass | undefined;
  /** The scout that is on its way, and since when. */
  scout: { readonly since: number; readonly challenge: Challenge } | undefined;
}

interface Route {
  /** The session that has to fetch it; `undefined` for the one that a request names. */
  sid: string | undefined;
  reason: string;
  /** When its own session is tried again. */
  probeAt: number;
  probeWaitMs: number;
  /** Until when no session above is tried, since none was let in. */
  hopelessUntil: number;
  hopelessWaitMs: number;
  /** How many pages came with which pass. */
  served: { readonly pass: Pass; count: number } | undefined;
  /** A browser shows the page just as empty. */
  isEmptyByNature: boolean;
}

/** What the policy works with. */
export interface EscalationParts {
  /** The sessions, the cheapest first. */
  readonly ladder: readonly string[];
  /** The session of a request that names none. */
  readonly defaultSid: string;
  /** Tells the time. */
  readonly clock: Clock;
}

/** So many hosts and routes are remembered; those not met for longest are forgotten. */
const MOST_HOSTS = 10_000;
const MOST_ROUTES = 10_000;
/** A scout that was not heard of for so long is lost, and another one may go. */
const SCOUT_LIMIT_MS = 60_000;
const FIRST_PROBE_MS = 60_000;
const LONGEST_PROBE_MS = 3_600_000;
const FIRST_HOPELESS_MS = 10 * 60_000;
const LONGEST_HOPELESS_MS = 6 * 3_600_000;
/** A pass that was good for fewer pages costs more than it saves. */
const WORTHWHILE_PAGES = 3;
const START_AGAIN_MS = 60_000;

/**
 * Decides which of several sessions fetches a request: the cheapest that the host lets in. A request
 * that is blocked moves up a session; what that one earned (cookies, and the identity they are bound to)
 * is tried with the cheap one again. Where that works, the host is served cheaply, and the next block
 * means that the pass is over; where it does not, the route stays with the session above, and the cheap
 * one is tried now and then. A route is a host and the shape of a path.
 *
 * It decides only: fetching, handing over and queueing are the engine's.
 */
export class Escalation {
  readonly #ladder: readonly string[];
  readonly #defaultSid: string;
  readonly #clock: Clock;
  readonly #hosts = new LruMap<Host>(MOST_HOSTS);
  readonly #routes = new LruMap<Route>(MOST_ROUTES);
  /** Sessions that do not start, and when it may be tried again. */
  readonly #failedUntil = new Map<string, number>();
  #isChanged = false;

  /** @param parts What it works with. */
  constructor({ ladder, defaultSid, clock }: EscalationParts) {
    this.#ladder = ladder;
    this.#defaultSid = defaultSid;
    this.#clock = clock;
  }

  /** Whether there is something that {@linkcode Escalation.save} did not give yet. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /**
   * The way that a request takes now.
   *
   * @param request The request.
   * @param above The sessions above its own that could fetch it.
   * @returns `undefined` if its session is not one of those; "wait" while a scout is on its way.
   */
  courseOf(request: Request, above: readonly string[]): Course | "wait" | undefined {
    const ownSid = request.sid ?? this.#defaultSid;
    if (!this.#ladder.includes(ownSid)) return undefined;
    const host = this.#hosts.get(request.host);
    const route = this.#routes.get(routeOf(request.url));
    const { sid: asked } = request.retries;
    if (asked !== undefined && this.#canGo(asked, above)) {
      return {
        sid: asked,
        ownSid,
        role: route?.sid === asked ? "plain" : "scout",
        pass: undefined,
      };
    }
    const pass = host?.pass !== undefined && above.includes(host.pass.sid) ? host.pass : undefined;
    if (route?.sid !== undefined && this.#canGo(route.sid, above)) {
      return this.#learntCourse(route, route.sid, ownSid, pass);
    }
    if (host !== undefined && this.#hasScout(host)) return "wait";
    return { sid: ownSid, ownSid, role: "plain", pass };
  }

  /**
   * Whether a page that is empty without its scripts may be better elsewhere.
   *
   * @param request The request.
   * @param course How it was fetched.
   */
  mindsEmptyPages({ url }: Request, { sid }: Course): boolean {
    return sid !== this.#ladder.at(-1) && !this.#routes.get(routeOf(url))?.isEmptyByNature;
  }

  /**
   * Learns from a block, and says what to do.
   *
   * @param request The request.
   * @param course How it was fetched.
   * @param challenge What came instead of the page.
   * @param above The sessions above its own that could fetch it, the cheapest first.
   */
  blocked(
    request: Request,
    course: Course,
    challenge: Challenge,
    above: readonly string[],
  ): Answer {
    const moves = request.retries.escalated ?? 0;
    if (moves > 2 * this.#ladder.length) return this.#giveUp(request, course);
    if (course.sid === course.ownSid) return this.#blockedBelow(request, course, challenge, above);
    const next = above.slice(above.indexOf(course.sid) + 1).find((sid) => this.#canGo(sid, above));
    if (next === undefined) return this.#giveUp(request, course);
    return this.#sendScout(this.#hostOf(request.host), challenge, next);
  }

  /**
   * Learns from a page that came.
   *
   * @param request The request.
   * @param course How it was fetched.
   * @param earned What it came with; of a scout only.
   * @returns "cleared" if the request's own session is tried again from now on.
   */
  passed(
    request: Request,
    course: Course,
    earned?: Omit<Pass, "sid"> & { readonly isEmpty: boolean },
  ): "cleared" | undefined {
    if (course.sid === course.ownSid) return this.#passedPlainly(request, course);
    if (course.role !== "scout" || earned === undefined) return undefined;
    const host = this.#hostOf(request.host);
    const challenge = host.scout?.challenge;
    host.scout = undefined;
    this.#isChanged = true;
    if (challenge?.needsJavaScript) {
      if (earned.isEmpty) this.#routeOf(request.url).isEmptyByNature = true;
      else this.#learnPlace(request, course.sid, challenge.reason);
      return undefined;
    }
    const { identity, proxy } = earned;
    host.pass = { sid: course.sid, identity, proxy };
    return "cleared";
  }

  /**
   * Says that a request came to an end, whichever; a scout that found nothing out is no longer waited for.
   *
   * @param request The request.
   * @param course How it was to be fetched.
   */
  ended(request: Request, course: Course): void {
    if (course.role !== "scout") return;
    const host = this.#hosts.get(request.host);
    if (host !== undefined) host.scout = undefined;
  }

  /**
   * Says that a session does not start; its requests go back to their own.
   *
   * @param sid The session.
   * @param retryAt When it may be tried again, where that is known.
   * @returns True the first time.
   */
  doesNotStart(sid: string, retryAt?: number): boolean {
    const isFirst = !this.#failedUntil.has(sid);
    this.#failedUntil.set(sid, retryAt ?? this.#clock.now() + START_AGAIN_MS);
    return isFirst;
  }

  /** What was learnt, by host and shape of path: `{ "shop.example/p/*": { sid: "stealth", … } }`. */
  report(): Record<string, EscalatedRoute> {
    const report: Record<string, EscalatedRoute> = {};
    for (const [name, { sid, reason }] of this.#routes.entries()) {
      if (sid === undefined) continue;
      const value = { sid, reason };
      Object.defineProperty(report, name, { value, enumerable: true, configurable: true });
    }
    return report;
  }

  /** What was learnt, as bytes for {@linkcode Escalation.load}; without passwords, and without cookies. */
  save(): Uint8Array {
    this.#isChanged = false;
    const record: EscalationRecord = { passes: [], routes: [] };
    for (const [host, { pass }] of this.#hosts.entries()) {
      if (pass !== undefined) record.passes.push({ host, ...pass });
    }
    for (const [route, { sid, reason, probeAt, probeWaitMs }] of this.#routes.entries()) {
      if (sid !== undefined) record.routes.push({ route, sid, reason, probeAt, probeWaitMs });
    }
    return writeEscalationRecord(record);
  }

  /**
   * Takes over what an earlier run learnt; what is about sessions that are no longer there is left out.
   *
   * @param bytes What {@linkcode Escalation.save} gave.
   * @throws {EscalationFormatError} If it is something else; then nothing is taken over.
   */
  load(bytes: Uint8Array): void {
    const { passes, routes } = readEscalationRecord(bytes);
    for (const { host, ...pass } of passes) {
      if (this.#ladder.includes(pass.sid)) this.#hosts.set(host, { pass, scout: undefined });
    }
    for (const { route, ...learnt } of routes) {
      if (this.#ladder.includes(learnt.sid)) this.#routes.set(route, { ...newRoute(), ...learnt });
    }
  }

  #learntCourse(route: Route, sid: string, ownSid: string, pass: Pass | undefined): Course {
    const now = this.#clock.now();
    if (now < route.probeAt) return { sid, ownSid, role: "plain", pass: undefined };
    route.probeAt = now + route.probeWaitMs; // one at a time
    return { sid: ownSid, ownSid, role: "probe", pass };
  }

  /** The request's own session was turned away. */
  #blockedBelow(
    request: Request,
    course: Course,
    challenge: Challenge,
    above: readonly string[],
  ): Answer {
    const host = this.#hostOf(request.host);
    const route = this.#routeOf(request.url);
    if (this.#clock.now() < route.hopelessUntil) return NO_ADVICE;
    if (course.role === "probe") return this.#failedProbe(route);
    if (this.#hasScout(host)) return AGAIN;
    if (route.sid !== undefined && this.#canGo(route.sid, above)) return AGAIN;
    const { pass } = host;
    if (pass !== undefined && !challenge.needsJavaScript && this.#canGo(pass.sid, above)) {
      if (course.pass !== pass) return AGAIN;
      return this.#blockedDespitePass(request, pass, challenge);
    }
    const next = above.find((sid) => this.#canGo(sid, above));
    return next === undefined ? NO_ADVICE : this.#sendScout(host, challenge, next);
  }

  #failedProbe(route: Route): Answer {
    route.probeWaitMs = Math.min(route.probeWaitMs * 2, LONGEST_PROBE_MS);
    route.probeAt = this.#clock.now() + route.probeWaitMs;
    return route.sid === undefined ? AGAIN : { kind: "up", sid: route.sid };
  }

  /** Not even the last one is let in; the others need not find that out, too. */
  #giveUp(request: Request, course: Course): Answer {
    this.ended(request, course);
    const route = this.#routeOf(request.url);
    route.hopelessUntil = this.#clock.now() + route.hopelessWaitMs;
    route.hopelessWaitMs = Math.min(route.hopelessWaitMs * 2, LONGEST_HOPELESS_MS);
    return NO_ADVICE;
  }

  /** The pass is over, or was never good for this route. */
  #blockedDespitePass(request: Request, pass: Pass, challenge: Challenge): Answer {
    const { served } = this.#routeOf(request.url);
    if (served?.pass === pass && served.count >= WORTHWHILE_PAGES) {
      return this.#sendScout(this.#hostOf(request.host), challenge, pass.sid);
    }
    this.#learnPlace(request, pass.sid, challenge.reason);
    return { kind: "up", sid: pass.sid };
  }

  #sendScout(host: Host, challenge: Challenge, sid: string): Answer {
    host.scout = { since: this.#clock.now(), challenge };
    return { kind: "up", sid };
  }

  #passedPlainly(request: Request, { role, pass }: Course): undefined {
    if (role === "plain" && pass === undefined) return;
    const route = this.#routeOf(request.url);
    if (role === "probe") {
      route.sid = undefined;
      route.probeWaitMs = FIRST_PROBE_MS;
      this.#isChanged = true;
    }
    if (pass === undefined) return;
    if (route.served?.pass !== pass) route.served = { pass, count: 0 };
    route.served.count += 1;
  }

  #learnPlace({ url }: Request, sid: string, reason: string): void {
    const route = this.#routeOf(url);
    route.sid = sid;
    route.reason = reason;
    route.probeAt = this.#clock.now() + route.probeWaitMs;
    this.#isChanged = true;
  }

  /** Whether a session may have the request, and starts, as far as is known. */
  #canGo(sid: string, above: readonly string[]): boolean {
    return above.includes(sid) && this.#clock.now() >= (this.#failedUntil.get(sid) ?? 0);
  }

  #hasScout({ scout }: Host): boolean {
    return scout !== undefined && this.#clock.now() < scout.since + SCOUT_LIMIT_MS;
  }

  #hostOf(name: string): Host {
    let host = this.#hosts.get(name);
    if (host === undefined) this.#hosts.set(name, host = { pass: undefined, scout: undefined });
    return host;
  }

  #routeOf(url: string): Route {
    const name = routeOf(url);
    let route = this.#routes.get(name);
    if (route === undefined) this.#routes.set(name, route = newRoute());
    return route;
  }
}

const NO_ADVICE: Answer = { kind: "none" };
const AGAIN: Answer = { kind: "again" };

function newRoute(): Route {
  return {
    sid: undefined,
    reason: "",
    probeAt: 0,
    probeWaitMs: FIRST_PROBE_MS,
    hopelessUntil: 0,
    hopelessWaitMs: FIRST_HOPELESS_MS,
    served: undefined,
    isEmptyByNature: false,
  };
}
