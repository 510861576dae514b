import type { ProxyServer } from "@orbweaver/session";
import type { PagePlan } from "../options/plan.ts";
import { AddressGuard } from "./address_guard.ts";
import { followChildren } from "./child_targets.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { openFrameRoutes } from "./frame_routes.ts";
import { guardPopup, type Popup } from "./popup_guard.ts";
import { RequestRules } from "./request_rules.ts";
import { Routes } from "./routes.ts";
import type { ScopedSession } from "./scoped_session.ts";
import { XhrCapture } from "./xhr_capture.ts";

/** What is needed to stand between a page and its network. */
export interface PageNetworkSettings {
  readonly cdp: ScopedSession;
  /** The main frame's id. */
  readonly frameId: string;
  readonly plan: PagePlan<never>;
  /** The proxy that the tab goes through. */
  readonly proxy: ProxyServer | undefined;
  readonly scope: FetchScope;
}

/** What stands between a page and its network. */
export interface PageNetwork {
  readonly routes: Routes;
  readonly guard: AddressGuard;
  /** Missing where nothing is to be kept. */
  readonly capture: XhrCapture | undefined;
  /** Sets up the same rules for a popup. */
  guardPopup(popup: Popup): Promise<void>;
}

/**
 * Sets up everything of a fetch that has to do with the page's own requests.
 *
 * @param settings What is needed.
 */
export async function openPageNetwork(settings: PageNetworkSettings): Promise<PageNetwork> {
  const { cdp, frameId, plan, proxy, scope } = settings;
  const fail = (error: Error) => scope.fail(error);
  const { allowPrivate, maxBytes, captureXhr } = plan;
  const byProxy = proxy !== undefined;
  const guard = new AddressGuard({ cdp, frameId, url: scope.url, allowPrivate, byProxy, fail });
  const rules = await RequestRules.load({ plan, guard, fail });
  const capture = captureXhr === undefined ? undefined : new XhrCapture(captureXhr, maxBytes);
  const [routes] = await Promise.all([
    Routes.open({
      cdp,
      frameId,
      proxy,
      rules,
      guarded: guard.wantedFromStart,
      wantsGuard: (url) => guard.wantedAt(url),
      maxBytes,
      fail,
    }),
    capture?.watch(cdp),
    capture === undefined && !rules.concernFrames ? undefined : followChildren(
      cdp,
      (child, type) => setUpChild(child, type, rules, capture),
    ),
  ]);
  return { routes, guard, capture, guardPopup: (popup) => guardPopup(popup, rules, guard) };
}

async function setUpChild(
  child: ScopedSession,
  type: string,
  rules: RequestRules,
  capture: XhrCapture | undefined,
): Promise<void> {
  const isRuled = type === "iframe" && rules.concernFrames;
  await Promise.all([
    capture?.watch(child),
    isRuled ? openFrameRoutes(child, rules) : undefined,
  ]);
}
