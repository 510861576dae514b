import {
  identityOf,
  type Response as SessionResponse,
  type Session,
  type SessionIdentity,
  type SessionManager,
  type SessionMap,
  SessionStartError,
} from "@orbweaver/session";
import type { Frontier } from "../frontier/frontier.ts";
import type { LogLevel } from "../log.ts";
import { blockedByStatus, isOverloaded, mayPassElsewhere } from "../policy/blocked.ts";
import { type Challenge, challengeIn } from "../policy/challenge.ts";
import { type Course, Escalation } from "../policy/escalation.ts";
import {
  type Errand,
  errandFor,
  errandWith,
  handOverCookies,
  takesProxy,
} from "../policy/hand_over.ts";
import { changedRequest, type Request } from "../request.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import type { Clock } from "./clock.ts";

/** What escalation works with; it owns none of it. */
export interface EscalatorParts<S extends SessionMap> {
  /** The sessions by id, the cheapest first. */
  ladder: readonly string[];
  /** The crawl's sessions. */
  sessions: SessionManager<S>;
  /** Where what was learnt is kept. */
  frontier: Frontier<Request>;
  /** Tells the time. */
  clock: Clock;
  /** Where to count. */
  recording: StatsRecorder;
  /** Writes a line into the log. */
  log: (level: LogLevel, message: string, error?: unknown) => void;
}

/** How a request is fetched this time. */
export interface Passage extends Errand {
  /** The session that fetches it. */
  readonly sid: string;
  /** What escalation has to do with it; `undefined` for nothing. */
  readonly course?: Course;
}

/** Why an answer is a block, and whether another session may get the page. */
export interface Verdict {
  readonly reason: string;
  /** `undefined` if no session could do better. */
  readonly challenge: Challenge | undefined;
}

/** Under which name what was learnt is kept. */
const STATE = "escalation";

/**
 * Fetches each request through the cheapest session that the host lets in, by what the
 * {@linkcode Escalation} policy decides: it carries cookies, identity and the proxy's exit from one
 * session to the other, and keeps what was learnt with the crawl.
 */
export class Escalator<S extends SessionMap> {
  readonly #parts: EscalatorParts<S>;
  readonly #policy: Escalation;
  /** Those of which the policy knows how they ended. */
  readonly #resolved = new WeakSet<Course>();

  /** @param parts What it works with. */
  constructor(parts: EscalatorParts<S>) {
    const { ladder, sessions, clock, recording } = parts;
    this.#parts = parts;
    this.#policy = new Escalation({ ladder, defaultSid: sessions.defaultId, clock });
    recording.reportRoutes(() => this.#policy.report());
  }

  /** Takes over what an earlier run of the crawl has learnt. */
  async restore(): Promise<void> {
    const { frontier, log } = this.#parts;
    const bytes = await frontier.state.get(STATE);
    if (bytes === undefined) return;
    try {
      this.#policy.load(bytes);
    } catch (error) {
      log("warn", (error as Error).message, error);
    }
  }

  /** Keeps what was learnt since the last time. */
  async keep(): Promise<void> {
    if (this.#policy.isChanged) await this.#parts.frontier.state.set(STATE, this.#policy.save());
  }

  /**
   * How a request is fetched now.
   *
   * @param request The request.
   * @returns "wait" if another one is just finding out how.
   */
  passageOf(request: Request): Passage | "wait" {
    const ownSid = request.sid ?? this.#parts.sessions.defaultId;
    const own: Passage = { sid: ownSid, url: request.url, options: request.options };
    const course = this.#policy.courseOf(request, this.#above(request));
    if (course === undefined || course === "wait") return course ?? own;
    if (course.sid !== ownSid) {
      return { ...this.#errandAbove(request, course), course, sid: course.sid };
    }
    if (course.pass === undefined) return { ...own, course };
    const proxy = this.#withCredentials(course.pass.proxy);
    return {
      ...errandWith(request, this.#session(ownSid), course.pass, proxy),
      sid: ownSid,
      course,
    };
  }

  /**
   * Why an answer is a block.
   *
   * @param request The request.
   * @param passage How it was fetched.
   * @param response The answer.
   * @param reason What the spider says of it.
   * @returns `undefined` for a page.
   */
  judge(
    request: Request,
    { course }: Passage,
    response: SessionResponse,
    reason: false | string,
  ): Verdict | undefined {
    if (course === undefined) {
      return reason === false ? undefined : { reason, challenge: undefined };
    }
    const seen = challengeIn(response);
    const isExpected = seen?.needsJavaScript && !this.#mindsEmptyPages(request, course);
    const challenge = isExpected ? undefined : seen;
    if (challenge !== undefined) return { reason: reason || challenge.reason, challenge };
    if (reason === false) return undefined;
    const isGuess = reason === blockedByStatus(response.status);
    if (isGuess && !isWorthTrying(request, response.status)) {
      return { reason, challenge: undefined };
    }
    return { reason, challenge: { reason, needsJavaScript: false } };
  }

  /**
   * What to do about a block.
   *
   * @param request The request.
   * @param passage How it was fetched.
   * @param response The answer.
   * @param challenge What came instead of the page.
   * @returns The request to queue instead; `undefined` if no other session helps.
   */
  blocked(
    request: Request,
    { course }: Passage,
    response: SessionResponse,
    challenge: Challenge,
  ): Request | undefined {
    if (course === undefined) return undefined;
    const answer = this.#policy.blocked(request, course, challenge, this.#above(request));
    this.#resolved.add(course);
    const { sid: _, proxy: __, ...retries } = request.retries;
    const escalated = (retries.escalated ?? 0) + 1;
    if (answer.kind === "none") return undefined;
    if (answer.kind === "again") {
      return changedRequest(request, { retries: Object.freeze({ ...retries, escalated }) });
    }
    const { recording, log } = this.#parts;
    const { sid } = answer;
    recording.stats.escalatedRequestsCount += 1;
    log("info", `${request} is blocked (${challenge.reason}) and moves up to session '${sid}'`);
    handOverCookies(request.url, this.#session(course.sid).jar, this.#session(sid).jar);
    const way = response.proxy === undefined ? {} : { proxy: response.proxy };
    return changedRequest(request, {
      priority: request.priority + 1, // the others on its host wait for what it finds out
      retries: Object.freeze({ ...retries, ...way, escalated, sid }),
    });
  }

  /**
   * Learns from a page that came.
   *
   * @param request The request.
   * @param passage How it was fetched.
   * @param response The page.
   */
  async passed(request: Request, { course }: Passage, response: SessionResponse): Promise<void> {
    if (course === undefined) return;
    const earned = course.role === "scout" ? await this.#earned(course.sid, response) : undefined;
    const outcome = this.#policy.passed(request, course, earned);
    this.#resolved.add(course);
    if (outcome !== "cleared") return;
    const { recording, log } = this.#parts;
    const { jar: earnedIn } = this.#session(course.sid);
    const { jar } = this.#session(course.ownSid);
    handOverCookies(response.url, earnedIn, jar);
    // A browser that comes through a proxy may keep the cookies of that way apart.
    if (earnedIn !== jar) handOverCookies(response.url, response.cookies, jar);
    recording.stats.clearancesCount += 1;
    log(
      "info",
      `Session '${course.sid}' was let in at ${request.host}; '${course.ownSid}' goes on with its cookies`,
    );
  }

  /**
   * Gives a request back to its own session where the one above does not start.
   *
   * @param request The request.
   * @param passage How it was to be fetched.
   * @param error What it failed with.
   * @returns The request to queue instead; `undefined` if that is not the reason.
   */
  failed(request: Request, { course }: Passage, error: unknown): Request | undefined {
    if (course === undefined || course.sid === course.ownSid) return undefined;
    if (!(error instanceof SessionStartError)) return undefined;
    if (this.#policy.doesNotStart(course.sid, error.retryAt)) {
      this.#parts.log(
        "warn",
        `${error.message}; until it does, what it would fetch stays blocked`,
        error,
      );
    }
    const { sid: _, proxy: __, ...retries } = request.retries;
    const escalated = (retries.escalated ?? 0) + 1;
    return changedRequest(request, { retries: Object.freeze({ ...retries, escalated }) });
  }

  /** Says that a request came to its end; those who wait for what it would find out wait no longer. */
  ended(request: Request, { course }: Passage): void {
    if (course !== undefined && !this.#resolved.has(course)) this.#policy.ended(request, course);
  }

  /** The sessions above a request's own that could fetch it. */
  #above(request: Request): string[] {
    const { ladder, sessions } = this.#parts;
    const ownSid = request.sid ?? sessions.defaultId;
    const place = ladder.indexOf(ownSid);
    if (place === -1) return [];
    const own = this.#session(ownSid);
    return ladder.slice(place + 1).filter((sid) =>
      errandFor(request, own, this.#session(sid)) !== undefined
    );
  }

  #mindsEmptyPages(request: Request, course: Course): boolean {
    return this.#above(request).length > 0 && this.#policy.mindsEmptyPages(request, course);
  }

  #errandAbove(request: Request, { sid, ownSid }: Course): Errand {
    const session = this.#session(sid);
    const { url, options } = errandFor(request, this.#session(ownSid), session)!;
    const proxy = this.#withCredentials(request.retries.proxy);
    if (proxy === undefined || options.proxy !== undefined || !takesProxy(session)) {
      return { url, options };
    }
    return { url, options: { ...options, proxy } };
  }

  async #earned(
    sid: string,
    response: SessionResponse,
  ): Promise<{ identity: SessionIdentity; proxy: string | undefined; isEmpty: boolean }> {
    return {
      identity: await this.#session(sid).identity?.() ?? identityOf(response.requestHeaders),
      proxy: response.proxy,
      isEmpty: challengeIn(response)?.needsJavaScript ?? false,
    };
  }

  /** The session that went through a proxy knows how to get in there. */
  #withCredentials(server: string | undefined): string | undefined {
    if (server === undefined) return undefined;
    for (const sid of this.#parts.ladder) {
      const url = this.#session(sid).proxyUrl?.(server);
      if (url !== undefined) return url;
    }
    return server;
  }

  #session(sid: string): Session {
    return this.#parts.sessions.get(sid);
  }
}

/** A server in trouble is given time first; and nobody is let in without what it asks for. */
function isWorthTrying({ retries }: Request, status: number): boolean {
  return mayPassElsewhere(status) && !(isOverloaded(status) && retries.blocked === 0);
}
