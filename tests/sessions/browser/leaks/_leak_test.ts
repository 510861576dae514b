import {
  type BrowserSessionOptions,
  DynamicSession,
  type Engine,
  StealthSession,
} from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { type Site, startSite } from "../../../site/mod.ts";
import { browserTest, Sandbox } from "../_browser.ts";
import { ENGINE_NAMES, engineNamed } from "../_engines.ts";

/** The two kinds of sessions. */
export const KINDS = { DynamicSession, StealthSession } as const;

/** One of the two kinds of sessions. */
export type Kind = keyof typeof KINDS;

/** What a test of the matrix works with. */
export interface LeakCase {
  readonly site: Site;
  readonly sandbox: Sandbox;
  readonly kind: Kind;
  readonly engineName: string;
  readonly engine: Engine<unknown>;
  /** Makes a session of the kind and engine under test. */
  newSession(options?: BrowserSessionOptions<unknown>): DynamicSession<unknown>;
}

/**
 * A test for each kind of session and each engine: whatever the body does, no process, no file and
 * no socket is left afterwards. Timers and Deno's own resources are watched by the sanitizers.
 *
 * @param name What happens.
 * @param body Makes it happen.
 */
export function leakTest(name: string, body: (given: LeakCase) => Promise<void>): void {
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const engineName of ENGINE_NAMES) {
      browserTest(`${kind} over ${engineName}: ${name}`, () => watch(kind, engineName, body));
    }
  }
}

async function watch(
  kind: Kind,
  engineName: string,
  body: (given: LeakCase) => Promise<void>,
): Promise<void> {
  const engine = await engineNamed(engineName);
  const connections = openConnections();
  await using sandbox = await Sandbox.open();
  {
    await using site = await startSite();
    const newSession = (options = {}) => new KINDS[kind]({ engine, retryDelayMs: 1, ...options });
    await body({ site, sandbox, kind, engineName, engine, newSession });
  }
  await assertNothingLeft(sandbox);
  await assertNoMoreThan(connections);
}

/** Asserts that no process runs that has to do with a folder, and that the folder is empty. */
export async function assertNothingLeft(sandbox: Sandbox): Promise<void> {
  assert.deepEqual(await sandbox.remains(), []);
  assert.deepEqual(await readdir(sandbox.path), []);
}

/** The sockets and pipes of this process; empty where there is no /proc. */
function openConnections(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const what = readlinkSync(`/proc/self/fd/${fd}`);
      return /^(?:socket|pipe):/.test(what) ? [what] : [];
    } catch {
      return []; // it was there for the listing only
    }
  });
}

/** A closed socket is gone a moment after its last event. */
async function assertNoMoreThan(before: readonly string[]): Promise<void> {
  const more = () => openConnections().filter((what) => !before.includes(what));
  for (let waited = 0; waited < 5_000 && more().length > 0; waited += 50) await delay(50);
  assert.deepEqual(more(), []);
}
