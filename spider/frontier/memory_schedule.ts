import { IndexedHeap } from "./indexed_heap.ts";
import { MemoryHost, type Queued } from "./memory_host.ts";

interface Delay {
  readonly ms: number;
  readonly spread: number;
}

const NO_DELAY: Delay = { ms: 0, spread: 0 };

/**
 * Decides which host is asked next. Every host with something to do stands in one place: among those
 * that may be asked now, by priority and by who was served last; among those that have to wait, by
 * time; or apart, with as many requests out as it may have.
 */
export class MemorySchedule<P> {
  readonly #random: () => number;
  readonly #hosts = new Map<string, MemoryHost<P>>();
  readonly #ready = new IndexedHeap<MemoryHost<P>>(isServedBefore);
  readonly #waiting = new IndexedHeap<MemoryHost<P>>((a, b) => a.readyAt < b.readyAt);
  readonly #full = new Set<MemoryHost<P>>();
  readonly #delays = new Map<string, Delay>();
  #maxPerKey = Infinity;
  #queued = 0;
  #served = 0;

  /** @param random Gives numbers from 0 to 1 for delays that vary. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** How many requests are waiting. */
  get queued(): number {
    return this.#queued;
  }

  /** When the next host that has to wait may be asked; `Infinity` if none has to. */
  get nextAt(): number {
    return this.#waiting.peek()?.readyAt ?? Infinity;
  }

  /** What is queued. */
  *payloads(): Iterable<P> {
    for (const host of this.#hosts.values()) yield* host.payloads();
  }

  /** Queues a request. */
  push(queued: Queued<P>, notBefore: number, now: number): void {
    const host = this.#host(queued.key);
    host.push(queued, notBefore, now);
    this.#queued += 1;
    this.#place(host, now);
  }

  /** Takes the request whose turn it is; `undefined` if no host may be asked now. */
  take(now: number): Queued<P> | undefined {
    this.#promote(now);
    const host = this.#ready.peek();
    if (host === undefined) return undefined;
    const queued = host.take();
    this.#queued -= 1;
    host.leased += 1;
    host.lastServed = ++this.#served;
    host.nextStart = now + this.#delayOf(host.key);
    this.#place(host, now);
    return queued;
  }

  /** Says that a request that was taken is done with. */
  release(key: string, now: number): void {
    const host = this.#host(key);
    host.leased -= 1;
    this.#place(host, now);
  }

  /** Sets the delay of a host, or of all that have none of their own (`"*"`). */
  setDelay(key: string, ms: number, spread: number): void {
    this.#delays.set(key, { ms, spread });
  }

  /** Sets when a host may be asked next. */
  blockUntil(key: string, at: number, now: number): void {
    const host = this.#host(key);
    host.nextStart = at;
    this.#place(host, now);
  }

  /** Sets how many requests of one host may be out at once. */
  limitPerKey(maxPerKey: number, now: number): void {
    if (maxPerKey === this.#maxPerKey) return;
    this.#maxPerKey = maxPerKey;
    for (const host of [...this.#full]) this.#place(host, now);
  }

  #host(key: string): MemoryHost<P> {
    let host = this.#hosts.get(key);
    if (host === undefined) {
      host = new MemoryHost<P>(key);
      this.#hosts.set(key, host);
    }
    return host;
  }

  #delayOf(key: string): number {
    const { ms, spread } = this.#delays.get(key) ?? this.#delays.get("*") ?? NO_DELAY;
    return spread === 0 ? ms : ms * (1 - spread + 2 * spread * this.#random());
  }

  /** Lets hosts take their places whose time has come. */
  #promote(now: number): void {
    for (let host = this.#waiting.peek(); host !== undefined; host = this.#waiting.peek()) {
      if (host.readyAt > now) return;
      this.#place(host, now);
    }
  }

  /** Puts a host where it belongs after something about it changed. */
  #place(host: MemoryHost<P>, now: number): void {
    host.promote(now);
    const readyAt = whenOfInterest(host);
    if (host.leased >= this.#maxPerKey) this.#put(host, "full");
    else if (host.hasNext && readyAt <= now) this.#put(host, "ready");
    else if (readyAt > now && readyAt < Infinity) this.#waitUntil(host, readyAt);
    else this.#rest(host);
  }

  #waitUntil(host: MemoryHost<P>, readyAt: number): void {
    if (host.place === "waiting" && host.readyAt === readyAt) return;
    this.#leave(host);
    host.readyAt = readyAt;
    this.#put(host, "waiting");
  }

  /** A host with nothing to do and nothing to wait for is forgotten, so that a million fit. */
  #rest(host: MemoryHost<P>): void {
    this.#put(host, "idle");
    const isDone = !host.hasNext && host.laterAt === Infinity && host.leased === 0;
    if (isDone && host.nextStart < Infinity) this.#hosts.delete(host.key);
  }

  #put(host: MemoryHost<P>, place: MemoryHost<P>["place"]): void {
    if (host.place === place) {
      if (place === "ready") this.#ready.moved(host);
      return;
    }
    this.#leave(host);
    host.place = place;
    if (place === "ready") this.#ready.add(host);
    if (place === "waiting") this.#waiting.add(host);
    if (place === "full") this.#full.add(host);
  }

  #leave(host: MemoryHost<P>): void {
    if (host.place === "ready") this.#ready.remove(host);
    if (host.place === "waiting") this.#waiting.remove(host);
    if (host.place === "full") this.#full.delete(host);
    host.place = "idle";
  }
}

/** When a host is to be looked at again: to be asked, or to be forgotten. */
function whenOfInterest<P>(host: MemoryHost<P>): number {
  if (host.hasNext || host.laterAt === Infinity) return host.nextStart;
  return Math.max(host.laterAt, host.nextStart);
}

/** The higher priority first, then whoever was served least recently, then first come. */
function isServedBefore<P>(a: MemoryHost<P>, b: MemoryHost<P>): boolean {
  if (a.headPriority !== b.headPriority) return a.headPriority > b.headPriority;
  if (a.lastServed !== b.lastServed) return a.lastServed < b.lastServed;
  return a.headOrder < b.headOrder;
}
