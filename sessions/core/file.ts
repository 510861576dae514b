import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError } from "./errors.ts";

/** How much is written at a time. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes a file so that it is there in full or not at all: to a temporary file beside it, which
 * then takes its name.
 *
 * @param target Where to; a file that is there is replaced.
 * @param content What to write.
 * @param mode The permissions of the file, before the process's umask.
 * @throws {FileError} If it can't be written; nothing is left behind then.
 */
export async function writeWhole(
  target: string | URL,
  content: Uint8Array,
  mode: number,
): Promise<void> {
  const path = pathOf(target);
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeNew(temporary, content, mode);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FileError("write", path, cause);
  }
}

/**
 * Reads a text file.
 *
 * @param source Where from.
 * @throws {FileError} If it can't be read.
 */
export async function readText(source: string | URL): Promise<string> {
  const path = pathOf(source);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new FileError("read", path, cause);
  }
}

async function writeNew(path: string, content: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await writeAll(file, content);
    await file.sync(); // otherwise the name may survive a power cut and the bytes may not
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, content: Uint8Array): Promise<void> {
  for (let at = 0; at < content.byteLength;) {
    const length = Math.min(CHUNK_BYTES, content.byteLength - at);
    const { bytesWritten } = await file.write(content, at, length);
    at += bytesWritten;
  }
}

function pathOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}
