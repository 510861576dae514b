import type { CdpSession } from "../engines/engine.ts";
import type { CdpCommand } from "./emulation.ts";

/** Workers that belong to no tab, so that the emulation of tabs doesn't reach them. */
const WORKERS = ["service_worker", "shared_worker"];

/**
 * Makes shared and service workers agree with the browser's identity. The switch for the user agent
 * reaches them but takes their client hints away, which scripts there see; so each is stopped
 * before its script begins, and told.
 *
 * @param browser The session to a browser that is nobody else's.
 * @param commands What to send to each.
 */
export async function prepareWorkers(
  browser: CdpSession,
  commands: readonly CdpCommand[],
): Promise<void> {
  browser.on<Attached>("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (!WORKERS.includes(targetInfo.type)) return;
    const worker = browser.child(sessionId);
    for (const [method, params] of [...commands, BEGIN]) {
      worker.send(method, params).catch(() => {}); // it may end at any moment
    }
  });
  await browser.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [...WORKERS.map((type) => ({ type })), { exclude: true }],
  });
}

const BEGIN: CdpCommand = ["Runtime.runIfWaitingForDebugger", {}];

interface Attached {
  sessionId: string;
  targetInfo: { type: string };
}
