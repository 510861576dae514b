import process from "node:process";
import { setTimeout } from "node:timers";

/** How long what a spider's file left open may keep the process, in milliseconds. */
const GRACE_MS = 1_000;

/**
 * Ends the process even if a spider's file left something open, such as a database. Does nothing by
 * itself to a process that has nothing left to do: that ends at once.
 */
export function leaveSoon(): void {
  const leave = () => {
    process.stderr.write("note: something that the spider's file opened is still open; leaving\n");
    process.exit();
  };
  setTimeout(leave, GRACE_MS).unref();
}
