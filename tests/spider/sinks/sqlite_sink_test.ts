import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  InvalidOptionError,
  InvalidYieldError,
  SinkError,
  SqliteSink,
  type SqliteSinkOptions,
} from "@orbweaver/spider";
import { temporaryFolder } from "./_folder.ts";

function rows(path: string, sql = "select * from items"): Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

async function write(
  path: string,
  items: unknown[],
  options: SqliteSinkOptions = {},
): Promise<void> {
  await using sink = new SqliteSink(path, options);
  await sink.open();
  for (const item of items) await sink.write(item);
}

Deno.test("SqliteSink gives each field a column, a new field a new one, and leaves one file", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "deep", "items.sqlite");
  await write(path, [
    {
      name: "Lamp",
      price: 9.5,
      ok: true,
      none: null,
      tags: ["a"],
      at: new Date(0),
      big: 2n ** 40n,
    },
    { name: "Cup", raw: Uint8Array.of(1, 2), left: undefined },
  ]);
  assert.deepEqual(
    rows(path).map((row) => ({
      ...row,
      raw: row.raw && Buffer.from(row.raw as Uint8Array).toString("hex"),
    })),
    [
      {
        name: "Lamp",
        price: 9.5,
        ok: 1,
        none: null,
        tags: '["a"]',
        at: "1970-01-01T00:00:00.000Z",
        big: 2 ** 40,
        raw: null,
      },
      {
        name: "Cup",
        price: null,
        ok: null,
        none: null,
        tags: null,
        at: null,
        big: null,
        raw: "0102",
      },
    ],
  );
  assert.deepEqual(await readdir(join(folder.path, "deep")), ["items.sqlite"]);
});

Deno.test("SqliteSink can put items as JSON into one column", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  await write(path, [{ a: { b: 1 } }, { c: 2 }], { layout: "json", table: "raw items" });
  assert.deepEqual(rows(path, `select json_extract(item, '$.a.b') as b from "raw items"`), [
    { b: 1 },
    { b: null },
  ]);
});

Deno.test("a table that is there is replaced or added to, and other tables are left alone", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  await write(path, [{ a: 1 }], { table: "other" });
  await write(path, [{ a: 1 }]);
  await write(path, [{ b: 2 }]);
  assert.deepEqual(rows(path), [{ b: 2 }]);
  await write(path, [{ B: 3, c: 4 }], { existing: "append" });
  assert.deepEqual(rows(path), [{ b: 2, c: null }, { b: 3, c: 4 }]);
  assert.deepEqual(rows(path, "select * from other"), [{ a: 1 }]);
});

Deno.test("wild names and values are only names and values", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  const text = `'; drop table items; -- \u{1F577}`;
  await write(path, [
    { 'a"; drop table items; --': text, "": 1, A: 2, a: 3, nan: NaN, huge: 2n ** 70n },
    {},
  ]);
  assert.deepEqual(rows(path)[0], {
    'a"; drop table items; --': text,
    _: 1,
    A: 2,
    a_2: 3,
    nan: null,
    huge: String(2n ** 70n),
  });
  assert.equal(rows(path).length, 2);
});

Deno.test("many items are there after close(), and those of earlier turns before it", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  {
    await using sink = new SqliteSink(path);
    await sink.open();
    for (let n = 0; n < 5_000; n++) await sink.write({ n });
    const { n } = rows(path, "select count(*) as n from items")[0]!;
    assert.ok(Number(n) >= 4_500, `${n} rows`);
    await sink.close();
    await sink.close();
  }
  assert.deepEqual(rows(path, "select count(*) as n, sum(n) as s from items"), [
    { n: 5_000, s: 12_497_500 },
  ]);
});

Deno.test("items without a written form, or with too many fields, are refused, and the others are there", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  {
    await using sink = new SqliteSink(path);
    await sink.open();
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const wide = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`f${n}`, n]));
    for (const item of ["text", [1], { cyclic }, wide]) {
      await assert.rejects(sink.write(item), InvalidYieldError);
    }
    await sink.write({ a: 1 });
  }
  assert.deepEqual(rows(path), [{ a: 1 }]);
});

Deno.test("a file that is no database, a device and a folder are SinkErrors before the crawl", async () => {
  await using folder = await temporaryFolder();
  const text = join(folder.path, "text.db");
  await writeFile(text, "This is no database. ".repeat(100));
  for (const path of [text, "/dev/full", folder.path]) {
    const sink = new SqliteSink(path);
    await assert.rejects(sink.open(), SinkError, path);
    await sink.close();
  }
  assert.deepEqual((await readdir("/dev")).filter((name) => name.startsWith("full")), ["full"]);
});

Deno.test("a database that another holds is a SinkError before the crawl", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  const other = new DatabaseSync(path);
  try {
    other.exec("pragma journal_mode = wal; begin immediate");
    await assert.rejects(new SqliteSink(path).open(), SinkError);
  } finally {
    other.close();
  }
});

Deno.test("a database that can't be written any more is a SinkError, told once", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.db");
  const sink = new SqliteSink(path);
  await sink.open();
  await sink.write({ a: 1 });
  const other = new DatabaseSync(path, { timeout: 5_000 });
  // The table is gone under the sink's feet.
  await new Promise((turn) => setTimeout(turn));
  other.exec("drop table items");
  other.close();
  const writes = async () => {
    for (let n = 0; n < 2_000; n++) await sink.write({ a: n });
  };
  await assert.rejects(
    writes(),
    (error) => error instanceof SinkError && /items/.test(error.message),
  );
  await sink.close();
});

Deno.test("options that make no sense are errors", () => {
  for (
    const options of [{ table: "" }, { table: "sqlite_x" }, { layout: "rows" }, {
      existing: "keep",
    }]
  ) {
    assert.throws(() => new SqliteSink("x.db", options as SqliteSinkOptions), InvalidOptionError);
  }
});
