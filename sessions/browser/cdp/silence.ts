import { withDeadline } from "@orbweaver/session";
import type { ScopedSession } from "./scoped_session.ts";

/** How long a page may take to stop that does not come to rest by itself, in milliseconds. */
const TIMEOUT_MS = 1_000;

/**
 * Stops a page that never rests, or goes from one address to the next without end: such a one can't
 * be closed.
 *
 * @param cdp The session to the tab.
 */
export async function silence(cdp: ScopedSession): Promise<void> {
  const commands = [
    cdp.post("Emulation.setScriptExecutionDisabled", { value: true }),
    cdp.post("Runtime.terminateExecution"),
    cdp.post("Page.stopLoading"),
  ];
  await withDeadline(Promise.all(commands), TIMEOUT_MS, "Silencing").catch(() => {});
}
