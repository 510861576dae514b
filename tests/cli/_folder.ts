import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder for one test, removed with all that is in it. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-cli-test-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
