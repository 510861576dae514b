import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { FrontierStoreError, SqliteFrontier } from "@orbweaver/spider";
import { migrate, MIGRATIONS, versionOf } from "../../../spider/frontier/sqlite_schema.ts";
import { item } from "../frontier_contract.ts";
import { openTexts } from "./_sqlite_subject.ts";

/** Runs a test with the path of a frontier's file, in a folder that goes with it. */
function test(name: string, run: (path: string, folder: string) => Promise<void>): void {
  Deno.test(`SqliteFrontier: ${name}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "faults-"));
    try {
      await run(join(folder, "crawl.sqlite"), folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** A file with a few hundred requests in it. */
async function filled(path: string, count = 500): Promise<void> {
  await using frontier = await openTexts(path);
  await frontier.push(Array.from({ length: count }, (_, i) => item(`${i}${"x".repeat(200)}`)));
}

function refused(path: string, problem: string, message: RegExp): Promise<void> {
  return assert.rejects(SqliteFrontier.open(path), (error: FrontierStoreError) => {
    assert.ok(error instanceof FrontierStoreError, `${error}`);
    assert.equal(error.problem, problem);
    assert.equal(error.place, path);
    assert.match(error.message, message);
    return true;
  });
}

test("what was queued, leased, seen, counted and buried is there when the file is opened again", async (path) => {
  {
    await using frontier = await openTexts(path);
    await frontier.push([item("a", { priority: 2 }), item("b"), item("c"), item("d")]);
    const [a, b] = await frontier.lease({ max: 3 });
    await frontier.settle(a!, {
      items: [{ n: 1 }],
      counters: { pages: 1 },
      discovered: [item("e")],
    });
    await frontier.bury(b!, "broken");
    await frontier.blockUntil("e.test", 2_000_000);
    await frontier.push([item("blocked", { key: "e.test" })]);
  }
  await using frontier = await openTexts(path);
  const { queued, leased, seen, dead, items, counters } = await frontier.stats();
  assert.deepEqual({ queued, leased, seen, dead, items, counters }, {
    queued: 4,
    leased: 0,
    seen: 6,
    dead: 1,
    items: 1,
    counters: { pages: 1 },
  });
  assert.deepEqual(await frontier.push([item("a")]), ["duplicate"]);
  const leases = await frontier.lease({ max: 9, waitMs: 0 });
  // c was out when the file was closed.
  assert.deepEqual(leases.map(({ payload }) => payload), ["c", "d", "e"]);
});

test("counters add up over runs, however many there are", async (path) => {
  const expected: Record<string, number> = {};
  for (let run = 0; run < 3; run++) {
    await using frontier = await openTexts(path);
    for (let page = 0; page < 100; page++) {
      const counters = { pages: 1, bytes: 0.5, [`host ${page * run}`]: page };
      await frontier.push([], { counters });
      for (const [name, by] of Object.entries(counters)) {
        expected[name] = (expected[name] ?? 0) + by;
      }
    }
    assert.deepEqual((await frontier.stats()).counters, expected);
  }
  await using frontier = await openTexts(path);
  assert.deepEqual((await frontier.stats()).counters, expected);
});

test("a lease of an earlier run settles nothing", async (path) => {
  const earlier = await openTexts(path);
  await earlier.push([item("a")]);
  const [old] = await earlier.lease({ max: 1 });
  await earlier.close();
  await using frontier = await openTexts(path);
  const [now] = await frontier.lease({ max: 1 });
  assert.notEqual(now!.token, old!.token);
  assert.equal((await frontier.settle(old!, { items: [1] })).status, "stale");
  assert.equal((await frontier.settle(now!, { items: [1] })).status, "ok");
});

test("what a killed process had out is next again, in its old order, with many hosts or few", async (path) => {
  for (const hosts of [3, 500]) {
    const file = `${path}.${hosts}`;
    const copy = `${file}.copy`;
    const names = Array.from({ length: hosts * 2 }, (_, i) => `${i}`);
    const open = await openTexts(file);
    await open.push(names.map((name, i) => item(name, { key: `${i % hosts}`, priority: i % 3 })));
    await open.lease({ max: hosts + 1 });
    await open.push([item("committed")]);
    for (const end of ["", "-wal"]) await writeFile(copy + end, await readFile(file + end));
    await open.close();
    await using frontier = await openTexts(copy);
    const leases = await frontier.lease({ max: hosts * 3, waitMs: 0 });
    assert.equal(leases.length, hosts * 2 + 1);
    assert.equal(new Set(leases.map(({ payload }) => payload)).size, hosts * 2 + 1);
    const ofFirst = leases.filter(({ key }) => key === "1").map(({ priority }) => priority);
    assert.deepEqual(ofFirst, ofFirst.toSorted((a, b) => b - a));
  }
});

test("a killed process leaves the right counts, whatever it did last", async (path) => {
  const open = await openTexts(path);
  const steps: (() => Promise<unknown>)[] = [
    () => open.push([item("a")]),
    () => open.push(Array.from({ length: 70 }, (_, i) => item(`b${i}`))),
    () => open.push([item("a")]),
    () => open.push([item("a", { dontFilter: true }), item("later", { notBefore: 9e15 })]),
    async () => await open.settle((await open.lease({ max: 1 }))[0]!, { discovered: [item("c")] }),
    () => open.push([item("d")]),
    async () => await open.retry((await open.lease({ max: 1 }))[0]!),
    async () => await open.bury((await open.lease({ max: 1 }))[0]!, "broken"),
    () => open.revive(),
    async () => {
      const [lease] = await open.lease({ max: 1 });
      await Promise.all([open.push([item("e")]), open.settle(lease!, { items: [1] })]);
    },
  ];
  for (const [index, step] of steps.entries()) {
    await step();
    const copy = `${path}.${index}`;
    for (const end of ["", "-wal"]) await writeFile(copy + end, await readFile(path + end));
    const { leased, queued, ...others } = await open.stats();
    await using killed = await openTexts(copy);
    assert.deepEqual(await killed.stats(), { leased: 0, queued: queued + leased, ...others });
    const pending = await Array.fromAsync(killed.pending());
    assert.equal(pending.length, queued + leased, `after step ${index}`);
  }
  await open.close();
});

test("a host that was closed until further notice is open again in the next run", async (path) => {
  {
    await using frontier = await openTexts(path);
    await frontier.push([item("a")]);
    await frontier.blockUntil("a.test", Infinity);
    assert.deepEqual(await frontier.lease({ max: 1, waitMs: 0 }), []);
  }
  await using frontier = await openTexts(path);
  assert.equal((await frontier.lease({ max: 1, waitMs: 0 })).length, 1);
});

test("a file that was cut short is damaged, also one of which nothing is left", async (path) => {
  await filled(path);
  const { size } = await stat(path);
  await truncate(path, Math.floor(size / 2));
  await refused(path, "corrupt", /damaged; restore a copy/);
  await truncate(path, 0);
  await refused(path, "corrupt", /is empty.*cut short/);
});

test("damage that is found in the midst is a typed error, and ends the frontier", async (path) => {
  await filled(path);
  const bytes = await readFile(path);
  bytes.fill(0xff, 4096 * 4);
  await writeFile(path, bytes);
  await assert.rejects(async () => {
    await using frontier = await openTexts(path);
    for (;;) {
      const leases = await frontier.lease({ max: 100, waitMs: 0 });
      for (const lease of leases) await frontier.settle(lease, {});
      if (leases.length === 0) return;
    }
  }, { name: "FrontierStoreError", problem: "corrupt" });
});

test("a file of something else is left as it is", async (path) => {
  await writeFile(path, "These are my notes.\n".repeat(1_000));
  await refused(path, "foreign", /not a database.*choose another folder/);
  assert.match(await readFile(path, "utf8"), /^These are my notes/);
  await rm(path);
  const database = new DatabaseSync(path);
  database.exec("create table notes (text); insert into notes values ('mine')");
  database.close();
  const before = await readFile(path);
  await refused(path, "foreign", /database of something else/);
  assert.deepEqual(await readFile(path), before);
  await rm(path);
  await mkdir(path);
  await refused(path, "foreign", /no regular file/);
});

test("a newer schema is refused, and an older one is brought up to date", async (path) => {
  await filled(path);
  const database = new DatabaseSync(path);
  database.exec("pragma user_version = 99");
  await refusedNewer();
  database.exec(`pragma user_version = ${MIGRATIONS.length}`);
  const later = [...MIGRATIONS, "alter table item add column added_later"];
  migrate(database, later);
  assert.equal(versionOf(database), later.length);
  migrate(database, later);
  const { n } = database.prepare("select count(*) as n, max(added_later) from queue, item").get()!;
  assert.equal(n, 0);
  database.close();

  async function refusedNewer(): Promise<void> {
    database.exec("pragma wal_checkpoint");
    const copy = `${path}.copy`;
    await writeFile(copy, await readFile(path));
    await refused(copy, "newer", /schema version 99.*update Orbweaver/);
  }
});

test("a folder that can't be written to is a typed error", async (_path, folder) => {
  if (process.getuid?.() === 0) { // nobody forbids root to write, but for the kernel
    await refused("/proc/orbweaver/crawl.sqlite", "failed", /ENOENT/);
    return;
  }
  await mkdir(join(folder, "sealed"), { mode: 0o500 });
  await refused(join(folder, "sealed", "crawl.sqlite"), "readonly", /that you may write to/);
});

test("two at once: the second is told who has it, and can have it when the first is closed", async (path) => {
  const first = await SqliteFrontier.open(path);
  const who = new RegExp(
    `in use by process ${process.pid} on .*, since 2.*stop it, or choose another`,
  );
  await refused(path, "locked", who);
  await first.push([{ ...item("a"), payload: new Uint8Array(1) }]);
  await first.close();
  await using second = await SqliteFrontier.open(path);
  assert.equal((await second.stats()).queued, 1);
});

test("a request of 10 MB is stored and given back, and one beyond all measure refused", async (path) => {
  const payload = crypto.getRandomValues(new Uint8Array(65_536));
  const large = new Uint8Array(10 * 1024 * 1024);
  for (let at = 0; at < large.length; at += payload.length) large.set(payload, at);
  await using frontier = await SqliteFrontier.open(path);
  await frontier.push([{ ...item("large"), payload: large }]);
  const [lease] = await frontier.lease({ max: 1 });
  assert.deepEqual(lease?.payload, large);
  const tooLarge = { byteLength: 2 ** 30 } as Uint8Array;
  await assert.rejects(frontier.push([{ ...item("b"), payload: tooLarge }]), {
    name: "FrontierError",
    message: /may have 268435456 bytes: received 1073741824/,
  });
  assert.equal((await frontier.settle(lease!, {})).status, "ok");
});

test("a full disk is a typed error; what was acknowledged is kept, and it goes on once there is room", async (path) => {
  const script = join(import.meta.dirname!, "_fill_script.ts");
  // Files may not grow beyond this, for the process alone: a full disk from which no other program suffers.
  const command = `trap '' XFSZ; ulimit -f 4000; exec "$0" run -A --no-check --quiet "$1" "$2"`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", command, Deno.execPath(), script, path],
    stderr: "inherit",
  }).output();
  const { acknowledged, error, again } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(error.name, "FrontierStoreError");
  assert.ok(["full", "failed"].includes(error.problem), error.message);
  assert.deepEqual(again, error);
  assert.ok(acknowledged > 20, `${acknowledged} were acknowledged`);
  await using frontier = await openTexts(path);
  assert.ok((await frontier.stats()).queued >= acknowledged);
  await frontier.push([item("there is room now")]);
});
