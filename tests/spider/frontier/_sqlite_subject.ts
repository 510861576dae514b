import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteFrontier } from "@orbweaver/spider";
import { CodedFrontier } from "../../../spider/frontier/coded.ts";
import { VirtualClock } from "../_virtual_clock.ts";
import type { Subject } from "../frontier_contract.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const TEXT = {
  encode: (text: string) => encoder.encode(text),
  decode: (bytes: Uint8Array) => decoder.decode(bytes),
};

/** A frontier of texts in a folder of its own, which goes with it. */
class TemporaryFrontier extends CodedFrontier<string> {
  readonly #folder: string;

  constructor(store: SqliteFrontier, folder: string) {
    super(store, TEXT);
    this.#folder = folder;
  }

  override async close(): Promise<void> {
    await super.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A SqliteFrontier for the contract. */
export async function sqliteSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), "frontier-"));
  const clock = new VirtualClock();
  const store = await SqliteFrontier.open(join(folder, "crawl.sqlite"), { clock });
  return {
    frontier: new TemporaryFrontier(store, folder),
    pass: (ms) => clock.advance(ms),
    now: () => clock.now(),
  };
}

/** A frontier of texts over a file that stays. */
export async function openTexts(
  path: string,
  clock = new VirtualClock(),
): Promise<CodedFrontier<string>> {
  return new CodedFrontier(await SqliteFrontier.open(path, { clock }), TEXT);
}
