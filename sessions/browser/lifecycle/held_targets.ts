import type { CdpSession } from "../engines/engine.ts";
import { WORKERS } from "../identity/workers.ts";

/** A tab that a page opened. */
export interface PopupInfo {
  readonly targetId: string;
  /** The tab of the page. */
  readonly openerId: string;
}

/** What is done with targets before they begin. */
export interface TargetPreparations {
  /** Is given each shared and each service worker. */
  worker(worker: CdpSession): void;
  /** Is given each popup; whether it fails or not, the popup goes on afterwards. */
  popup(popup: CdpSession, info: PopupInfo): Promise<void>;
}

interface Attached {
  sessionId: string;
  /** Whether the target is held up; it is not where somebody asked for the session. */
  waitingForDebugger: boolean;
  targetInfo: { type: string; targetId: string; openerId?: string };
}

/**
 * Holds up the workers that belong to no tab, and popups, until they are prepared: so none of them
 * runs or asks for anything before.
 *
 * @param browser The session to a browser that is nobody else's.
 * @param preparations What is done with them.
 */
export async function holdTargets(
  browser: CdpSession,
  preparations: TargetPreparations,
): Promise<void> {
  browser.on<Attached>("Target.attachedToTarget", (event) => {
    const { sessionId, waitingForDebugger, targetInfo } = event;
    if (!waitingForDebugger) return;
    const target = browser.child(sessionId);
    const begin = () => target.send("Runtime.runIfWaitingForDebugger").catch(() => {});
    const { type, targetId, openerId } = targetInfo;
    if (WORKERS.includes(type)) {
      preparations.worker(target);
      void begin();
    } else if (type !== "page") {
      return; // it is held up for someone else
    } else if (openerId === undefined) {
      void begin().then(() => browser.send("Target.detachFromTarget", { sessionId }))
        .catch(() => {}); // it is closed already
    } else {
      void preparations.popup(target, { targetId, openerId }).catch(() => {}).then(begin);
    }
  });
  await browser.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [...[...WORKERS, "page"].map((type) => ({ type })), { exclude: true }],
  });
}
