/**
 * What `undici_test.ts` runs in Node: sends requests as told, one JSON line for each outcome.
 *
 * @module
 */
import { FetchSession, type FetchSessionOptions } from "@orbweaver/fetch-session";
import process from "node:process";
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { NETWORK } from "../../../../sessions/fetch/guard/network.ts";

/** One request and its session. */
export interface Step {
  /** The URL. */
  readonly url: string;
  /** The session's options. */
  readonly options: FetchSessionOptions;
  /** What each name leads to, one answer after the other; other names are looked up. */
  readonly names?: Record<string, string[][]>;
}

/** What came of a step. */
export interface Outcome {
  /** The error's name, where there was one. */
  readonly error?: string;
  /** The error's message. */
  readonly message?: string;
  /** The answer's status. */
  readonly status?: number;
  /** The answer's text. */
  readonly text?: string;
  /** How many bytes the body has. */
  readonly bytes?: number;
  /** How many `Set-Cookie` headers came. */
  readonly cookies?: number;
}

async function take({ url, options, names = {} }: Step): Promise<Outcome> {
  const world = {
    lookup: async (host: string) => {
      const answers = names[host];
      if (answers === undefined) return (await lookup(host, { all: true })).map((a) => a.address);
      return (answers.length > 1 ? answers.shift() : answers[0]) as string[];
    },
    connect: (address: string, port: number) => connect(port, address),
  };
  const session = new FetchSession({
    impersonate: false,
    ...options,
    [NETWORK]: world,
  } as FetchSessionOptions);
  try {
    const page = await session.fetch(url);
    const { status, body } = page;
    const text = body.byteLength > 20_000 ? "" : page.text;
    const cookies = page.headers.getSetCookie().length;
    return { status, text, bytes: body.byteLength, cookies };
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  } finally {
    await session.close();
  }
}

const steps = JSON.parse(process.argv[2] ?? "[]") as Step[];
for (const step of steps) console.log(JSON.stringify(await take(step)));
