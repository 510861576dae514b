import type { SessionMap } from "@orbweaver/session";
import { SpiderOptionError } from "./errors.ts";
import { textOf } from "./reason.ts";
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

/** A text would pass for a list of its letters. */
const LISTS = ["startUrls", "allowedDomains", "escalate"] as const;
const LEVELS: readonly string[] = ["debug", "info", "warn", "error", "silent"];

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
  for (const member of LISTS) checkList(spider, member);
  checkRest(spider);
}

function checkList<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  member: typeof LISTS[number],
): void {
  const value: unknown = spider[member];
  if (Array.isArray(value)) return;
  throw new SpiderOptionError(
    `${member} of spider '${spider.name}' must be a list: received ${textOf(value).slice(0, 80)}`,
  );
}

function checkRest<Item, S extends SessionMap>(spider: Spider<Item, S>): void {
  const { name, logLevel, robotsUserAgent, itemSchema } = spider;
  if (!LEVELS.includes(logLevel)) {
    throw new SpiderOptionError(
      `logLevel of spider '${name}' must be one of ${LEVELS.join(", ")}: received ${logLevel}`,
    );
  }
  // RFC 9309, section 2.2.1: a product token is of letters, underscores and hyphens.
  if (!/^[a-z_-]/i.test(robotsUserAgent)) {
    throw new SpiderOptionError(
      `robotsUserAgent of spider '${name}' must begin with a name of letters, such as "MyBot/1.0": ` +
        `received ${JSON.stringify(robotsUserAgent)}`,
    );
  }
  if (itemSchema === undefined || typeof itemSchema["~standard"]?.validate === "function") return;
  throw new SpiderOptionError(
    `itemSchema of spider '${name}' must be a Standard Schema, as zod, valibot and arktype make them: ` +
      `it has no "~standard" with a 'validate'`,
  );
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
