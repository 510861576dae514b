/**
 * An engine over Astral (`jsr:@astral/astral`), which the user passes in, so that nobody else needs
 * it.
 *
 * @example
 * ```ts ignore
 * import { DynamicSession } from "@orbweaver/browser-session";
 * import { astral } from "@orbweaver/browser-session/astral";
 * import { connect, launch } from "jsr:@astral/astral";
 *
 * await using session = new DynamicSession({ engine: astral({ launch, connect }) });
 * ```
 *
 * @module
 */
import type {
  ConnectOptions,
  Engine,
  EngineBrowser,
  EngineTab,
  LaunchOptions,
  NewTabOptions,
} from "./engine.ts";
import { FlatSessions } from "./flat_sessions.ts";
import { openSocketTransport } from "./socket_transport.ts";

export type {
  CdpSession,
  ConnectOptions,
  Engine,
  EngineBrowser,
  EngineTab,
  LaunchOptions,
  NewTabOptions,
} from "./engine.ts";

/** The part of Astral's `Browser` that is used. */
export interface AstralBrowser<Page> {
  /** Gives the browser's socket. */
  unsafelyGetCelestialBindings(): { readonly ws: WebSocket };
  /** Opens a page. */
  newPage(): Promise<Page>;
  /** Ends the browser. */
  close(): Promise<void>;
  /** Disconnects from the browser. */
  disconnect(): Promise<void>;
}

/** The part of Astral's `Page` that is used. */
export interface AstralPage {
  /** Closes the page. */
  close(): Promise<void>;
  /** Gives the domains that a page of Astral's needs. */
  unsafelyGetCelestialBindings(): {
    readonly ws: WebSocket;
    readonly Page: { enable(): Promise<unknown> };
    readonly Runtime: { enable(): Promise<unknown> };
    readonly Network: { enable(options: object): Promise<unknown> };
    close(): Promise<void>;
  };
}

/** Astral's functions: the import of `@astral/astral`, or any part of it that has these. */
export interface Astral<Page extends AstralPage> {
  /** Astral's `launch`. */
  launch(options: {
    path: string;
    headless: boolean;
    args: string[];
  }): Promise<AstralBrowser<Page>>;
  /** Astral's `connect`. */
  connect(options: { endpoint: string }): Promise<AstralBrowser<Page>>;
}

/**
 * An engine over Astral. Astral's own bindings give no errors, so this speaks CDP over Astral's
 * socket with sessions of its own.
 *
 * Astral launches over a WebSocket: unlike with `puppeteer()`, the browser stays when this process
 * is killed. It can't set environment variables, nor stop a launch half-way.
 *
 * @param functions Astral's `launch` and `connect`.
 */
export function astral<Page extends AstralPage>(functions: Astral<Page>): Engine<Page> {
  return {
    name: "astral",
    launch: async (options) => {
      return await wrapBrowser(await functions.launch(launchOptions(options)), true);
    },
    connect: async (endpoint, options = {}) => {
      await checkAnswer(endpoint, options);
      return await wrapBrowser(await functions.connect({ endpoint }), false);
    },
  };
}

function launchOptions(
  options: LaunchOptions,
): { path: string; headless: boolean; args: string[] } {
  return {
    path: options.executablePath,
    headless: options.headless,
    // Astral names no page to begin with; the browser's own would be loaded for nothing.
    args: [`--user-data-dir=${options.userDataDir}`, ...options.args, "about:blank"],
  };
}

/** Astral would wait for ever for a browser that is not there. */
async function checkAnswer(endpoint: string, { signal }: ConnectOptions): Promise<void> {
  const transport = await openSocketTransport(endpoint, signal);
  const closed = new Promise<void>((resolve) => transport.onclose = resolve);
  transport.close();
  await closed;
}

function wrapBrowser<Page extends AstralPage>(
  browser: AstralBrowser<Page>,
  owned: boolean,
): EngineBrowser<Page> {
  const { ws } = browser.unsafelyGetCelestialBindings();
  const sessions = new FlatSessions(ws);
  const close = async () => {
    // Astral would wait for ever for the answer of a browser that is gone.
    if (ws.readyState === WebSocket.CLOSED) return;
    await (owned ? browser.close() : browser.disconnect());
  };
  return {
    session: sessions.root,
    owned,
    closed: sessions.closed,
    newTab: (options = {}) => openTab(browser, sessions, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openTab<Page extends AstralPage>(
  browser: AstralBrowser<Page>,
  sessions: FlatSessions,
  options: NewTabOptions,
): Promise<EngineTab<Page>> {
  const { root } = sessions;
  const { targetId } = await root.send<{ targetId: string }>("Target.createTarget", {
    url: "about:blank",
    ...options,
  });
  let native: Page | undefined;
  return {
    targetId,
    attach: () => sessions.attach(targetId),
    nativePage: async () => native ??= await openNativePage(browser, targetId),
    close: async () => {
      await root.send("Target.closeTarget", { targetId });
      await native?.unsafelyGetCelestialBindings().close();
    },
  };
}

type PageConstructor<Page> = new (
  targetId: string,
  url: undefined,
  ws: WebSocket,
  browser: AstralBrowser<Page>,
  options: object,
) => Page;

/** Astral makes pages of new tabs only; the class of such a page makes one of ours. */
async function openNativePage<Page extends AstralPage>(
  browser: AstralBrowser<Page>,
  targetId: string,
): Promise<Page> {
  const sample = await browser.newPage();
  const sampleUrl = sample.unsafelyGetCelestialBindings().ws.url;
  await sample.close();
  const socket = new WebSocket(
    sampleUrl.replace(/\/devtools\/page\/[^/?]+/, `/devtools/page/${targetId}`),
  );
  await opened(socket);
  const AstralsPage = sample.constructor as PageConstructor<Page>;
  const page = new AstralsPage(targetId, undefined, socket, browser, {});
  const domains = page.unsafelyGetCelestialBindings();
  await Promise.all([
    domains.Page.enable(),
    domains.Runtime.enable(),
    domains.Network.enable({}),
  ]);
  return page;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("error", () => reject(new Error(`Can't connect to ${socket.url}`)), {
      once: true,
    });
  });
}
