import { CookieJar, type SessionManager, type SessionMap } from "@orbweaver/session";
import type { Keeper } from "./keeper.ts";

/** Keeps the cookies of every session that has a `jar`; a jar that several share is kept once. */
export class CookiesKeeper implements Keeper {
  readonly name = "cookies";
  readonly #jars: ReadonlyMap<string, CookieJar>;

  /** @param sessions The sessions, configured. */
  constructor(sessions: SessionManager<SessionMap>) {
    this.#jars = jarsOf(sessions);
  }

  /** The jars by session, as JSON. */
  save(): string | undefined {
    if (this.#jars.size === 0) return undefined;
    return JSON.stringify(Object.fromEntries(this.#jars));
  }

  /** Puts the cookies back into the jars; those of a session that is no more are left out. */
  load(text: string): void {
    const data: unknown = JSON.parse(text);
    for (const [id, jar] of this.#jars) {
      if (!Object.hasOwn(data as object, id)) continue;
      jar.add(CookieJar.fromJSON((data as Record<string, unknown>)[id]).cookies());
    }
  }
}

function jarsOf(sessions: SessionManager<SessionMap>): Map<string, CookieJar> {
  const jars = new Map<string, CookieJar>();
  const known = new Set<unknown>();
  for (const id of sessions.ids) {
    const { jar } = sessions.get(id) as { jar?: unknown };
    if (!isJar(jar) || known.has(jar)) continue;
    known.add(jar);
    jars.set(id, jar);
  }
  return jars;
}

/** By its shape, not by `instanceof`: a spider's file may bring another copy of the class. */
function isJar(value: unknown): value is CookieJar {
  const { add, cookies, toJSON } = (value ?? {}) as Partial<CookieJar>;
  return [add, cookies, toJSON].every((method) => typeof method === "function");
}
