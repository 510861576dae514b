import { createHash } from "node:crypto";
import { CALL } from "./call.ts";
import { SERVER_CLOCK } from "./clock.ts";
import { EXTEND, LEASE } from "./lease.ts";
import { LENDING } from "./lending.ts";
import { COMMAND, OPEN } from "./open.ts";
import { COUNT, PUSH, TAKE_IN } from "./push.ts";
import { BLOCK_UNTIL, BURY, RETRY, REVIVE, STATS } from "./requeue.ts";
import { SCHEDULE } from "./schedule.ts";
import { SEEN } from "./seen.ts";
import { SETTLE } from "./settle.ts";
import { BEGIN, END_TURN, MARK, SPENDING, STATUS, TURN } from "./shared.ts";

/** A script, and the digest by which a server that has it knows it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** What a crawl's server can be asked to do, each in one step. */
export interface Scripts {
  readonly open: Script;
  readonly command: Script;
  readonly push: Script;
  readonly lease: Script;
  readonly extend: Script;
  readonly settle: Script;
  readonly retry: Script;
  readonly bury: Script;
  readonly revive: Script;
  readonly blockUntil: Script;
  readonly stats: Script;
  readonly turn: Script;
  readonly endTurn: Script;
  readonly begin: Script;
  readonly spending: Script;
  readonly mark: Script;
  readonly status: Script;
}

/**
 * Puts the scripts together.
 *
 * @param clock Lua that defines `readClock()`. Default: the server's clock.
 */
export function scriptsWith(clock: string = SERVER_CLOCK): Scripts {
  const queue = clock + CALL + SCHEDULE;
  return {
    open: script(clock + OPEN),
    command: script(clock + CALL + COMMAND),
    push: script(queue + SEEN + TAKE_IN + COUNT + PUSH),
    lease: script(queue + LENDING + LEASE),
    extend: script(queue + EXTEND),
    settle: script(queue + SEEN + TAKE_IN + COUNT + LENDING + SETTLE),
    retry: script(queue + COUNT + LENDING + RETRY),
    bury: script(queue + COUNT + LENDING + BURY),
    revive: script(queue + LENDING + REVIVE),
    blockUntil: script(queue + LENDING + BLOCK_UNTIL),
    stats: script(queue + STATS),
    turn: script(queue + TURN),
    endTurn: script(queue + END_TURN),
    begin: script(queue + BEGIN),
    spending: script(queue + SPENDING),
    mark: script(queue + MARK),
    status: script(queue + STATUS),
  };
}

function script(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}
