import { open, rename, stat, truncate } from "node:fs/promises";

/** Which file an output was, and how long. */
export interface FileMark {
  /** Its length, in bytes. */
  readonly bytes: number;
  /** Its number in the file system, which stays when it is renamed. */
  readonly file: string;
}

/**
 * The number of an open file, by which it is known again.
 *
 * @param path The file.
 */
export async function fileNumber(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

/**
 * Brings a file to the length that it had, so that it can be written on.
 *
 * @param mark Which file it was, and how long.
 * @param places Where it may be: the first is where it is put.
 * @returns False if it is not there any more, or shorter than it was.
 */
export async function restoreFile(mark: FileMark, places: readonly string[]): Promise<boolean> {
  if (!Number.isSafeInteger(mark.bytes) || mark.bytes < 0) return false;
  for (const place of places) {
    const found = await stat(place, { bigint: true }).catch(() => undefined);
    if (found === undefined || `${found.dev}:${found.ino}` !== mark.file) continue;
    if (found.size < mark.bytes) return false;
    if (place !== places[0]) await rename(place, places[0]!);
    await truncate(places[0]!, mark.bytes);
    return true;
  }
  return false;
}

/** Opens a file to write on at its end. */
export function openAtEnd(path: string): ReturnType<typeof open> {
  return open(path, "a");
}
