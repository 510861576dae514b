/** A disk that is really full: files may not grow beyond a limit of the process (`ulimit -f`). */
import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In blocks of 512 bytes, as POSIX has it. */
const MOST_BLOCKS = 512;

for (const name of ["items.jsonl", "items.json", "items.csv", "items.xml", "items.sqlite"]) {
  Deno.test({
    name: `${name} on a full disk: reported, counted, bounded, and the crawl goes on`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
      try {
        const result = await crawlWithLittleRoom(join(folder, name));
        assert.match(result.failures[0]!, new RegExp(`^SinkError: Output '.*${name}' could not`));
        assert.equal(result.failures.length, 1, "told once");
        assert.equal(result.outcome, "failed");
        assert.equal(result.sinkErrorsCount, 1);
        assert.equal(result.requestsCount, 401);
        assert.equal(result.taken, 401, "the other output has every item");
        for await (const { name } of Deno.readDir(folder)) {
          assert.ok((await stat(join(folder, name))).size <= MOST_BLOCKS * 512, name);
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  });
}

interface Result {
  failures: string[];
  outcome: string;
  taken: number;
  sinkErrorsCount: number;
  requestsCount: number;
}

async function crawlWithLittleRoom(path: string): Promise<Result> {
  const script = join(import.meta.dirname!, "_full_disk_crawl.ts");
  // Without the trap, the first write beyond the limit would end the process.
  const limited = `trap '' XFSZ; ulimit -f ${MOST_BLOCKS}; exec "$@"`;
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--no-code-cache", script, path];
  const command = new Deno.Command("sh", {
    args: ["-c", limited, "sh", ...deno],
    env: { NO_COLOR: "1" },
  });
  const { stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text) as Result;
}
