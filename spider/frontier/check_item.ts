import { FrontierError } from "../errors.ts";
import type { FrontierItem } from "./frontier.ts";
import { isFingerprint } from "./seen.ts";

/**
 * Refuses what no frontier can queue.
 *
 * @param item What is to be queued.
 * @throws {FrontierError} If a priority or a time is not a number, or a fingerprint is malformed.
 */
export function checkItem<P>({ key, priority, notBefore, fingerprint }: FrontierItem<P>): void {
  if (!isFingerprint(fingerprint)) {
    throw new FrontierError(
      `A fingerprint must be 32 hexadecimal digits, as fingerprint() gives them: received ${
        JSON.stringify(fingerprint.slice(0, 64))
      } for ${key}`,
    );
  }
  if (Number.isFinite(priority) && !Number.isNaN(notBefore)) return;
  throw new FrontierError(
    `A priority must be a finite number and a time a number: received ${priority} and ${notBefore} for ${key}`,
  );
}
