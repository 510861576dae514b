import { FileError, Response } from "@orbweaver/session";
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "save-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pageOf(body: Uint8Array): Response {
  return new Response({ url: "https://example.com/file", status: 200, body });
}

Deno.test("Response.saveTo() writes every byte, replaces what was there, and leaves nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "page.bin");
    await writeFile(path, "what was there before, and was longer");
    const body = Uint8Array.from({ length: 3 * 1024 * 1024 + 7 }, (_, i) => i * 31 & 0xff);
    await pageOf(body).saveTo(path);
    assert.deepEqual(new Uint8Array(await readFile(path)), body);
    await pageOf(new Uint8Array()).saveTo(pathToFileURL(path));
    assert.equal((await readFile(path)).byteLength, 0);
    assert.deepEqual(await readdir(folder), ["page.bin"]);
  }));

Deno.test("Response.saveTo() says what is wrong with a path, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, "folder"));
    await writeFile(join(folder, "file"), "untouched");
    const page = pageOf(new Uint8Array([1]));
    for (
      const [path, codes, message] of [
        [join(folder, "none", "a"), ["ENOENT"], /its folder does not exist; create it first/],
        [join(folder, "folder"), ["EISDIR", "EPERM", "EEXIST"], /Could not write/],
        [join(folder, "file", "a"), ["ENOTDIR", "ENOENT"], /folder/],
        [join(folder, "x".repeat(300)), ["ENAMETOOLONG", "ENOENT"], /Could not write/],
      ] as const
    ) {
      await assert.rejects(page.saveTo(path), (error: unknown) => {
        assert.ok(error instanceof FileError, String(error));
        assert.ok((codes as readonly (string | undefined)[]).includes(error.code), error.code);
        assert.match(error.message, message);
        assert.equal(error.path, path);
        return true;
      });
    }
    assert.deepEqual((await readdir(folder)).sort(), ["file", "folder"]);
    assert.equal(await readFile(join(folder, "file"), "utf8"), "untouched");
  }));

Deno.test({
  name: "Response.saveTo() that is cut off by the disk leaves the old file, and nothing beside it",
  ignore: process.platform === "win32",
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "page");
      await writeFile(path, "old");
      const script = join(folder, "save.ts");
      await writeFile(
        script,
        `import { Response } from "@orbweaver/session";
         const page = new Response({ url: "https://e.com/", status: 200, body: new Uint8Array(5e6) });
         await page.saveTo(${JSON.stringify(path)}).catch((error) =>
           console.log(JSON.stringify([error.name, error.code])));`,
      );
      // A limit on the size of files is the full disk that needs no disk of its own.
      const limited = join(folder, "limited.sh");
      await writeFile(limited, `trap '' XFSZ; ulimit -f 2048; exec "$@"\n`);
      await chmod(limited, 0o755);
      const config = new URL("../../../deno.json", import.meta.url).pathname;
      const { stdout, stderr } = await new Deno.Command("bash", {
        args: [limited, Deno.execPath(), "run", "-A", "--no-check", "--config", config, script],
        env: { NO_COLOR: "1" },
      }).output();
      const said = new TextDecoder().decode(stdout).trim();
      assert.equal(said, '["FileError","EFBIG"]', new TextDecoder().decode(stderr));
      assert.equal(await readFile(path, "utf8"), "old");
      assert.deepEqual((await readdir(folder)).sort(), ["limited.sh", "page", "save.ts"]);
    }),
});
