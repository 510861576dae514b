import type { RequestRules } from "./request_rules.ts";
import type { ScopedSession } from "./scoped_session.ts";

interface Paused {
  requestId: string;
  resourceType: string;
  request: { url: string };
}

/**
 * Refuses what a frame in a process of its own asks for and may not have. (Workers need none of it:
 * their requests are held up with those of their page.)
 *
 * @param frame The session to the frame.
 * @param rules The page's rules.
 * @param guarded Whether hosts that are no public address are looked at. Default false: Chromium does
 * that for frames.
 */
export async function openFrameRoutes(
  frame: ScopedSession,
  rules: RequestRules,
  guarded: boolean = false,
): Promise<void> {
  frame.on<Paused>("Fetch.requestPaused", ({ requestId, resourceType: type, request: { url } }) => {
    if (rules.allow({ url, type, isMain: false })) {
      frame.post("Fetch.continueRequest", { requestId });
    } else frame.post("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
  });
  await frame.send("Fetch.enable", { patterns: rules.patterns(guarded) });
}
