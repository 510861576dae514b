import assert from "node:assert/strict";
import process from "node:process";
import {
  DuplicateSessionError,
  InvalidOptionError,
  NetworkError,
  SessionClosedError,
  SessionCloseError,
  SessionManager,
  SessionStartError,
  UnknownSessionError,
  UnsupportedOptionError,
} from "@orbweaver/session";
import { ScriptedSession } from "./_scripted_session.ts";

Deno.test("SessionManager: the first session added is the default, and `default: true` moves it", () => {
  const sessions = new SessionManager()
    .add("a", new ScriptedSession("a"))
    .add("b", new ScriptedSession("b"));
  assert.equal(sessions.defaultId, "a");
  sessions.add("c", new ScriptedSession("c"), { default: true });
  assert.equal(sessions.defaultId, "c");
  assert.deepEqual(sessions.ids, ["a", "b", "c"]);
  assert.equal(sessions.size, 3);
  assert.ok(sessions.has("b"));
});

Deno.test("SessionManager.add() refuses a used id and a second explicit default", () => {
  const sessions = new SessionManager().add("a", new ScriptedSession("a"), { default: true });
  assert.throws(() => sessions.add("a", new ScriptedSession("a")), DuplicateSessionError);
  assert.throws(
    () => sessions.add("b", new ScriptedSession("b"), { default: true }),
    { name: "DuplicateSessionError", message: /'b' asks to be the default, but 'a' already is/ },
  );
  assert.deepEqual(sessions.ids, ["a"]);
});

Deno.test("SessionManager.get() of an unknown id names the known ones", () => {
  const sessions = new SessionManager();
  assert.throws(() => sessions.get("x"), {
    name: "UnknownSessionError",
    message: /no session was added/,
  });
  sessions.add("http", new ScriptedSession("http")).add("stealth", new ScriptedSession("stealth"));
  assert.throws(() => sessions.get("x"), (error: unknown) => {
    assert.ok(error instanceof UnknownSessionError);
    assert.deepEqual(error.available, ["http", "stealth"]);
    assert.match(error.message, /'x' not found; available: http, stealth/);
    return true;
  });
});

Deno.test("SessionManager.fetch() routes by sid, and to the default without one", async () => {
  await using sessions = new SessionManager()
    .add("a", new ScriptedSession("a"))
    .add("b", new ScriptedSession("b"));
  assert.equal((await sessions.fetch("https://example.com/")).sessionId, "a");
  const page = await sessions.fetch("https://example.com/", { sid: "b", headers: { x: "1" } });
  assert.equal(page.sessionId, "b");
  assert.equal(page.css("pre::text").get(), '{"headers":{"x":"1"}}');
  await assert.rejects(sessions.fetch("https://example.com/", { sid: "c" }), UnknownSessionError);
});

Deno.test("SessionManager.fetch() refuses an option that the session's kind does not have", async () => {
  const session = new ScriptedSession("a", { requestOptions: ["method"] });
  await using sessions = new SessionManager().add("a", session);
  await sessions.fetch("https://example.com/", { method: "POST", timeoutMs: 5 });
  await assert.rejects(
    sessions.fetch("https://example.com/", { waitSelector: "h1" }),
    (error: unknown) => {
      assert.ok(error instanceof UnsupportedOptionError);
      assert.equal(error.option, "waitSelector");
      assert.equal(error.sessionId, "a");
      assert.equal(error.kind, "scripted");
      return true;
    },
  );
});

Deno.test("SessionManager.start() starts all but the lazy ones, which start on first use, once", async () => {
  const log: string[] = [];
  await using sessions = new SessionManager()
    .add("a", new ScriptedSession("a", { log }))
    .add("b", new ScriptedSession("b", { log }), { lazy: true });
  await Promise.all([sessions.start(), sessions.start()]);
  assert.deepEqual(log, ["start a"]);
  await Promise.all([1, 2, 3].map(() => sessions.fetch("https://example.com/", { sid: "b" })));
  assert.deepEqual(log, ["start a", "start b"]);
});

Deno.test("SessionManager.start() closes what had started when one of them fails, and tells every cause", async () => {
  const log: string[] = [];
  await using sessions = new SessionManager()
    .add("good", new ScriptedSession("good", { log }))
    .add("bad", new ScriptedSession("bad", { startFailures: [new Error("no browser")] }))
    .add("worse", new ScriptedSession("worse", { startFailures: [new Error("no network")] }));
  await assert.rejects(sessions.start(), (error: unknown) => {
    assert.ok(error instanceof SessionStartError);
    assert.match(error.message, /'bad', 'worse': no browser; no network/);
    assert.equal(error.errors.length, 2);
    return true;
  });
  assert.deepEqual(log, ["start good", "close good"]);
});

Deno.test("SessionManager: a lazy session that does not start fails those who wait for it, not every request anew", async () => {
  const log: string[] = [];
  const session = new ScriptedSession("lazy", {
    log,
    startFailures: [new Error("no browser"), new Error("no browser")],
  });
  await using sessions = new SessionManager()
    .add("http", new ScriptedSession("http"))
    .add("lazy", session, { lazy: true });
  const waiting = [1, 2, 3].map(() => sessions.fetch("https://example.com/", { sid: "lazy" }));
  for (const result of await Promise.allSettled(waiting)) assert.equal(result.status, "rejected");
  await assert.rejects(sessions.fetch("https://example.com/", { sid: "lazy" }), {
    name: "SessionStartError",
    message: "Session 'lazy' does not start: no browser",
  });
  assert.deepEqual(log, ["start lazy"], "one attempt, however many asked");
  assert.equal((await sessions.fetch("https://example.com/")).status, 200);
});

Deno.test("SessionManager.close() closes every session, the last one first, even when one throws", async () => {
  const log: string[] = [];
  const sessions = new SessionManager()
    .add("a", new ScriptedSession("a", { log }))
    .add("b", new ScriptedSession("b", { log, closeFailure: new Error("stuck") }))
    .add("c", new ScriptedSession("c", { log, closeFailure: new Error("lost") }));
  await assert.rejects(sessions.close(), (error: unknown) => {
    assert.ok(error instanceof SessionCloseError);
    assert.deepEqual(
      error.errors.map((one) => (one as Error).message),
      ["Session 'c' did not close: lost", "Session 'b' did not close: stuck"],
    );
    return true;
  });
  assert.deepEqual(log, ["close c", "close b", "close a"]);
  await assert.rejects(sessions.fetch("https://example.com/"), SessionClosedError);
});

Deno.test("SessionManager.close() gives up a session that does not close in time, and closes the others", async () => {
  class Stuck extends ScriptedSession {
    override close(): Promise<void> {
      return new Promise(() => {});
    }
  }
  const log: string[] = [];
  const sessions = new SessionManager({ closeTimeoutMs: 20 })
    .add("a", new ScriptedSession("a", { log }))
    .add("stuck", new Stuck("stuck"));
  await assert.rejects(sessions.close(), {
    message: /'stuck' did not close: .* longer than 20 ms/,
  });
  assert.deepEqual(log, ["close a"]);
});

Deno.test("SessionManager.close() during a fetch rejects the fetch and does not wait for it", async () => {
  const gate = new Promise<void>(() => {});
  const sessions = new SessionManager().add("a", new ScriptedSession("a", { gate }));
  const page = sessions.fetch("https://example.com/");
  await Promise.all([assert.rejects(page, SessionClosedError), sessions.close()]);
});

Deno.test("SessionManager.close() during start closes what is starting", async () => {
  const log: string[] = [];
  const sessions = new SessionManager().add("a", new ScriptedSession("a", { log }));
  const starting = sessions.start();
  await Promise.all([assert.rejects(starting, SessionStartError), sessions.close()]);
  assert.deepEqual(log, ["start a", "close a"]);
});

Deno.test("SessionManager: a borrowed session is used and left open", async () => {
  const borrowed = new ScriptedSession("mine");
  {
    await using sessions = new SessionManager().add("mine", borrowed, { owned: false });
    await sessions.fetch("https://example.com/");
  }
  assert.equal(borrowed.state, "open");
  await borrowed.close();
});

Deno.test("SessionManager.pop() hands the live session back, and the next one becomes the default", async () => {
  await using sessions = new SessionManager()
    .add("a", new ScriptedSession("a"))
    .add("b", new ScriptedSession("b"));
  await sessions.start();
  await using popped = sessions.pop("a") as ScriptedSession;
  assert.equal(popped.state, "open");
  assert.equal(sessions.defaultId, "b");
  assert.throws(() => sessions.pop("a"), UnknownSessionError);
});

Deno.test("SessionManager.remove() waits for the fetches in flight, then closes", async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => open = resolve);
  const log: string[] = [];
  await using sessions = new SessionManager().add("a", new ScriptedSession("a", { gate, log }));
  const page = sessions.fetch("https://example.com/");
  const removing = sessions.remove("a");
  assert.equal(sessions.has("a"), false);
  open();
  assert.equal((await page).status, 200);
  await removing;
  assert.deepEqual(log, ["start a", "close a"]);
});

Deno.test("SessionManager: a lazy session is tried again after a while, which doubles", async () => {
  let now = 1_000_000;
  const log: string[] = [];
  const failures = [1, 2, 3].map((time) => new Error(`no browser ${time}`));
  await using sessions = new SessionManager({ now: () => now })
    .add("lazy", new ScriptedSession("lazy", { log, startFailures: failures }), { lazy: true });
  const attempt = () => sessions.fetch("https://example.com/");
  for (const [time, waitMs] of [[1, 1000], [2, 2000], [3, 4000]] as const) {
    for (let i = 0; i < 3; i++) {
      await assert.rejects(attempt(), (error: unknown) => {
        assert.ok(error instanceof SessionStartError);
        assert.equal(error.message, `Session 'lazy' does not start: no browser ${time}`);
        assert.deepEqual([error.attempts, error.retryAt], [time, now + waitMs]);
        return true;
      });
    }
    assert.equal(log.length, time, "one attempt each time");
    now += waitMs - 1;
    await assert.rejects(attempt(), /no browser/);
    assert.equal(log.length, time);
    now += 1;
  }
  assert.equal((await attempt()).status, 200);
});

Deno.test("SessionManager starts a lazy session once, even one that would start twice", async () => {
  let starts = 0;
  class Careless extends ScriptedSession {
    override async start(): Promise<void> {
      if (this.state === "open") return;
      starts += 1;
      await Promise.resolve();
      await super.start();
    }
  }
  await using sessions = new SessionManager().add("a", new Careless("a"), { lazy: true });
  await Promise.all([1, 2, 3].map(() => sessions.fetch("https://example.com/")));
  assert.equal(starts, 1);
});

Deno.test("SessionManager: each lazy session starts by itself, and its failure is its own", async () => {
  const log: string[] = [];
  await using sessions = new SessionManager()
    .add("bad", new ScriptedSession("bad", { log, startFailures: [new Error("no")] }), {
      lazy: true,
    })
    .add("good", new ScriptedSession("good", { log }), { lazy: true });
  const [bad, good] = await Promise.allSettled([
    sessions.fetch("https://example.com/", { sid: "bad" }),
    sessions.fetch("https://example.com/", { sid: "good" }),
  ]);
  assert.deepEqual([bad.status, good.status], ["rejected", "fulfilled"]);
  assert.deepEqual(log, ["start bad", "start good"]);
});

Deno.test("SessionManager.start() also starts what was added since, and remembers a failure", async () => {
  const log: string[] = [];
  await using sessions = new SessionManager().add("a", new ScriptedSession("a", { log }));
  await sessions.start();
  sessions.add("b", new ScriptedSession("b", { log }));
  await sessions.start();
  assert.deepEqual(log, ["start a", "start b"]);
  sessions.add("c", new ScriptedSession("c", { log, startFailures: [new Error("no")] }));
  await assert.rejects(sessions.start(), /'c': no/);
  await assert.rejects(sessions.start(), /'c': no/);
  assert.deepEqual(log, ["start a", "start b", "start c"]);
  assert.equal(sessions.get("a").state, "open", "it was not this start that opened it");
});

Deno.test("SessionManager.start() undoes what it did when a session throws instead of rejecting", async () => {
  class Thrower extends ScriptedSession {
    override start(): Promise<void> {
      throw new Error("thrown");
    }
  }
  const log: string[] = [];
  const borrowed = new ScriptedSession("borrowed", { log });
  const sessions = new SessionManager()
    .add("first", new ScriptedSession("first", { log }))
    .add("borrowed", borrowed, { owned: false })
    .add("thrower", new Thrower("thrower"))
    .add("last", new ScriptedSession("last", { log, closeFailure: new Error("stuck") }));
  await assert.rejects(sessions.start(), (error: unknown) => {
    assert.ok(error instanceof SessionStartError);
    assert.deepEqual(
      error.errors.map((one) => (one as Error).message),
      ["thrown", "Session 'last' did not close: stuck"],
    );
    return true;
  });
  assert.deepEqual(log.slice(3), ["close last", "close first"], "in reverse, borrowed ones never");
  assert.equal(borrowed.state, "open");
  await borrowed.close();
  await assert.rejects(sessions.close(), SessionCloseError);
});

Deno.test("SessionManager.close() kills what does not close in time, where it can", async () => {
  let killed = 0;
  class Killable extends ScriptedSession {
    override close(): Promise<void> {
      return new Promise(() => {});
    }
    kill(): void {
      killed += 1;
      if (killed === 2) throw new Error("it has gone");
    }
  }
  const sessions = new SessionManager({ closeTimeoutMs: 10 })
    .add("a", new Killable("a"))
    .add("b", new Killable("b"));
  await assert.rejects(sessions.close(), (error: unknown) => {
    assert.ok(error instanceof SessionCloseError);
    assert.deepEqual(error.errors.map((one) => (one as Error).message), [
      "Session 'b' did not close: it took longer than 10 ms; it was killed",
      "Session 'a' did not close: it took longer than 10 ms; killing it failed: it has gone",
    ]);
    return true;
  });
  assert.equal(killed, 2);
});

Deno.test("SessionManager.close() twice, and while a session is being removed, closes each once", async () => {
  const log: string[] = [];
  const gate = new Promise<void>(() => {});
  const sessions = new SessionManager()
    .add("a", new ScriptedSession("a", { log }))
    .add("busy", new ScriptedSession("busy", { log, gate }));
  const page = assert.rejects(
    sessions.fetch("https://example.com/", { sid: "busy" }),
    SessionClosedError,
  );
  await sessions.start();
  const removing = sessions.remove("busy");
  await Promise.all([sessions.close(), sessions.close(), removing, page]);
  await sessions.close();
  assert.deepEqual(log, ["start busy", "start a", "close busy", "close a"]);
});

Deno.test({
  name: "SessionManager.close() in a signal handler ends fetches, and the process can go",
  ignore: process.platform === "win32", // it has no SIGTERM
  fn: async () => {
    const script = `
    import { Response, Lifecycle, SessionManager } from "@orbweaver/session";
    import process from "node:process";
    const timer = setInterval(() => {}, 1000); // what a session holds
    const lifecycle = new Lifecycle("held", { start: async () => {}, stop: async () => clearInterval(timer) });
    const session = {
      kind: "held",
      get state() { return lifecycle.state; },
      start: () => lifecycle.start(),
      fetch: () => new Promise((_, reject) =>
        lifecycle.signal.addEventListener("abort", () => reject(lifecycle.signal.reason))),
      close: () => lifecycle.close(),
      [Symbol.asyncDispose]: () => lifecycle.close(),
    };
    const sessions = new SessionManager().add("held", session);
    const onSignal = async () => {
      await sessions.close();
      process.off("SIGTERM", onSignal);
    };
    process.on("SIGTERM", onSignal);
    await sessions.start();
    const page = sessions.fetch("https://example.com/");
    process.kill(process.pid, "SIGTERM");
    await page.catch((error) => console.log(error.name, session.state));`;
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--config", config, script],
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(
      new TextDecoder().decode(stdout),
      "SessionClosedError closing\n",
      new TextDecoder().decode(stderr),
    );
    assert.equal(code, 0);
  },
});

Deno.test("SessionManager refuses what is no session, no name, and no time", () => {
  const sessions = new SessionManager();
  for (const value of [undefined, null, {}, "http", { start() {}, fetch() {} }]) {
    assert.throws(() => sessions.add("a", value as never), {
      name: "InvalidOptionError",
      option: "session",
    });
  }
  assert.throws(() => sessions.add("", new ScriptedSession("a")), InvalidOptionError);
  for (const closeTimeoutMs of [0, -1, NaN, "1" as unknown as number]) {
    assert.throws(() => new SessionManager({ closeTimeoutMs }), InvalidOptionError);
  }
  assert.equal(sessions.size, 0);
});

Deno.test("SessionManager has no use after close()", async () => {
  const sessions = new SessionManager().add("a", new ScriptedSession("a"));
  await sessions.close();
  assert.throws(() => sessions.add("b", new ScriptedSession("b")), SessionClosedError);
  await assert.rejects(sessions.start(), SessionClosedError);
  await assert.rejects(sessions.fetch("https://example.com/"), SessionClosedError);
});

Deno.test("SessionManager.remove() of the default makes the next one the default; without any there is none", async () => {
  await using sessions = new SessionManager()
    .add("a", new ScriptedSession("a"))
    .add("b", new ScriptedSession("b"), { default: true })
    .add("c", new ScriptedSession("c"));
  await sessions.remove("b");
  assert.equal(sessions.defaultId, "a", "in the order of adding");
  sessions.add("d", new ScriptedSession("d"), { default: true });
  assert.equal(sessions.defaultId, "d", "the former explicit default is gone");
  for (const id of ["d", "a", "c"]) await sessions.remove(id);
  assert.throws(() => sessions.defaultId, UnknownSessionError);
  await assert.rejects(sessions.fetch("https://example.com/"), UnknownSessionError);
  await assert.rejects(sessions.remove("a"), UnknownSessionError);
});

Deno.test("SessionManager.fetch() tells which session a failure belongs to, and leaves the options alone", async () => {
  class Failing extends ScriptedSession {
    override fetch(): Promise<never> {
      return Promise.reject(new NetworkError("reset", { url: "https://example.com/" }));
    }
  }
  await using sessions = new SessionManager().add("shaky", new Failing("shaky"));
  const options = Object.freeze({ sid: "shaky", headers: Object.freeze({ a: "1" }) });
  await assert.rejects(sessions.fetch("https://example.com/", options), (error: unknown) => {
    assert.ok(error instanceof NetworkError);
    assert.equal(error.sessionId, "shaky");
    return true;
  });
});
