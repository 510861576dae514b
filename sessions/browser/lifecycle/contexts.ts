import { type ProxyServer, withDeadline } from "@orbweaver/session";
import type { CdpSession } from "../engines/engine.ts";
import { CookieSync } from "./cookie_sync.ts";
import type { Jars } from "./jars.ts";

const COMMAND_TIMEOUT_MS = 10_000;

/** A context costs memory even when nobody uses it; a pool may have thousands of proxies. */
const MOST_CONTEXTS = 16;

/** A part of a browser with storage of its own, and with a proxy of its own. */
export interface BrowserContext {
  /** Its id; missing for the browser's default context. */
  readonly id: string | undefined;
  /** The proxy that it goes through. */
  readonly proxy: ProxyServer | undefined;
  /** Its cookies. */
  readonly cookies: CookieSync;
}

/** What {@linkcode BrowserContexts} needs. */
export interface ContextParts {
  /** The session to the browser. */
  readonly session: CdpSession;
  /** The cookie jars by way out. */
  readonly jars: Jars;
  /** The proxy that the browser itself was started with, for its default context. */
  readonly ownProxy: ProxyServer | undefined;
  /** Hears of a context that is closed now, with all that is in it. */
  onClosed(context: BrowserContext): void;
}

interface Entry {
  readonly opening: Promise<BrowserContext>;
  users: number;
}

/** The contexts of a browser: the default one, and one for each proxy, kept for its next use. */
export class BrowserContexts {
  readonly #parts: ContextParts;
  /** By the proxy's address, the one used longest ago first. */
  readonly #entries = new Map<string, Entry>();

  /** @param parts What it needs. */
  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  /**
   * Gives the context for a proxy, to be released afterwards.
   *
   * @param proxy The proxy; left out, none.
   */
  async take(proxy: ProxyServer | undefined): Promise<BrowserContext> {
    const key = keyOf(proxy);
    const entry = this.#entries.get(key) ?? { opening: this.#open(proxy), users: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      return await entry.opening;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /**
   * Takes back a context.
   *
   * @param context What {@linkcode BrowserContexts.take} gave.
   */
  async release(context: BrowserContext): Promise<void> {
    const entry = this.#entries.get(keyOf(context.proxy));
    if (entry !== undefined) entry.users -= 1;
    await this.#closeSurplus();
  }

  /** Closes every context but the default one, for a browser that goes on without us. */
  async closeAll(): Promise<void> {
    const opened = await Promise.allSettled([...this.#entries.values()].map((e) => e.opening));
    this.#entries.clear();
    const contexts = opened.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
    await Promise.allSettled(contexts.map((context) => this.#close(context)));
  }

  async #open(proxy: ProxyServer | undefined): Promise<BrowserContext> {
    const { session, jars, ownProxy } = this.#parts;
    const isDefault = keyOf(proxy) === keyOf(ownProxy);
    const id = isDefault ? undefined : await this.#create(proxy!);
    return { id, proxy, cookies: new CookieSync(jars.for(proxy), session, id) };
  }

  async #create(proxy: ProxyServer): Promise<string> {
    const { session } = this.#parts;
    const creating = session.send<{ browserContextId: string }>("Target.createBrowserContext", {
      proxyServer: proxy.server,
      // Chromium goes to loopback addresses directly unless this is taken away from its own list.
      proxyBypassList: "<-loopback>",
      disposeOnDetach: true,
    });
    const opening = "Opening a browser context";
    const { browserContextId } = await withDeadline(creating, COMMAND_TIMEOUT_MS, opening);
    await session.send("Browser.setDownloadBehavior", { behavior: "deny", browserContextId });
    return browserContextId;
  }

  async #closeSurplus(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MOST_CONTEXTS) return;
      if (entry.users > 0 || key === keyOf(this.#parts.ownProxy)) continue;
      this.#entries.delete(key);
      await this.#close(await entry.opening);
    }
  }

  async #close(context: BrowserContext): Promise<void> {
    const { id: browserContextId } = context;
    if (browserContextId === undefined) return;
    this.#parts.onClosed(context);
    const closing = this.#parts.session.send("Target.disposeBrowserContext", { browserContextId });
    const what = "Closing a browser context";
    await withDeadline(closing, COMMAND_TIMEOUT_MS, what).catch(() => {});
  }
}

function keyOf(proxy: ProxyServer | undefined): string {
  return proxy?.url ?? "";
}
