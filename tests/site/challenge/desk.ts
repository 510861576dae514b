import type { Case } from "./cases.ts";
import { type ClickFacts, judgeClick } from "./judge.ts";

/** A click on a widget, or a solution that a challenge page handed in. */
export interface Attempt {
  /** The case, as `TYPE/MODE`. */
  readonly case: string;
  /** What it was. */
  readonly kind: "click" | "solution";
  /** What is wrong with it; empty for one that a person could have made. */
  readonly complaints: readonly string[];
  /** Whether it was accepted, which depends on the case, too. */
  readonly accepted: boolean;
}

/** Hands out challenges, judges what comes back, and remembers who was let through. */
export class ChallengeDesk {
  /** Everything that was tried, in order. */
  readonly attempts: Attempt[] = [];
  readonly #rays = new Map<string, Case>();
  readonly #tokens = new Set<string>();
  readonly #clearances = new Set<string>();

  /** Begins a challenge, and gives its id. */
  begin(challenge: Case): string {
    const ray = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
    this.#rays.set(ray, challenge);
    return ray;
  }

  /** The case of a challenge that was begun. */
  caseOf(ray: string): Case | undefined {
    return this.#rays.get(ray);
  }

  /** Judges a click, and gives a token for one that is accepted. */
  click(ray: string, facts: ClickFacts): string | undefined {
    const complaints = judgeClick(facts);
    const accepted = this.#note(ray, "click", complaints);
    // In a challenge page the click is right, and it is the solution that may be refused.
    const isWidget = this.#rays.get(ray)?.type === "embedded";
    if (complaints.length > 0 || (isWidget && !accepted)) return undefined;
    const token = crypto.randomUUID();
    this.#tokens.add(token);
    return token;
  }

  /** Judges a solution, and gives a clearance for one that is accepted. */
  solve(ray: string, token: string): string | undefined {
    const challenge = this.#rays.get(ray);
    const mayComeByItself = challenge?.type === "non-interactive" ||
      challenge?.mode === "by-itself";
    const isKnown = this.#tokens.delete(token) || (mayComeByItself && token === "by-itself");
    if (!this.#note(ray, "solution", isKnown ? [] : ["an unknown token"])) return undefined;
    const clearance = crypto.randomUUID();
    this.#clearances.add(`${challenge!.path} ${clearance}`);
    return clearance;
  }

  /** Whether a clearance is good for a case. */
  lets(challenge: Case, clearance: string | undefined): boolean {
    return this.#clearances.has(`${challenge.path} ${clearance}`);
  }

  #note(ray: string, kind: Attempt["kind"], complaints: string[]): boolean {
    const { type, mode } = this.#rays.get(ray)!;
    const name = `${type}/${mode}`;
    const isFirst = !this.attempts.some((attempt) =>
      attempt.case === name && attempt.kind === kind
    );
    const refused = mode === "never" || (mode === "second" && isFirst);
    const accepted = complaints.length === 0 && !refused;
    this.attempts.push({ case: name, kind, complaints, accepted });
    return accepted;
  }
}
