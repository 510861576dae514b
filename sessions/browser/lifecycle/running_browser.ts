import { type ProxyServer, withDeadline } from "@orbweaver/session";
import { browserVersion } from "../engines/browser_version.ts";
import type { Engine, EngineBrowser } from "../engines/engine.ts";
import { BrowserConnectError, BrowserCrashedError } from "../errors.ts";
import type { NextFetch } from "../cdp/leftover.ts";
import type { PreparePopup } from "../cdp/page_fetch.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import { prepareWorker } from "../identity/workers.ts";
import { BrowserContexts } from "./contexts.ts";
import { useDnsOverHttps } from "./dns_over_https.ts";
import { holdTargets } from "./held_targets.ts";
import type { Jars } from "./jars.ts";
import { killBrowser } from "./kill_process.ts";
import { memoryOf } from "./memory.ts";
import type { Profile } from "./profile.ts";
import { ProfileDirectory } from "./profile_directory.ts";
import { connectBrowser, launchBrowser, startError } from "./start_browser.ts";
import type { Tab } from "./tab.ts";
import { Tabs, type TabsSettings } from "./tabs.ts";
import { openUserProfile } from "./user_profile.ts";

const COMMAND_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;

/** How a session wants its browser. */
export interface BrowserSettings<Page> {
  readonly engine: Engine<Page>;
  /** The browser to connect to; missing to launch one. */
  readonly cdpUrl: string | undefined;
  /** Finds the executable to launch. */
  executable(): string;
  readonly headless: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** The folder of a profile that stays; missing for an empty one. */
  readonly userDataDir: string | undefined;
  /** The proxy that the browser itself is started with. */
  readonly ownProxy: ProxyServer | undefined;
  /** The server to look names up with. */
  readonly dnsOverHttps: string | undefined;
  readonly jars: Jars;
  readonly tabs: TabsSettings;
  /** Every switch, for a browser of this version. */
  flags(version: string): readonly string[];
  /** What to tell each shared and service worker before it begins, for a browser of this version. */
  workerCommands(version: string): readonly CdpCommand[];
}

/** What became of a start: the connection, and what was learned before it. */
interface Started<Page> {
  readonly browser: EngineBrowser<Page>;
  /** Missing for a browser that was connected to. */
  readonly profile: Profile | undefined;
}

/** A browser that this session started or connected to, with its contexts and its tabs. */
export class RunningBrowser<Page> {
  readonly #browser: EngineBrowser<Page>;
  readonly #profile: Profile | undefined;
  readonly #crash = new AbortController();
  readonly #contexts: BrowserContexts;
  readonly #tabs: Tabs<Page>;
  #version = "";
  #userAgent = "";
  #pid: number | undefined;
  #close: Promise<void> | undefined;

  private constructor({ browser, profile }: Started<Page>, settings: BrowserSettings<Page>) {
    this.#browser = browser;
    this.#profile = profile;
    this.#tabs = new Tabs(browser, settings.tabs);
    this.#contexts = new BrowserContexts({
      session: browser.session,
      jars: settings.jars,
      ownProxy: settings.ownProxy,
      onClosed: (context) => this.#tabs.forget(context),
    });
  }

  /**
   * Starts a browser, or connects to one.
   *
   * @param settings How the session wants it.
   * @param signal Gives up; nothing is left running then.
   * @throws {BrowserStartError} If it does not start.
   * @throws {BrowserConnectError} If there is none to connect to.
   */
  static open<Page>(
    settings: BrowserSettings<Page>,
    signal: AbortSignal,
  ): Promise<RunningBrowser<Page>> {
    const { cdpUrl } = settings;
    return cdpUrl === undefined ? launch(settings, signal) : connect(settings, cdpUrl, signal);
  }

  /**
   * Takes over a browser that has come up.
   *
   * @param started The browser.
   * @param settings How the session wants it.
   */
  static async adopt<Page>(
    started: Started<Page>,
    settings: BrowserSettings<Page>,
  ): Promise<RunningBrowser<Page>> {
    const running = new RunningBrowser(started, settings);
    try {
      const preparing = running.#setUp(settings);
      await withDeadline(preparing, COMMAND_TIMEOUT_MS, "Preparing the browser");
      return running;
    } catch (error) {
      await running.close();
      throw error;
    }
  }

  /** The browser's full version. */
  get version(): string {
    return this.#version;
  }

  /** The user agent that the browser has by itself. */
  get userAgent(): string {
    return this.#userAgent;
  }

  /** Whether closing ends the browser. */
  get owned(): boolean {
    return this.#browser.owned;
  }

  /** Aborts when the browser ends by itself. */
  get crashed(): AbortSignal {
    return this.#crash.signal;
  }

  /**
   * Gives a tab.
   *
   * @param proxy The proxy that it has to go through.
   * @param next The fetch that it is for.
   */
  async openTab(proxy: ProxyServer | undefined, next: NextFetch): Promise<Tab<Page>> {
    const context = await this.#contexts.take(proxy);
    try {
      return await this.#tabs.open(context, next);
    } catch (error) {
      await this.#contexts.release(context);
      throw error;
    }
  }

  /**
   * Takes back a tab whose page is at rest.
   *
   * @param tab The tab.
   */
  async park(tab: Tab<Page>): Promise<void> {
    await this.#tabs.park(tab);
    await this.#contexts.release(tab.context);
  }

  /**
   * Closes a tab. Never fails: what can't be closed goes with the browser.
   *
   * @param tab The tab.
   */
  async discard(tab: Tab<Page>): Promise<void> {
    await this.#tabs.discard(tab);
    await this.#contexts.release(tab.context);
  }

  /**
   * Says what is done with each popup of a tab's page before it begins, until the tab is given back.
   *
   * @param tab The tab.
   * @param prepare Does it.
   */
  onPopup(tab: Tab<Page>, prepare: PreparePopup): void {
    this.#tabs.onPopup(tab, prepare);
  }

  /** How much memory its processes use together, in bytes. */
  async memoryBytes(): Promise<number> {
    return await memoryOf((await this.#processes()).map(({ id }) => id));
  }

  /** Ends the browser, by force if need be, and removes its profile; or disconnects. Idempotent. */
  close(): Promise<void> {
    this.#close ??= this.#end();
    return this.#close;
  }

  /** Kills the browser, if it is ours. What it leaves is removed when its end is noticed. */
  kill(): void {
    if (this.#browser.owned && this.#pid !== undefined) killBrowser(this.#pid);
  }

  async #holdTargets(ofWorkers: readonly CdpCommand[]): Promise<void> {
    await holdTargets(this.#browser.session, {
      worker: (worker) => prepareWorker(worker, ofWorkers),
      popup: (popup, info) => this.#tabs.preparePopup(popup, info),
    });
  }

  async #setUp({ workerCommands }: BrowserSettings<Page>): Promise<void> {
    const { session, owned } = this.#browser;
    void this.#browser.closed.then(() => this.#onDisconnected());
    const [{ product, userAgent }, processes] = await Promise.all([
      session.send<{ product: string; userAgent: string }>("Browser.getVersion"),
      owned ? this.#processes() : [],
      session.send("Target.setDiscoverTargets", { discover: true }),
      session.send("Browser.setDownloadBehavior", { behavior: "deny" }),
    ]);
    this.#version = product.slice(product.indexOf("/") + 1);
    // Another's browser may have tabs and workers of others, who would wait for us.
    if (owned) await this.#holdTargets(workerCommands(this.#version));
    this.#userAgent = userAgent.replace("Headless", "");
    this.#pid = processes.find(({ type }) => type === "browser")?.id;
  }

  async #processes(): Promise<{ type: string; id: number }[]> {
    const { processInfo } = await this.#browser.session.send<
      { processInfo: { type: string; id: number }[] }
    >("SystemInfo.getProcessInfo");
    return processInfo;
  }

  #onDisconnected(): void {
    if (this.#close !== undefined) return;
    this.#crash.abort(
      new BrowserCrashedError("The browser crashed or was killed; the next fetch starts a new one"),
    );
    this.close().catch(() => {});
  }

  async #end(): Promise<void> {
    this.#tabs.stop();
    try {
      await withDeadline(this.#endInOrder(), CLOSE_TIMEOUT_MS, "Closing the browser");
    } catch {
      this.kill();
    } finally {
      await this.#tabs.rest();
      await this.#profile?.remove();
    }
  }

  async #endInOrder(): Promise<void> {
    if (!this.#browser.owned && !this.#crash.signal.aborted) {
      await this.#tabs.closeAll();
      await this.#contexts.closeAll();
    }
    await this.#browser.close();
  }
}

async function launch<Page>(
  settings: BrowserSettings<Page>,
  signal: AbortSignal,
): Promise<RunningBrowser<Page>> {
  const { engine, headless, env, userDataDir, dnsOverHttps } = settings;
  const executablePath = settings.executable();
  const version = await browserVersion(executablePath, signal);
  const flags = settings.flags(version);
  const profile = userDataDir === undefined
    ? await ProfileDirectory.create()
    : await openUserProfile(userDataDir);
  try {
    if (dnsOverHttps !== undefined) await useDnsOverHttps(profile.path, dnsOverHttps);
    const launch = { engine, executablePath, headless, env, profile, flags };
    const browser = await launchBrowser(launch, signal);
    return await RunningBrowser.adopt({ browser, profile }, settings);
  } catch (cause) {
    await profile.remove();
    throw startError(executablePath, cause);
  }
}

async function connect<Page>(
  settings: BrowserSettings<Page>,
  cdpUrl: string,
  signal: AbortSignal,
): Promise<RunningBrowser<Page>> {
  const browser = await connectBrowser(settings.engine, cdpUrl, signal);
  try {
    return await RunningBrowser.adopt({ browser, profile: undefined }, settings);
  } catch (cause) {
    if (cause instanceof BrowserConnectError) throw cause;
    throw new BrowserConnectError(cdpUrl, cause);
  }
}
