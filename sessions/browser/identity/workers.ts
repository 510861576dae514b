import type { CdpSession } from "../engines/engine.ts";
import type { CdpCommand } from "./emulation.ts";

/** Workers that belong to no tab, so that the emulation of tabs doesn't reach them. */
export const WORKERS: readonly string[] = ["service_worker", "shared_worker"];

/**
 * Makes a shared or service worker agree with the browser's identity. The switch for the user agent
 * reaches it but takes its client hints away, which its script would see; so it is told before that
 * begins.
 *
 * @param worker The session to the worker.
 * @param commands What to send to it.
 */
export function prepareWorker(worker: CdpSession, commands: readonly CdpCommand[]): void {
  for (const [method, params] of commands) {
    worker.send(method, params).catch(() => {}); // it may end at any moment
  }
}
