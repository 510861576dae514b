/**
 * A program that has a browser when it is killed or ends: the tests run it in Deno and in Node.
 *
 * @module
 */
import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";
import process from "node:process";
import { engineNamed } from "../_engines.ts";

/** What the program does. */
export interface Work {
  /** The kind of session. */
  readonly kind: "DynamicSession" | "StealthSession";
  /** The engine's name. */
  readonly engine: string;
  /**
   * A spider that never comes to an end but heeds Ctrl+C, or a session alone: one that waits for a
   * page for ever, or a program that throws or exits without closing it.
   */
  readonly way: "crawl" | "wait" | "throw" | "exit";
  /** The test site. */
  readonly url: string;
}

/** Crawls pages without end; says when the first one is there. */
class EndlessSpider extends Spider<{ url: string }> {
  override name = "endless";
  override logLevel = "silent" as const;
  readonly #session: DynamicSession<unknown>;

  constructor(work: Work, session: DynamicSession<unknown>) {
    super();
    this.#session = session;
    this.startUrls = [`${work.url}/plain/1`];
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("browser", this.#session);
  }

  override async *parse(response: Response) {
    const page = Number(/\d+$/.exec(response.url)![0]);
    if (page === 1) console.log("ready");
    yield { url: response.url };
    yield response.follow(`/plain/${page + 1}`);
  }
}

async function useSession(work: Work, session: DynamicSession<unknown>): Promise<void> {
  await session.fetch(`${work.url}/plain/1`);
  if (work.way === "throw") throw new Error("thrown on purpose");
  if (work.way === "exit") process.exit(7);
  const waiting = session.fetch(`${work.url}/slow/forever`);
  console.log("ready");
  await waiting;
}

const work = JSON.parse(process.argv[2]!) as Work;
const engine = await engineNamed(work.engine);
const session = new { DynamicSession, StealthSession }[work.kind]({ engine });
if (work.way === "crawl") console.log((await new EndlessSpider(work, session).start()).outcome);
else await useSession(work, session);
