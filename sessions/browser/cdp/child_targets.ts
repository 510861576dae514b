import type { ScopedSession } from "./scoped_session.ts";

/** Frames of other sites have a process and a target of their own, and so have workers. */
const TYPES = [{ type: "iframe" }, { type: "worker" }];

interface Attached {
  sessionId: string;
  targetInfo: { type: string };
}

/**
 * Follows the frames in processes of their own and the workers of a page, and theirs. Each is held
 * up until it is set up, so that nothing it does goes unnoticed.
 *
 * Shared and service workers belong to no page, so they are not among them.
 *
 * @param cdp The session to the page.
 * @param setUp What to do with each.
 */
export async function followChildren(
  cdp: ScopedSession,
  setUp: (child: ScopedSession, type: string) => Promise<void>,
): Promise<void> {
  cdp.on<Attached>("Target.attachedToTarget", async ({ sessionId, targetInfo }) => {
    const child = cdp.child(sessionId);
    try {
      await Promise.all([setUp(child, targetInfo.type), followChildren(child, setUp)]);
    } catch {
      // It is gone already, or the fetch is over.
    } finally {
      child.post("Runtime.runIfWaitingForDebugger");
    }
  });
  await cdp.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: TYPES,
  });
}
