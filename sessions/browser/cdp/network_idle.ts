import type { FetchScope } from "./fetch_scope.ts";
import type { ScopedSession } from "./scoped_session.ts";

const QUIET_MS = 500;

/** A stream of events never ends, so it would keep a page busy for ever. */
const ENDLESS = "EventSource";

/** The script of a worker belongs to no document, and its end is told to the worker alone. */
const OF_A_WORKER = "";

/** Who sent a request. */
interface Sender {
  readonly loaderId: string;
  readonly frameId: string | undefined;
}

/** The requests of a page that are on their way. */
export class NetworkIdle {
  readonly #scope: FetchScope;
  readonly #inFlight = new Map<string, Sender>();
  #changed: () => void = () => {};

  /**
   * @param cdp The session to the tab, with the domain `Network` enabled.
   * @param frameId The main frame's id.
   * @param scope The fetch.
   */
  constructor(cdp: ScopedSession, frameId: string, scope: FetchScope) {
    this.#scope = scope;
    cdp.on<Sender & { requestId: string; type: string }>(
      "Network.requestWillBeSent",
      ({ requestId, loaderId, frameId, type }) => {
        if (type === ENDLESS || loaderId === OF_A_WORKER) return;
        this.#update(() => this.#inFlight.set(requestId, { loaderId, frameId }));
      },
    );
    const ended = ({ requestId }: { requestId: string }) => {
      this.#update(() => this.#inFlight.delete(requestId));
    };
    cdp.on("Network.loadingFinished", ended);
    cdp.on("Network.loadingFailed", ended);
    cdp.on<{ frame: { id: string; loaderId: string } }>("Page.frameNavigated", ({ frame }) => {
      if (frame.id !== frameId) return;
      this.#update(() => this.#forget((sender) => sender.loaderId !== frame.loaderId));
    });
    // A frame of another site moves to a process of its own, and the end of its request with it.
    cdp.on<{ frameId: string }>("Page.frameDetached", (detached) => {
      this.#update(() => this.#forget((sender) => sender.frameId === detached.frameId));
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

  /** What a document had on its way that is gone doesn't always report its end. */
  #forget(isGone: (sender: Sender) => boolean): void {
    for (const [requestId, sender] of this.#inFlight) {
      if (isGone(sender)) this.#inFlight.delete(requestId);
    }
  }
}
