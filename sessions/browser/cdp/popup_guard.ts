import type { AddressGuard, Answer } from "./address_guard.ts";
import { openFrameRoutes } from "./frame_routes.ts";
import type { RequestRules } from "./request_rules.ts";
import type { ScopedSession } from "./scoped_session.ts";
import { WITHOUT_BODIES } from "./without_bodies.ts";

/** A tab that a page opened, before it begins. */
export interface Popup {
  readonly cdp: ScopedSession;
  /** Closes it; does not fail. */
  close(): Promise<void>;
}

/**
 * Keeps a popup to the rules of the page that opened it. One that has been answered by an address it
 * may not reach is closed; the fetch goes on, for nobody reads popups.
 *
 * @param popup The popup.
 * @param rules The rules.
 * @param guard The page's guard.
 */
export async function guardPopup(
  { cdp, close }: Popup,
  rules: RequestRules,
  guard: AddressGuard,
): Promise<void> {
  cdp.on<{ type: string; response: Answer }>("Network.responseReceived", (event) => {
    if (event.type === "Document" && !guard.mayShow(event.response)) void close();
  });
  cdp.post("Network.enable", WITHOUT_BODIES); // answered only once the popup has begun
  await openFrameRoutes(cdp, rules, true);
}
