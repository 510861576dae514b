import type { SessionMap } from "@orbweaver/session";
import type { AnyCallback, Request } from "../request.ts";
import type { FollowOptions, Response } from "../response.ts";
import type { Rule } from "./rule.ts";

/** What a rule's request may differ in. */
export interface RuleRequestOptions {
  /** The method that handles it; never the parent's. */
  readonly callback: AnyCallback | string;
  /** The request's `meta`, all of it. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * The request that a rule makes of a link.
 *
 * @param response The page with the link.
 * @param url The link.
 * @param rule The rule, where one took the link.
 * @param options Callback and meta.
 */
export function ruleRequest<S extends SessionMap>(
  response: Response<S>,
  url: string,
  rule: Rule | undefined,
  { callback, meta }: RuleRequestOptions,
): Request | undefined {
  const { sid, priority } = rule ?? {};
  // follow() adds the parent's meta; what is for the parent alone must not be there.
  const request = response.follow(url, { sid, priority, callback } as FollowOptions<S>).with({
    meta,
  });
  if (rule?.processRequest === undefined) return request;
  return rule.processRequest(request, response as unknown as Response) ?? undefined;
}
