import { withDeadline } from "@orbweaver/session";
import { join } from "node:path";
import { browserVersion } from "../engines/browser_version.ts";
import type { Engine, EngineBrowser, EngineTab, LaunchOptions } from "../engines/engine.ts";
import { BrowserCrashedError, BrowserStartError, TabCrashedError } from "../errors.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import { prepareWorkers } from "../identity/workers.ts";
import type { InitialCookie } from "../options/session_options.ts";
import { toCdpCookie } from "../cdp/cookies.ts";
import { useDnsOverHttps } from "./dns_over_https.ts";
import { killBrowser } from "./kill_process.ts";
import { ProfileDirectory } from "./profile_directory.ts";

const START_TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;

/** How a session wants its browser. */
export interface BrowserSettings<Page> {
  readonly engine: Engine<Page>;
  readonly executablePath: string;
  readonly headless: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly cookies: readonly InitialCookie[];
  /** The server to look names up with. */
  readonly dnsOverHttps: string | undefined;
  /** Every switch, for a browser of this version. */
  flags(version: string): readonly string[];
  /** What to tell each shared and service worker before it begins, for a browser of this version. */
  workerCommands(version: string): readonly CdpCommand[];
}

/** A tab, and a signal that aborts when it crashes or is closed by its page. */
export interface Tab<Page> {
  readonly engineTab: EngineTab<Page>;
  readonly gone: AbortSignal;
}

interface TargetInfo {
  targetId: string;
  type: string;
  openerId?: string;
}

/** A browser that this process started, with its profile and its tabs. */
export class RunningBrowser<Page> {
  /** The browser's full version. */
  readonly version: string;
  readonly #browser: EngineBrowser<Page>;
  readonly #profile: ProfileDirectory;
  readonly #crash = new AbortController();
  readonly #tabs = new Map<string, AbortController>();
  readonly #popups = new Map<string, string>();
  readonly #idle: Tab<Page>[] = [];
  #pid: number | undefined;
  #close: Promise<void> | undefined;

  private constructor(browser: EngineBrowser<Page>, profile: ProfileDirectory, version: string) {
    this.#browser = browser;
    this.#profile = profile;
    this.version = version;
  }

  /**
   * Starts a browser with an empty profile.
   *
   * @param settings How the session wants it.
   * @param signal Gives up; nothing is left running then.
   * @throws {BrowserStartError} If it does not start.
   */
  static async launch<Page>(
    settings: BrowserSettings<Page>,
    signal: AbortSignal,
  ): Promise<RunningBrowser<Page>> {
    const version = await browserVersion(settings.executablePath, signal);
    const profile = await ProfileDirectory.create();
    let running: RunningBrowser<Page> | undefined;
    try {
      const { dnsOverHttps } = settings;
      if (dnsOverHttps !== undefined) await useDnsOverHttps(profile.path, dnsOverHttps);
      const browser = await startEngine(settings, profile, version, signal);
      running = new RunningBrowser(browser, profile, version);
      await withDeadline(
        running.#setUp(settings.cookies, settings.workerCommands(version)),
        COMMAND_TIMEOUT_MS,
        "Preparing the browser",
      );
      return running;
    } catch (cause) {
      await (running === undefined ? profile.remove() : running.close());
      throw startError(settings.executablePath, cause);
    }
  }

  /** Aborts when the browser ends by itself. */
  get crashed(): AbortSignal {
    return this.#crash.signal;
  }

  /** Gives a tab: one that has been used before, or a new one. */
  async openTab(): Promise<Tab<Page>> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const opening = this.#browser.newTab();
    const engineTab = await withDeadline(opening, COMMAND_TIMEOUT_MS, "Opening a tab");
    const gone = new AbortController();
    this.#tabs.set(engineTab.targetId, gone);
    return { engineTab, gone: gone.signal };
  }

  /**
   * Takes back a tab that shows nothing and has nothing left of its last page.
   *
   * @param tab The tab.
   */
  async park(tab: Tab<Page>): Promise<void> {
    await this.#closePopups(tab);
    if (!tab.gone.aborted) this.#idle.push(tab);
  }

  /**
   * Closes a tab. Never fails: what can't be closed goes with the browser.
   *
   * @param tab The tab.
   */
  async discard(tab: Tab<Page>): Promise<void> {
    this.#tabs.delete(tab.engineTab.targetId);
    const closing = [this.#closePopups(tab), tab.engineTab.close()];
    const all = Promise.allSettled(closing);
    await withDeadline(all, COMMAND_TIMEOUT_MS, "Closing a tab").catch(() => {});
  }

  /** Ends the browser, by force if need be, and removes its profile. Idempotent. */
  close(): Promise<void> {
    this.#close ??= this.#end();
    return this.#close;
  }

  async #setUp(
    cookies: readonly InitialCookie[],
    workerCommands: readonly CdpCommand[],
  ): Promise<void> {
    const { session } = this.#browser;
    this.#profile.removeOnExit();
    this.#watchTargets();
    void this.#browser.closed.then(() => this.#onDisconnected());
    const [{ processInfo }] = await Promise.all([
      session.send<{ processInfo: { type: string; id: number }[] }>("SystemInfo.getProcessInfo"),
      session.send("Target.setDiscoverTargets", { discover: true }),
      prepareWorkers(session, workerCommands),
      session.send("Browser.setDownloadBehavior", { behavior: "deny" }),
      session.send("Storage.setCookies", { cookies: cookies.map(toCdpCookie) }),
    ]);
    this.#pid = processInfo.find(({ type }) => type === "browser")?.id;
  }

  #watchTargets(): void {
    const { session } = this.#browser;
    const lost = ({ targetId }: { targetId: string }) => {
      this.#popups.delete(targetId);
      this.#loseTab(targetId);
    };
    session.on("Target.targetCrashed", lost);
    session.on("Target.targetDestroyed", lost);
    session.on<{ targetInfo: TargetInfo }>("Target.targetCreated", ({ targetInfo }) => {
      const { targetId, openerId } = targetInfo;
      if (openerId === undefined) return;
      // A popup may open popups: all of them belong to the tab that began it.
      const root = this.#popups.get(openerId) ?? openerId;
      if (this.#tabs.has(root)) this.#popups.set(targetId, root);
      else this.#closeTarget(targetId).catch(() => {});
    });
  }

  #loseTab(targetId: string): void {
    const message = "The tab crashed, or its page closed it";
    this.#tabs.get(targetId)?.abort(new TabCrashedError(message));
    this.#tabs.delete(targetId);
    const place = this.#idle.findIndex((tab) => tab.engineTab.targetId === targetId);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  async #closePopups(tab: Tab<Page>): Promise<void> {
    const { targetId } = tab.engineTab;
    const own = [...this.#popups].filter(([, root]) => root === targetId);
    await Promise.allSettled(own.map(([popup]) => this.#closeTarget(popup)));
  }

  async #closeTarget(targetId: string): Promise<void> {
    await this.#browser.session.send("Target.closeTarget", { targetId });
  }

  #onDisconnected(): void {
    if (this.#close !== undefined) return;
    this.#crash.abort(
      new BrowserCrashedError("The browser crashed or was killed; the next fetch starts a new one"),
    );
    this.close().catch(() => {});
  }

  async #end(): Promise<void> {
    try {
      await withDeadline(this.#browser.close(), CLOSE_TIMEOUT_MS, "Closing the browser");
    } catch {
      if (this.#pid !== undefined) killBrowser(this.#pid);
    } finally {
      await this.#profile.remove();
    }
  }
}

async function startEngine<Page>(
  settings: BrowserSettings<Page>,
  profile: ProfileDirectory,
  version: string,
  signal: AbortSignal,
): Promise<EngineBrowser<Page>> {
  const given = new AbortController();
  const giveUp = () => given.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", giveUp, { once: true });
  const launching = settings.engine.launch(launchOptions(settings, profile, version, given.signal));
  try {
    return await withDeadline(
      orAborted(launching, given.signal),
      START_TIMEOUT_MS,
      "Starting the browser",
    );
  } catch (cause) {
    given.abort(cause);
    await withDeadline(endLate(launching), CLOSE_TIMEOUT_MS, "Ending the start").catch(() => {});
    throw cause;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function launchOptions<Page>(
  settings: BrowserSettings<Page>,
  profile: ProfileDirectory,
  version: string,
  signal: AbortSignal,
): LaunchOptions {
  // Chromium refuses to run as root with its sandbox; there is none to be had then.
  const sandbox = profile.ownedByRoot ? ["--no-sandbox"] : [];
  return {
    executablePath: settings.executablePath,
    headless: settings.headless,
    userDataDir: profile.path,
    args: [...settings.flags(version), ...sandbox],
    // Otherwise crash reports go to the user's own browser folder, even with the reporter off.
    env: { ...settings.env, BREAKPAD_DUMP_LOCATION: join(profile.path, "crashes") },
    timeoutMs: START_TIMEOUT_MS,
    signal,
  };
}

/** An engine may notice an abort late or never; who waits for it shall not. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Closes a browser that came up although the start was given up. */
async function endLate(launching: Promise<EngineBrowser>): Promise<void> {
  const browser = await launching.catch(() => undefined);
  await browser?.close();
}

function startError(executablePath: string, cause: unknown): BrowserStartError {
  if (cause instanceof BrowserStartError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BrowserStartError(
    `${executablePath} does not start: ${reason}; try it by hand with --headless=new --dump-dom`,
    { cause },
  );
}
