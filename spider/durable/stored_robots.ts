import type { Clock } from "../engine/clock.ts";
import type { FrontierState } from "../frontier/frontier.ts";
import { MOST_ROBOTS_BYTES } from "../policy/robots_txt.ts";
import { ROBOTS_TTL_MS, type RobotsAnswer, type RobotsParts } from "../policy/robots.ts";

/** What is written before the body. */
const HEAD_BYTES = 10;

/**
 * A fetch of robots.txt files that looks first whether an earlier run of the crawl has fetched it, not
 * longer ago than a copy may be used.
 *
 * @param fetch Fetches one.
 * @param state Where they are kept, each under its URL.
 * @param clock Tells the time.
 */
export function storedRobots(
  fetch: RobotsParts["fetch"],
  state: FrontierState,
  clock: Clock,
): RobotsParts["fetch"] {
  return async (url, signal) => {
    const name = `robots ${url}`;
    const kept = read(await state.get(name));
    if (kept !== undefined && clock.now() - kept.fetchedAt! < ROBOTS_TTL_MS) return kept;
    const answer = { ...await fetch(url, signal), fetchedAt: clock.now() };
    if (answer.status < 500) await state.set(name, written(answer));
    return answer;
  };
}

function written({ status, body, fetchedAt }: RobotsAnswer): Uint8Array {
  const used = body.subarray(0, MOST_ROBOTS_BYTES);
  const bytes = new Uint8Array(HEAD_BYTES + used.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, fetchedAt!);
  view.setUint16(8, status);
  bytes.set(used, HEAD_BYTES);
  return bytes;
}

function read(bytes: Uint8Array | undefined): RobotsAnswer | undefined {
  if (bytes === undefined || bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    fetchedAt: view.getFloat64(0),
    status: view.getUint16(8),
    body: bytes.subarray(HEAD_BYTES),
  };
}
