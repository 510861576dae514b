/**
 * An imitation of Cloudflare's challenges on loopback: README.md tells what it is and what it is not.
 *
 * @module
 */
export { type Case, type Mode, MODES, type Type, TYPES } from "./cases.ts";
export type { Attempt } from "./desk.ts";
export { type ClickFacts, judgeClick, type MouseFact } from "./judge.ts";
export { type ChallengeSite, startChallengeSite } from "./site.ts";
