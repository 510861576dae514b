/** A conversation with one target of a browser over the Chrome DevTools Protocol. */
export interface CdpSession {
  /**
   * Sends a command.
   *
   * @param method The command, such as "Page.navigate".
   * @param params Its parameters.
   * @returns Its result; rejects if the browser answers with an error or the target is gone.
   */
  send<T = unknown>(method: string, params?: object): Promise<T>;
  /**
   * Listens to an event.
   *
   * @param event The event, such as "Page.frameNavigated".
   * @param listener Called with the event's parameters.
   * @returns Stops listening.
   */
  on<T = unknown>(event: string, listener: (params: T) => void): () => void;
  /**
   * The conversation with a part of the target (a frame in a process of its own, a worker) to which
   * `Target.setAutoAttach` attached this session.
   *
   * @param sessionId The id that `Target.attachedToTarget` gave.
   */
  child(sessionId: string): CdpSession;
  /** Ends the conversation, which undoes every override that was made through it. */
  detach(): Promise<void>;
}

/** One tab of a browser. */
export interface EngineTab<Page = unknown> {
  /** The DevTools id of the tab's target. */
  readonly targetId: string;
  /**
   * Opens a new CDP session to the tab. Detaching it undoes everything that was set through it
   * (headers, routes, scripts, emulation), which is how requests that share a tab stay apart.
   */
  attach(): Promise<CdpSession>;
  /** The engine's own page object for this tab. It sends `Runtime.enable`, which pages can detect. */
  nativePage(): Promise<Page>;
  /** Closes the tab. */
  close(): Promise<void>;
}

/** Where a tab is opened. */
export interface NewTabOptions {
  /** The browser context; left out, the default one. */
  browserContextId?: string;
  /** Whether it stays behind the tab that is in front, and so is not drawn. Default: false. */
  background?: boolean;
}

/** A running browser. */
export interface EngineBrowser<Page = unknown> extends AsyncDisposable {
  /** A session to the browser itself, for the domains `Target`, `Browser` and `Storage`. */
  readonly session: CdpSession;
  /** True if closing ends the browser, false if it only disconnects. */
  readonly owned: boolean;
  /** Resolves when the connection to the browser is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /**
   * Opens a tab.
   *
   * @param options Where.
   */
  newTab(options?: NewTabOptions): Promise<EngineTab<Page>>;
  /** Ends the browser if it is owned, else disconnects from it. */
  close(): Promise<void>;
}

/** How a browser is launched. */
export interface LaunchOptions {
  /** The browser's executable. */
  executablePath: string;
  /** Whether it runs without a window. */
  headless: boolean;
  /** The folder of its profile. */
  userDataDir: string;
  /** Every other command line switch. */
  args: readonly string[];
  /** Environment variables that differ from this process's own. */
  env: Readonly<Record<string, string>>;
  /** How long the start may take, in milliseconds. */
  timeoutMs: number;
  /** Aborts the start; nothing may be left running then. */
  signal: AbortSignal;
}

/** How to connect to a browser. */
export interface ConnectOptions {
  /** Gives up; nothing may be left open then. */
  signal?: AbortSignal;
}

/**
 * What launches browsers, or connects to them, and speaks CDP with them. All the behaviour of the
 * sessions is written once on top of this, so an engine is small.
 */
export interface Engine<Page = unknown> {
  /** The engine's name. */
  readonly name: string;
  /**
   * Launches a browser.
   *
   * @param options What to launch, and how.
   */
  launch(options: LaunchOptions): Promise<EngineBrowser<Page>>;
  /**
   * Connects to a running browser.
   *
   * @param endpoint Its WebSocket address, `ws://…/devtools/browser/…`.
   * @param options How.
   */
  connect(endpoint: string, options?: ConnectOptions): Promise<EngineBrowser<Page>>;
}
