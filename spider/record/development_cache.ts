import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Response as SessionResponse } from "@orbweaver/session";
import type { Recorder } from "../engine/recorder.ts";
import { SpiderError } from "../errors.ts";
import { reasonOf } from "../reason.ts";
import type { Request } from "../request.ts";
import { fromForm, toForm } from "./_response_form.ts";

/** A page can't be recorded, for example because the disk is full, or its `meta` has no JSON form. */
export class DevelopmentCacheError extends SpiderError {
  /** The name of this class of errors. */
  override name = "DevelopmentCacheError";
}

/** What is in a file, after the checksum's line. */
interface Entry {
  readonly version: number;
  readonly fingerprint: string;
  readonly url: string;
  readonly response: unknown;
}

/** A file of another version is a miss. */
const VERSION = 1;
const ENTRY_NAME = /^[0-9a-f]{64}\.json(?:\.[0-9a-f]{8}\.partial)?$/;

/**
 * Development mode: records pages in a folder and gives them again, so that callbacks can be written
 * without asking the site each time. A file a request, by its fingerprint, for as long as it stays there. What
 * comes back is what the session gave, redirects included; the request's own `meta` is not recorded, as
 * the response that a spider sees takes it from the request at hand.
 *
 * @example
 * ```ts
 * import { DevelopmentCache, fingerprint, Request, SessionResponse } from "@orbweaver/spider";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * // A spider uses it with: await new MySpider().start({ recorder: new DevelopmentCache("./pages") });
 * const cache = new DevelopmentCache(join(tmpdir(), crypto.randomUUID()));
 * const request = new Request("https://example.com/");
 * const key = fingerprint(request, "default");
 * assert.equal(await cache.replay(request, key), undefined);
 *
 * const body = new TextEncoder().encode("<h1>Hello</h1>");
 * await cache.record(request, key, new SessionResponse({ url: request.url, status: 200, body }));
 * assert.equal((await cache.replay(request, key))?.css("h1::text").get(), "Hello");
 * await cache.clear();
 * ```
 */
export class DevelopmentCache implements Recorder {
  /** The folder with the record. */
  readonly folder: string;

  /**
   * Makes a cache; nothing is read or written yet.
   *
   * @param folder The folder to record in; it is made where needed.
   */
  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * What was recorded for a request.
   *
   * @param _request The request.
   * @param fingerprint Its fingerprint.
   * @returns The response as its session gave it; `undefined` if there is none, or none that can be read.
   */
  async replay(_request: Request, fingerprint: string): Promise<SessionResponse | undefined> {
    try {
      const entry = unsealed(await readFile(this.#pathOf(fingerprint), "utf8"));
      if (entry.version !== VERSION || entry.fingerprint !== fingerprint) return undefined;
      return fromForm(entry.response);
    } catch {
      return undefined; // whatever is wrong with it, the page can be fetched
    }
  }

  /**
   * Records the response to a request, in place of an earlier one. Call it for pages only, not for blocks.
   *
   * @param request The request.
   * @param fingerprint Its fingerprint.
   * @param response The response, as the session or as the spider has it.
   * @throws {DevelopmentCacheError} If it can't be recorded.
   */
  async record(request: Request, fingerprint: string, response: SessionResponse): Promise<void> {
    const path = this.#pathOf(fingerprint);
    const partial = `${path}.${randomBytes(4).toString("hex")}.partial`;
    try {
      const { url } = request;
      const text = sealed({ version: VERSION, fingerprint, url, response: toForm(response) });
      await mkdir(this.folder, { recursive: true });
      await writeFile(partial, text);
      await rename(partial, path);
    } catch (cause) {
      await rm(partial, { force: true }).catch(() => {});
      const reason = reasonOf(cause);
      throw new DevelopmentCacheError(
        `${request} can't be recorded in '${this.folder}': ${reason}; it was fetched all the same`,
        { cause },
      );
    }
  }

  /** Forgets everything. Other files in the folder stay. */
  async clear(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const own = names.filter((name) => ENTRY_NAME.test(name));
    for (const name of own) await rm(join(this.folder, name), { force: true });
  }

  /** A fingerprint may be anything; a file's name may not. */
  #pathOf(fingerprint: string): string {
    return join(this.folder, `${sha256(fingerprint)}.json`);
  }
}

/** A checksum before it tells damaged files from whole ones. */
function sealed(entry: Entry): string {
  const text = JSON.stringify(entry);
  return `${sha256(text)}\n${text}\n`;
}

function unsealed(file: string): Entry {
  const end = file.indexOf("\n");
  const text = file.slice(end + 1, -1);
  if (file.slice(0, end) !== sha256(text)) throw new TypeError("The file is damaged");
  return JSON.parse(text) as Entry;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
