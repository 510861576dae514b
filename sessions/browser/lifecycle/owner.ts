import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { mayLookAtProcesses, startTimeOf } from "./processes.ts";

/** The process that a folder belongs to. */
export interface Owner {
  readonly pid: number;
  /** When it started, in words of the system: a later process of the same id started later. */
  readonly startTime: string;
  /** The machine and, in it, the container: elsewhere an id means another process. */
  readonly host: string;
}

const PREFIX = "orbweaver-browser-";
const OWNED = /^orbweaver-browser-(\d+)-(\d+)-([0-9a-f]{8})-[^-]+$/;

let own: Owner | undefined;

/**
 * How the name of a new profile begins. It tells the owner, so that a profile has one from the
 * moment it is there: a file inside would come a little later, and not at all if this process is
 * killed before.
 *
 * @returns The beginning; without the right to look at processes it tells nothing.
 */
export function profilePrefix(): string {
  if (!mayLookAtProcesses()) return PREFIX;
  const { pid, startTime, host } = ownOwner();
  return `${PREFIX}${pid}-${startTime}-${host}-`;
}

/**
 * The owner of a profile.
 *
 * @param name The name of its folder.
 * @returns The owner; `undefined` for a folder that is something else, or doesn't tell.
 */
export function ownerOf(name: string): Owner | undefined {
  const [, pid, startTime, host] = OWNED.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), startTime: startTime!, host: host! };
}

/**
 * Whether an owner has ended for certain. One on another machine may be alive.
 *
 * @param owner The owner.
 */
export function isGone({ pid, startTime, host }: Owner): boolean {
  return host === ownOwner().host && startTimeOf(pid) !== startTime;
}

function ownOwner(): Owner {
  own ??= { pid: process.pid, startTime: startTimeOf(process.pid) ?? "0", host: ownHost() };
  return own;
}

function ownHost(): string {
  return createHash("sha256").update(`${hostname()} ${pidNamespace()}`).digest("hex").slice(0, 8);
}

/** Containers may share a machine's name and its temporary folder, but not their process ids. */
function pidNamespace(): string {
  return process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
}
