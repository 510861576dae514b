import type { FetchScope } from "./fetch_scope.ts";
import type { ScopedSession } from "./scoped_session.ts";

const QUIET_MS = 500;

/** A stream of events never ends, so it would keep a page busy for ever. */
const ENDLESS = "EventSource";

/** The requests of a page that are on their way. */
export class NetworkIdle {
  readonly #scope: FetchScope;
  readonly #inFlight = new Map<string, string>();
  #changed: () => void = () => {};

  /**
   * @param cdp The session to the tab, with the domain `Network` enabled.
   * @param frameId The main frame's id.
   * @param scope The fetch.
   */
  constructor(cdp: ScopedSession, frameId: string, scope: FetchScope) {
    this.#scope = scope;
    cdp.on<{ requestId: string; loaderId: string; type: string }>(
      "Network.requestWillBeSent",
      ({ requestId, loaderId, type }) => {
        if (type !== ENDLESS) this.#update(() => this.#inFlight.set(requestId, loaderId));
      },
    );
    const ended = ({ requestId }: { requestId: string }) => {
      this.#update(() => this.#inFlight.delete(requestId));
    };
    cdp.on("Network.loadingFinished", ended);
    cdp.on("Network.loadingFailed", ended);
    cdp.on<{ frame: { id: string; loaderId: string } }>("Page.frameNavigated", ({ frame }) => {
      if (frame.id === frameId) this.#update(() => this.#forgetAllBut(frame.loaderId));
    });
  }

  /** Waits until there was no request on its way for 500 ms. */
  async wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.#changed = () => {
      clearTimeout(timer);
      if (this.#inFlight.size === 0) timer = setTimeout(resolve, QUIET_MS);
    };
    this.#changed();
    try {
      await this.#scope.race(promise);
    } finally {
      this.#changed = () => {};
      clearTimeout(timer);
    }
  }

  #update(change: () => void): void {
    change();
    this.#changed();
  }

  /** What the former document had on its way doesn't always report its end. */
  #forgetAllBut(loaderId: string): void {
    for (const [requestId, loader] of this.#inFlight) {
      if (loader !== loaderId) this.#inFlight.delete(requestId);
    }
  }
}
