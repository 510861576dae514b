import type { SessionMap } from "@orbweaver/session";
import { SpiderOptionError } from "./errors.ts";
import type { Spider } from "./spider.ts";

type NumberMember =
  | "concurrentRequests"
  | "concurrentRequestsPerDomain"
  | "downloadDelayMs"
  | "maxBlockedRetries"
  | "maxNetworkRetries"
  | "callbackTimeoutMs"
  | "maxYieldsPerPage";

/** From which number up a member makes sense, and whether it must be a whole one. */
const NUMBERS: Readonly<Record<NumberMember, { from: number; whole: boolean }>> = {
  concurrentRequests: { from: 1, whole: true },
  concurrentRequestsPerDomain: { from: 0, whole: true },
  downloadDelayMs: { from: 0, whole: false },
  maxBlockedRetries: { from: 0, whole: true },
  maxNetworkRetries: { from: 0, whole: true },
  callbackTimeoutMs: { from: 0, whole: false },
  maxYieldsPerPage: { from: 1, whole: true },
};

/**
 * Refuses a spider whose members make no sense, before anything is opened.
 *
 * @param spider The spider.
 * @throws {SpiderOptionError} If one of them doesn't.
 */
export function checkSpider<Item, S extends SessionMap>(spider: Spider<Item, S>): void {
  if (typeof spider.name !== "string" || spider.name === "") {
    throw new SpiderOptionError(
      `Spider ${spider.constructor.name} needs a name: override name = "products"; received ${
        JSON.stringify(spider.name)
      }`,
    );
  }
  for (const member of Object.keys(NUMBERS) as NumberMember[]) checkNumber(spider, member);
}

function checkNumber<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  member: NumberMember,
): void {
  const { from, whole } = NUMBERS[member];
  const value: unknown = spider[member];
  if (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) {
    if (value as number >= from) return;
  }
  throw new SpiderOptionError(
    `${member} of spider '${spider.name}' must be a ${
      whole ? "whole number" : "number"
    } from ${from} up: received ${value}`,
  );
}
