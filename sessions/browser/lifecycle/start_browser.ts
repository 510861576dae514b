import { join } from "node:path";
import { withDeadline } from "@orbweaver/session";
import type { Engine, EngineBrowser, LaunchOptions } from "../engines/engine.ts";
import { BrowserConnectError, BrowserStartError } from "../errors.ts";
import type { Profile } from "./profile.ts";

const START_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5_000;

/** What to launch, and how. */
export interface Launch<Page> {
  readonly engine: Engine<Page>;
  readonly executablePath: string;
  readonly headless: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly profile: Profile;
  /** Every switch but those that the profile asks for. */
  readonly flags: readonly string[];
}

/**
 * Launches a browser. If that fails or is given up, nothing is left running.
 *
 * @param launch What to launch, and how.
 * @param signal Gives up.
 * @throws {BrowserStartError} If it does not start.
 */
export async function launchBrowser<Page>(
  launch: Launch<Page>,
  signal: AbortSignal,
): Promise<EngineBrowser<Page>> {
  try {
    return await inTime((given) => launch.engine.launch(launchOptions(launch, given)), signal);
  } catch (cause) {
    throw startError(launch.executablePath, cause);
  }
}

/**
 * Connects to a browser that runs already.
 *
 * @param engine What connects.
 * @param cdpUrl Where the browser is, as the user said.
 * @param signal Gives up.
 * @throws {BrowserConnectError} If there is none.
 */
export async function connectBrowser<Page>(
  engine: Engine<Page>,
  cdpUrl: string,
  signal: AbortSignal,
): Promise<EngineBrowser<Page>> {
  try {
    return await inTime(async (given) => {
      return await engine.connect(await browserEndpoint(cdpUrl, given), { signal: given });
    }, signal);
  } catch (cause) {
    throw new BrowserConnectError(withoutSecrets(cdpUrl), cause);
  }
}

/** The WebSocket address of a browser, which its HTTP address tells. */
async function browserEndpoint(cdpUrl: string, signal: AbortSignal): Promise<string> {
  if (/^wss?:/.test(cdpUrl)) return cdpUrl;
  const response = await fetch(new URL("/json/version", cdpUrl), { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`/json/version answered with status ${response.status}`);
  }
  const { webSocketDebuggerUrl } = await response.json() as { webSocketDebuggerUrl?: unknown };
  if (typeof webSocketDebuggerUrl === "string") return reachable(webSocketDebuggerUrl, cdpUrl);
  throw new Error("/json/version names no webSocketDebuggerUrl");
}

/** A browser behind a tunnel or in a container names the address that it has itself. */
function reachable(endpoint: string, cdpUrl: string): string {
  const address = new URL(endpoint);
  const { host, protocol } = new URL(cdpUrl);
  address.host = host;
  address.protocol = protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/** Services for hire have their keys in the address. */
function withoutSecrets(cdpUrl: string): string {
  const { protocol, host, pathname } = new URL(cdpUrl);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

function launchOptions<Page>(launch: Launch<Page>, signal: AbortSignal): LaunchOptions {
  const { profile, env, executablePath, headless, flags } = launch;
  // Chromium refuses to run as root with its sandbox; there is none to be had then.
  const sandbox = profile.ownedByRoot ? ["--no-sandbox"] : [];
  return {
    executablePath,
    headless,
    userDataDir: profile.path,
    args: [...flags, ...sandbox],
    // Otherwise crash reports go to the user's own browser folder, even with the reporter off.
    env: { ...env, BREAKPAD_DUMP_LOCATION: join(profile.path, "crashes") },
    timeoutMs: START_TIMEOUT_MS,
    signal,
  };
}

async function inTime<Page>(
  start: (signal: AbortSignal) => Promise<EngineBrowser<Page>>,
  signal: AbortSignal,
): Promise<EngineBrowser<Page>> {
  const given = new AbortController();
  const giveUp = () => given.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", giveUp, { once: true });
  const starting = start(given.signal);
  try {
    return await withDeadline(
      orAborted(starting, given.signal),
      START_TIMEOUT_MS,
      "Starting the browser",
    );
  } catch (cause) {
    given.abort(cause);
    await withDeadline(endLate(starting), CLOSE_TIMEOUT_MS, "Ending the start").catch(() => {});
    throw cause;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
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
async function endLate(starting: Promise<EngineBrowser>): Promise<void> {
  const browser = await starting.catch(() => undefined);
  await browser?.close();
}

/**
 * The error for a browser that doesn't start.
 *
 * @param executablePath The browser's executable.
 * @param cause What went wrong.
 */
export function startError(executablePath: string, cause: unknown): BrowserStartError {
  if (cause instanceof BrowserStartError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BrowserStartError(
    `${executablePath} does not start: ${reason}; try it by hand with --headless=new --dump-dom`,
    { cause },
  );
}
