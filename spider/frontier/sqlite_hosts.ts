import type { StatementSync } from "node:sqlite";
import type { Place } from "./sqlite_queue.ts";
import { PLACE } from "./sqlite_schema.ts";
import type { Command, SqliteStore } from "./sqlite_store.ts";

/** A host: what is next, and when it may be asked. */
export interface Host {
  readonly id: number;
  readonly key: string;
  place: number;
  /** What is next of it, where something is. */
  head: Place | undefined;
  /** The number of the handing-out that was its last; hosts that had none for long go first. */
  served: number;
  /** When the next request may start. */
  nextStart: number;
}

interface HostRow {
  id: number;
  key: string;
  place: number;
  head_rank: number | null;
  head_id: number | null;
  served: number;
  next_start: number;
}

interface Delay {
  readonly ms: number;
  readonly spread: number;
}

/** How many hosts are kept at hand; the others are a look into the file away. */
const MOST_AT_HAND = 20_000;
const BATCH = 1_000;
/** With requests of more hosts out, all hosts are looked at after a kill: the list is written often. */
const MOST_OUT = 200;
const ALL = "*";

/**
 * Decides which host is asked next, as the memory frontier's schedule does: among those that may be asked
 * now, by priority and by who was served last. The order is an index of the file, so that millions of
 * hosts take no memory.
 */
export class SqliteHosts {
  readonly #random: () => number;
  readonly #insert: StatementSync;
  readonly #byKey: StatementSync;
  readonly #byId: StatementSync;
  readonly #write: Command;
  readonly #ready: StatementSync;
  readonly #due: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #aside: StatementSync;
  readonly #after: StatementSync;
  readonly #keys = new Map<string, Host>();
  readonly #ids = new Map<number, Host>();
  readonly #leased = new Map<number, number>();
  readonly #full = new Set<number>();
  /** The hosts of `#leased`, as text; `undefined` if they changed. */
  #out: string | undefined;
  /** Not in the file: which delays there are is up to the settings of each run. */
  readonly #delays = new Map<number, Delay>();
  #everyDelay: Delay = { ms: 0, spread: 0 };
  #maxPerKey = Infinity;
  /** No host that waits is due before; `undefined` if that has to be looked up. */
  #nextAt: number | undefined;
  /** Since a run that was killed may have asked a host and not told, it waits once before it is asked. */
  #notBefore: { at: number; checked: Set<number> } | undefined;
  /** The number of the last handing-out. */
  served: number;

  /**
   * @param store Where the hosts are.
   * @param served The number of the last handing-out.
   * @param random Gives numbers from 0 to 1 for delays that vary.
   */
  constructor(store: SqliteStore, served: number, random: () => number) {
    this.served = served;
    this.#random = random;
    this.#insert = store.prepare(
      `insert into host (key, place, served, next_start) values (?, ${PLACE.idle}, 0, 0)`,
    );
    this.#byKey = store.prepare("select * from host where key = ?");
    this.#byId = store.prepare("select * from host where id = ?");
    this.#write = store.command(
      "update host set place = ?, head_rank = ?, head_id = ?, served = ?, next_start = ? where id = ?",
    );
    this.#ready = store.prepare(
      `select id from host where place = ${PLACE.ready} order by head_rank, served, head_id limit 1`,
    );
    this.#due = store.prepare(
      `select id from host where place = ${PLACE.waiting} and next_start <= ? limit ${BATCH}`,
    );
    this.#nextDue = store.prepare(
      `select min(next_start) as at from host where place = ${PLACE.waiting}`,
    );
    this.#aside = store.prepare(`select id from host where place = ${PLACE.aside}`);
    this.#after = store.prepare(`select id from host where id > ? order by id limit ${BATCH}`);
  }

  /** When the next host that has to wait may be asked; `Infinity` if none has to. */
  get nextAt(): number {
    this.#nextAt ??= (this.#nextDue.get()?.at ?? Infinity) as number;
    return this.#nextAt;
  }

  /** The host with a key, new or known. */
  of(key: string): Host {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const row = this.#byKey.get(key) as HostRow | undefined;
    if (row !== undefined) return this.#remember(hostOf(row));
    const id = Number(this.#insert.run(key).lastInsertRowid);
    return this.#remember({
      id,
      key,
      place: PLACE.idle,
      head: undefined,
      served: 0,
      nextStart: 0,
    });
  }

  /** The host with an id. */
  byId(id: number): Host {
    return this.#ids.get(id) ?? this.#remember(hostOf(this.#byId.get(id) as unknown as HostRow));
  }

  /** Says that a host has one request more. */
  added(host: Host, place: Place, now: number): void {
    if (host.head !== undefined && !goesBefore(place, host.head)) return;
    host.head = place;
    this.#place(host, now);
  }

  /** The host whose turn it is; `undefined` if none may be asked now. */
  next(now: number): Host | undefined {
    this.#promote(now);
    for (;;) {
      const row = this.#ready.get() as { id: number } | undefined;
      if (row === undefined) return undefined;
      const host = this.byId(row.id);
      if (!this.#isHeldBack(host, now)) return host;
    }
  }

  /** Says that a host's next request was taken, and what is next now. */
  taken(host: Host, head: Place | undefined, now: number): void {
    host.head = head;
    if (!this.#leased.has(host.id)) this.#out = undefined;
    this.#leased.set(host.id, this.#leasedOf(host) + 1);
    host.served = ++this.served;
    host.nextStart = now + this.#delayOf(host);
    this.#place(host, now);
  }

  /** Says that a request of a host that was taken is done with. */
  released(host: Host, now: number): void {
    const left = this.#leasedOf(host) - 1;
    if (left > 0) this.#leased.set(host.id, left);
    else {
      this.#leased.delete(host.id);
      this.#out = undefined;
    }
    if (this.#full.has(host.id)) this.#place(host, now);
  }

  /** Sets the delay of a host. */
  setDelay(host: Host, ms: number, spread: number): void {
    this.#delays.set(host.id, { ms, spread });
  }

  /** Sets the delay of every host without one of its own. */
  setEveryDelay(ms: number, spread: number): void {
    this.#everyDelay = { ms, spread };
  }

  /** Sets when a host may be asked next. */
  blockUntil(host: Host, at: number, now: number): void {
    host.nextStart = at;
    this.#place(host, now);
  }

  /** Sets how many requests of one host may be out at once. */
  limitPerKey(maxPerKey: number, now: number): void {
    if (maxPerKey === this.#maxPerKey) return;
    this.#maxPerKey = maxPerKey;
    for (const id of [...this.#full]) this.#place(this.byId(id), now);
  }

  /** Which hosts have requests out, for {@linkcode SqliteHosts.recover}. */
  get out(): string {
    this.#out ??= this.#leased.size > MOST_OUT ? ALL : [...this.#leased.keys()].join();
    return this.#out;
  }

  /**
   * Sets right the hosts of a process that is no more: what it had out is next again, and those that it had
   * set aside are open.
   *
   * @param out The hosts that had requests out.
   * @param headOf What is next of a host.
   * @param now The time, in milliseconds since 1970.
   */
  recover(out: string, headOf: (host: number) => Place | undefined, now: number): void {
    for (const id of out === ALL ? this.#all() : out.split(",").filter(Boolean).map(Number)) {
      const host = this.byId(id);
      host.head = headOf(id);
      this.#place(host, now);
    }
    for (const { id } of this.#aside.all() as unknown as { id: number }[]) {
      const host = this.byId(id);
      if (host.nextStart === Infinity) host.nextStart = now;
      this.#place(host, now);
    }
  }

  *#all(): Iterable<number> {
    for (let last = -1;;) {
      const rows = this.#after.all(last) as unknown as { id: number }[];
      for (const { id } of rows) yield id;
      if (rows.length === 0) return;
      last = rows.at(-1)!.id;
    }
  }

  /** Lets every host with a delay wait for it once, from now. */
  holdBack(now: number): void {
    this.#notBefore = { at: now, checked: new Set() };
  }

  #isHeldBack(host: Host, now: number): boolean {
    if (this.#notBefore === undefined) return false;
    const { at, checked } = this.#notBefore;
    if (now - at > LONGEST_HOLD_MS) this.#notBefore = undefined;
    if (checked.has(host.id)) return false;
    checked.add(host.id);
    const until = at + this.#delayOf(host);
    if (until <= now) return false;
    this.blockUntil(host, until, now);
    return true;
  }

  #leasedOf(host: Host): number {
    return this.#leased.get(host.id) ?? 0;
  }

  #delayOf({ id }: Host): number {
    const { ms, spread } = this.#delays.get(id) ?? this.#everyDelay;
    return spread === 0 ? ms : ms * (1 - spread + 2 * spread * this.#random());
  }

  /** Lets hosts take their places whose time has come. */
  #promote(now: number): void {
    while (this.nextAt <= now) {
      this.#nextAt = undefined;
      for (const { id } of this.#due.all(now) as unknown as { id: number }[]) {
        this.#place(this.byId(id), now);
      }
    }
  }

  /** Puts a host where it belongs after something about it changed. */
  #place(host: Host, now: number): void {
    const isFull = this.#leasedOf(host) >= this.#maxPerKey;
    if (isFull) this.#full.add(host.id);
    else this.#full.delete(host.id);
    if (isFull || host.nextStart === Infinity) host.place = PLACE.aside;
    else if (host.head === undefined) host.place = PLACE.idle;
    else host.place = host.nextStart <= now ? PLACE.ready : PLACE.waiting;
    this.#store(host);
  }

  #store({ id, place, head, served, nextStart }: Host): void {
    this.#write(place, head?.rank ?? null, head?.id ?? null, served, nextStart, id);
    if (place !== PLACE.waiting || this.#nextAt === undefined) return;
    this.#nextAt = Math.min(this.#nextAt, nextStart);
  }

  #remember(host: Host): Host {
    if (this.#ids.size >= MOST_AT_HAND) {
      this.#ids.clear();
      this.#keys.clear();
    }
    this.#ids.set(host.id, host);
    this.#keys.set(host.key, host);
    return host;
  }
}

/** No delay is longer; after that, nobody has to be held back any more. */
const LONGEST_HOLD_MS = 3_600_000;

function goesBefore(a: Place, b: Place): boolean {
  return a.rank === b.rank ? a.id < b.id : a.rank < b.rank;
}

function hostOf(row: HostRow): Host {
  const { id, key, place, head_rank: rank, head_id, served, next_start } = row;
  return {
    id,
    key,
    place,
    head: rank === null || head_id === null ? undefined : { id: head_id, rank },
    served,
    nextStart: next_start,
  };
}
