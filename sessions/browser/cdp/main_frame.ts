import type { ScopedSession } from "./scoped_session.ts";

interface Frame {
  id: string;
  parentId?: string;
  loaderId: string;
  url: string;
  urlFragment?: string;
}

/** What the tab's main frame shows, and how far its loading is. */
export class MainFrame {
  /** The frame's id. */
  readonly id: string;
  readonly #milestones = new Map<string, Set<string>>();
  readonly #shown = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #loaderId: string;
  #url: string;
  #busy = false;

  private constructor(frame: Frame) {
    this.id = frame.id;
    this.#loaderId = frame.loaderId;
    this.#url = frame.url;
  }

  /**
   * Follows the main frame of a tab.
   *
   * @param cdp The session to the tab, with the domain `Page` enabled.
   */
  static async follow(cdp: ScopedSession): Promise<MainFrame> {
    const { frameTree } = await cdp.send<{ frameTree: { frame: Frame } }>("Page.getFrameTree");
    const main = new MainFrame(frameTree.frame);
    main.#listen(cdp);
    return main;
  }

  /** The address that is shown. */
  get url(): string {
    return this.#url;
  }

  /** The id of the load that is shown; it is also the id of the request for the document. */
  get loaderId(): string {
    return this.#loaderId;
  }

  /**
   * Whether a load was shown, or still is.
   *
   * @param loaderId The id of the load.
   */
  hasShown(loaderId: string): boolean {
    return this.#shown.has(loaderId);
  }

  /** Whether something is on its way to the frame. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Whether what is shown has fired `load`. */
  get loaded(): boolean {
    return this.#passed("load");
  }

  /** Whether what is shown is parsed. */
  get parsed(): boolean {
    return this.#passed("DOMContentLoaded");
  }

  /**
   * Waits for something to become true.
   *
   * @param condition Looked at whenever the frame changes.
   */
  async until(condition: (main: MainFrame) => boolean): Promise<void> {
    if (condition(this)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (!condition(this)) return;
      this.#waiting.delete(look);
      resolve();
    };
    this.#waiting.add(look);
    await promise;
  }

  #passed(milestone: string): boolean {
    return this.#milestones.get(this.#loaderId)?.has(milestone) ?? false;
  }

  #listen(cdp: ScopedSession): void {
    cdp.on<{ frame: Frame }>("Page.frameNavigated", ({ frame }) => {
      if (frame.id !== this.id) return;
      this.#loaderId = frame.loaderId;
      this.#shown.add(frame.loaderId);
      this.#url = frame.url + (frame.urlFragment ?? "");
      this.#changed();
    });
    cdp.on<{ frameId: string; url: string }>("Page.navigatedWithinDocument", (event) => {
      if (event.frameId !== this.id) return;
      this.#url = event.url;
      this.#changed();
    });
    cdp.on<{ frameId: string; loaderId: string; name: string }>("Page.lifecycleEvent", (event) => {
      if (event.frameId !== this.id) return;
      const passed = this.#milestones.get(event.loaderId) ?? new Set();
      this.#milestones.set(event.loaderId, passed.add(event.name));
      this.#changed();
    });
    // A click or a script asks for a navigation before the command that caused it returns; the
    // loading itself starts later, and stops also when it leads to a download or to nothing (204).
    const setBusy = (busy: boolean) => (event: { frameId: string; disposition?: string }) => {
      if (event.frameId !== this.id || (event.disposition ?? "currentTab") !== "currentTab") return;
      this.#busy = busy;
      this.#changed();
    };
    cdp.on("Page.frameRequestedNavigation", setBusy(true));
    cdp.on("Page.frameStartedLoading", setBusy(true));
    cdp.on("Page.frameStoppedLoading", setBusy(false));
  }

  #changed(): void {
    for (const look of [...this.#waiting]) look();
  }
}
