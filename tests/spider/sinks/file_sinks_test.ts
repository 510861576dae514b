import assert from "node:assert/strict";
import { readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CsvSink,
  InvalidYieldError,
  JsonlSink,
  JsonSink,
  type Sink,
  SinkError,
  sinkFor,
  SqliteSink,
  UnknownOutputError,
  XmlSink,
} from "@orbweaver/spider";
import { temporaryFolder } from "./_folder.ts";

const MADE: Record<string, (path: string) => Sink> = {
  json: (path) => new JsonSink(path),
  csv: (path) => new CsvSink(path),
  xml: (path) => new XmlSink(path),
};

for (const [kind, make] of Object.entries(MADE)) {
  Deno.test(`${kind}: the old file stays until the new one is complete, then only that is there`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, `items.${kind}`);
    await writeFile(path, "old");
    const sink = make(path);
    await sink.open();
    await sink.write({ name: "Lamp" });
    assert.equal(await readFile(path, "utf8"), "old");
    assert.equal((await readdir(folder.path)).length, 2);
    await sink.close();
    await sink.close();
    assert.match(await readFile(path, "utf8"), /Lamp/);
    assert.deepEqual(await readdir(folder.path), [`items.${kind}`]);
  });

  Deno.test(`${kind}: a full disk is a SinkError, told once`, async () => {
    const sink = make("/dev/full");
    await sink.open();
    const writes = async () => {
      for (let n = 0; n < 100; n++) await sink.write({ text: "x".repeat(64 * 1024) });
    };
    await assert.rejects(
      writes(),
      (error) => error instanceof SinkError && /ENOSPC|No space/.test(error.message),
    );
    await sink.close();
    assert.ok((await stat("/dev/full")).isCharacterDevice());
  });

  Deno.test(`${kind}: a disk that fills up with the last items is told by close()`, async () => {
    const sink = make("/dev/full");
    await sink.open();
    await sink.write({ text: "x" });
    await assert.rejects(sink.close(), SinkError);
  });

  Deno.test(`${kind}: a path that can't be written is a SinkError before anything is`, async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "");
    const below = make(join(folder.path, "file", `items.${kind}`));
    await assert.rejects(below.open(), SinkError);
    await below.close();
    await assert.rejects(make(folder.path).open(), SinkError);
  });

  Deno.test(`${kind}: an item without a written form is refused, and the file is as if it had not been`, async () => {
    await using folder = await temporaryFolder();
    const [path, other] = [join(folder.path, `a.${kind}`), join(folder.path, `b.${kind}`)];
    const cyclic: Record<string, unknown> = { name: "x" };
    cyclic.self = cyclic;
    {
      await using sink = make(path);
      await sink.open();
      for (const item of [cyclic, { big: 1n }, () => 1]) {
        await assert.rejects(sink.write(item), InvalidYieldError);
      }
      await sink.write({ name: "Lamp" });
      await using same = make(other);
      await same.open();
      await same.write({ name: "Lamp" });
    }
    assert.equal(await readFile(path, "utf8"), await readFile(other, "utf8"));
  });

  Deno.test(`${kind}: a slow disk holds the writer back, so that what waits is bounded`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, `items.${kind}`);
    await using sink = make(path);
    await sink.open();
    const text = "x".repeat(300 * 1024);
    let before = 0;
    for (let n = 1; n <= 20; n++) {
      await sink.write({ text });
      const [name] = await readdir(folder.path);
      const { size } = await stat(join(folder.path, name!));
      assert.ok(size >= n * text.length, `${size} bytes after ${n} items`);
      assert.ok(size > before);
      before = size;
    }
  });

  Deno.test(`${kind}: writing before open() or after close() is an error`, async () => {
    await using folder = await temporaryFolder();
    const sink = make(join(folder.path, `items.${kind}`));
    await assert.rejects(sink.write({ a: 1 }), SinkError);
    await sink.open();
    await sink.close();
    await assert.rejects(sink.write({ a: 1 }), SinkError);
  });

  Deno.test(`${kind}: what a link leads to is replaced, not the link`, async () => {
    await using folder = await temporaryFolder();
    const [target, link] = [join(folder.path, "target"), join(folder.path, `link.${kind}`)];
    await writeFile(target, "old");
    await symlink(target, link);
    {
      await using sink = make(link);
      await sink.open();
      await sink.write({ name: "Lamp" });
    }
    assert.match(await readFile(target, "utf8"), /Lamp/);
    assert.deepEqual((await readdir(folder.path)).sort(), [`link.${kind}`, "target"]);
  });
}

Deno.test("sinkFor chooses by the extension, in any case", () => {
  const expected = {
    "a.jsonl": JsonlSink,
    "a.NDJSON": JsonlSink,
    "dir.x/a.json": JsonSink,
    "a.csv": CsvSink,
    "a.tsv": CsvSink,
    "a.xml": XmlSink,
    "a.sqlite": SqliteSink,
    "a.db": SqliteSink,
  };
  for (const [path, type] of Object.entries(expected)) {
    assert.ok(sinkFor(path) instanceof type, path);
  }
});

Deno.test("sinkFor refuses a file whose extension says nothing, and lists those that do", () => {
  for (const path of ["items.docx", "items", "a.json/items", ".json"]) {
    assert.throws(
      () => sinkFor(path),
      (error) =>
        error instanceof UnknownOutputError && error.path === path &&
        error.known.includes(".jsonl") && error.message.includes(".jsonl, "),
      path,
    );
  }
});
