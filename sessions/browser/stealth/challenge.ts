import { type Challenge, challengeOf, TimeoutError, withDeadline } from "@orbweaver/session";
import type { Documents } from "../cdp/documents.ts";
import type { FetchScope } from "../cdp/fetch_scope.ts";
import type { ElementPlace } from "../cdp/in_page.ts";
import type { IsolatedWorld } from "../cdp/isolated_world.ts";
import type { MainFrame } from "../cdp/main_frame.ts";
import type { ScopedSession } from "../cdp/scoped_session.ts";
import { ChallengeError } from "../errors.ts";
import { BOX_EVENTS, findChallengeBox } from "./challenge_box.ts";
import { isVerifying, readChallengeMarks, untilWidgetSolved } from "./challenge_probes.ts";
import type { HumanInput } from "./human_input.ts";
import { between } from "./random.ts";

/** What a solver works with. */
export interface SolverParts {
  readonly cdp: ScopedSession;
  readonly main: MainFrame;
  readonly documents: Documents;
  readonly world: IsolatedWorld;
  readonly scope: FetchScope;
  readonly hand: HumanInput;
  /** Waits until what the main frame shows is loaded. */
  readonly load: () => Promise<void>;
}

/** How often a challenge is tried before it is given up. */
const ATTEMPTS = 3;

/** What all attempts together may take of the fetch's time: the page behind them needs some, too. */
const SHARE_OF_TIME = 0.7;

/** How long an attempt takes at most, in milliseconds. */
const MOST_PER_ATTEMPT_MS = 20_000;

/** How long a click may take to have an effect, in milliseconds. */
const AFTER_CLICK_MS = { least: 1_000, most: 10_000 };

/** How long a person looks at a box before moving to it, in milliseconds. */
const HESITATION_MS = { least: 350, most: 900 };

/** How often to look for the box where nothing says that the page has changed, in milliseconds. */
const LOOK_MS = { least: 100, most: 500 };

/** Gets past the challenge in a tab. */
export class ChallengeSolver {
  readonly #parts: SolverParts;
  #wake: () => void = () => {};

  /** @param parts The tab. */
  constructor(parts: SolverParts) {
    this.#parts = parts;
  }

  /** The challenge that the tab shows; `undefined` if there is none. */
  async find(): Promise<Challenge | undefined> {
    const { documents, main, world } = this.#parts;
    const text = await world.callUntilStable<string>(String(readChallengeMarks), []);
    const document = documents.hopsTo(main.loaderId).at(-1);
    const raw = Object.entries(document?.response?.headers ?? {});
    const get = (wanted: string) =>
      raw.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
    return challengeOf({ headers: { get }, text });
  }

  /**
   * Waits for, or clicks, what the challenge asks for, until the tab shows a page without one.
   *
   * @param challenge What {@linkcode ChallengeSolver.find} gave.
   * @throws {ChallengeError} If that does not come about in three attempts.
   */
  async solve(challenge: Challenge): Promise<void> {
    const { cdp, load, scope } = this.#parts;
    const endsAt = performance.now() + scope.remainingMs * SHARE_OF_TIME;
    const stops = BOX_EVENTS.map((event) => cdp.on(event, () => this.#wake()));
    try {
      let left: Challenge | undefined = challenge;
      let reason = "";
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const attemptsLeft = ATTEMPTS - attempt + 1;
        const shareMs = Math.max(0, endsAt - performance.now()) / attemptsLeft;
        const ms = Math.min(MOST_PER_ATTEMPT_MS, shareMs);
        reason = await this.#attempt(left, ms, attemptsLeft > 1);
        await load();
        left = await this.find();
        if (left === undefined) return;
      }
      throw new ChallengeError(left!.type, reason, { url: scope.url, attempts: ATTEMPTS });
    } finally {
      for (const stop of stops) stop();
    }
  }

  /**
   * One attempt.
   *
   * @param challenge What the tab shows.
   * @param ms How long it may take.
   * @param another Whether there will be another one, for which a page that hangs is loaded anew.
   * @returns What went wrong if the challenge is still there afterwards.
   */
  async #attempt(challenge: Challenge, ms: number, another: boolean): Promise<string> {
    const again = another && challenge.blocking;
    const passed = this.#passed(challenge, ms);
    passed.catch(() => {}); // whoever still waits for it hears of it
    if (challenge.type === "non-interactive") {
      if (await this.#within(passed, ms)) return "it let the browser through, and then came again";
      if (again) await this.#reload();
      return "it did not let the browser through by itself";
    }
    const startedAt = performance.now();
    const looking = { over: false };
    const box = this.#boxToClick(looking, ms / 2);
    const first = await this.#within(Promise.race([passed, box]), ms);
    looking.over = true;
    if (first === true) return "it let the browser through, and then came again";
    if (first === undefined) {
      if (again) await this.#reload();
      return "its box did not appear";
    }
    return await this.#click(first, passed, ms - (performance.now() - startedAt));
  }

  async #click(box: ElementPlace, passed: Promise<true>, leftMs: number): Promise<string> {
    const { cdp, hand, scope } = this.#parts;
    await scope.pause(between(Math.random, HESITATION_MS.least, HESITATION_MS.most));
    await hand.clickAt(await findChallengeBox(cdp) ?? box);
    const { least, most } = AFTER_CLICK_MS;
    const clicked = await this.#within(passed, Math.max(least, Math.min(most, leftMs)));
    return clicked ? "it came again after the click" : "the click on its box changed nothing";
  }

  /** Settles when the challenge page gives way to another document, or the widget has its answer. */
  async #passed({ blocking }: Challenge, ms: number): Promise<true> {
    const { main } = this.#parts;
    const { loaderId } = main;
    const replaced = main.until((main) => main.loaderId !== loaderId);
    if (blocking) await replaced;
    else await Promise.race([replaced, this.#widgetSolved(ms)]);
    return true;
  }

  /** Settles when the widget has its answer, and else never. */
  async #widgetSolved(ms: number): Promise<void> {
    const { world } = this.#parts;
    const mostMs = Math.ceil(ms) + AFTER_CLICK_MS.most;
    if (await world.callUntilStable<boolean>(String(untilWidgetSolved), [mostMs])) return;
    await new Promise(() => {});
  }

  /**
   * Waits for the box.
   *
   * @param looking Whether anybody still waits.
   * @param patienceMs How long to believe the page that says it is still at work.
   */
  async #boxToClick(
    looking: { over: boolean },
    patienceMs: number,
  ): Promise<ElementPlace | undefined> {
    const { cdp, scope, world } = this.#parts;
    const startedAt = performance.now();
    for (;;) {
      const box = await findChallengeBox(cdp);
      const impatient = performance.now() - startedAt > patienceMs;
      const busy = !impatient && await world.callUntilStable<boolean>(String(isVerifying), []);
      if (box !== undefined && !busy) return box;
      await scope.pause(LOOK_MS.least);
      if (looking.over) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#within(promise, LOOK_MS.most);
    }
  }

  async #reload(): Promise<void> {
    const { cdp, main, scope } = this.#parts;
    const { loaderId } = main;
    await cdp.send("Page.reload");
    await scope.race(main.until((main) => main.loaderId !== loaderId));
  }

  /** Waits for a limited time; `undefined` when it is over. */
  async #within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
    const { scope } = this.#parts;
    try {
      return await withDeadline(scope.race(work), ms, "An attempt at the challenge");
    } catch (error) {
      scope.signal.throwIfAborted();
      if (error instanceof TimeoutError) return undefined;
      throw error;
    }
  }
}
