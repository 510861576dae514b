import type { SQLInputValue, StatementSync } from "node:sqlite";
import { STATE } from "./sqlite_schema.ts";
import type { Command, SqliteStore } from "./sqlite_store.ts";

/** A request's place in its host's queue: lower first. */
export interface Place {
  readonly id: number;
  /** Its priority with the other sign. */
  readonly rank: number;
}

/** A request on its way into the queue. */
export interface NewRow {
  readonly host: number;
  readonly rank: number;
  readonly attempt: number;
  readonly payload: Uint8Array;
  /** When it may go at the earliest; in the past for at once. */
  readonly notBefore: number;
}

/** A request that was taken out. */
export interface TakenRow {
  readonly rank: number;
  readonly attempt: number;
  readonly payload: Uint8Array;
  /** What is next of its host now. */
  readonly next: Place | undefined;
}

/** What there is once a request is queued, kept with it. */
export interface Mark {
  /** Requests queued, leased or waiting. */
  readonly pending: number;
  /** Distinct requests ever pushed. */
  readonly seen: number;
}

const COLUMNS = "id, host, rank, state, attempt, not_before, payload";
/** How many there are. */
const VALUES = 7;
/** So many rows go in with one statement, which takes a third of the time that one each would. */
const TOGETHER = 32;

/** How many rows one call moves or reads, so that no call takes long. */
const BATCH = 1_000;

/**
 * The requests that are queued, leased, or have to wait: a row each. Which of them are leased is not in the
 * file, since no lease outlives the process.
 */
export class SqliteQueue {
  readonly #insertLast: Command;
  readonly #insert: Command;
  readonly #insertMany: Command;
  readonly #head: StatementSync;
  readonly #after: StatementSync;
  readonly #take: StatementSync;
  readonly #release: Command;
  readonly #setAttempt: Command;
  readonly #remove: Command;
  readonly #due: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #page: StatementSync;
  readonly #leased = new Set<number>();
  #nextId: number;
  /** No row that waits is due before; `undefined` if that has to be looked up. */
  #nextAt: number | undefined;

  /** @param store Where the rows are. */
  constructor(store: SqliteStore) {
    this.#insertLast = store.command(
      `insert into queue (${COLUMNS}, pending, seen) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const row = "(?, ?, ?, ?, ?, ?, ?)";
    this.#insert = store.command(`insert into queue (${COLUMNS}) values ${row}`);
    const rows = Array.from({ length: TOGETHER }, () => row).join();
    this.#insertMany = store.command(`insert into queue (${COLUMNS}) values ${rows}`);
    this.#nextId = Number(store.prepare("select max(id) as id from queue").get()?.id ?? 0) + 1;
    this.#head = store.prepare(
      `select id, rank from queue where host = ? and state = ${STATE.queued} order by rank, id limit 1`,
    );
    this.#after = store.prepare(
      `select id, rank from queue where host = ? and state = ${STATE.queued} and (rank, id) > (?, ?)
       order by rank, id limit 1`,
    );
    // One query for both; the payload of the second, which may be large, is left where it is.
    this.#take = store.prepare(
      `select id, rank, attempt, case id when ? then payload end as payload from queue
       where host = ? and state = ${STATE.queued} and (rank, id) >= (?, ?) order by rank, id limit 2`,
    );
    this.#release = store.command(
      `update queue set state = ${STATE.queued}, not_before = null where id = ?`,
    );
    this.#setAttempt = store.command("update queue set attempt = ? where id = ?");
    this.#remove = store.command("delete from queue where id = ?");
    this.#due = store.prepare(
      `select id, host, rank from queue where state = ${STATE.later} and not_before <= ?
       order by not_before limit ${BATCH}`,
    );
    this.#nextDue = store.prepare(
      `select min(not_before) as at from queue where state = ${STATE.later}`,
    );
    this.#page = store.prepare(
      `select id, payload from queue where id > ? order by id limit ${BATCH}`,
    );
  }

  /** When the next row that waits is due; `Infinity` if none waits. */
  get nextAt(): number {
    this.#nextAt ??= (this.#nextDue.get()?.at ?? Infinity) as number;
    return this.#nextAt;
  }

  /** The number of the last request that was put in. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /**
   * Puts requests in; gives the place of each, or `undefined` if it has to wait.
   *
   * @param rows The requests, one at least.
   * @param now The time.
   * @param mark What there is then.
   */
  add(rows: readonly NewRow[], now: number, mark: Mark): (Place | undefined)[] {
    const places: (Place | undefined)[] = [];
    let values: SQLInputValue[] = [];
    for (const { host, rank, attempt, payload, notBefore } of rows) {
      if (values.length === TOGETHER * VALUES) {
        this.#insertMany(...values);
        values = [];
      }
      const id = this.#nextId++;
      const waits = notBefore > now;
      if (waits) this.#waits(notBefore);
      const state = waits ? STATE.later : STATE.queued;
      values.push(id, host, rank, state, attempt, waits ? notBefore : null, payload);
      places.push(waits ? undefined : { id, rank });
    }
    const last = values.length - VALUES;
    for (let at = 0; at < last; at += VALUES) this.#insert(...values.slice(at, at + VALUES));
    this.#insertLast(...values.slice(last), mark.pending, mark.seen);
    return places;
  }

  /** What is next of a host of which nothing is leased. */
  head(host: number): Place | undefined {
    return this.#head.get(host) as unknown as Place | undefined;
  }

  /** Takes out what is next of a host: it stays where it is, and is no one's next. */
  take(host: number, { id, rank }: Place): TakenRow {
    this.#leased.add(id);
    const [taken, after] = this.#take.all(id, host, rank, id) as unknown as (TakenRow & Place)[];
    const { attempt, payload } = taken!;
    return { rank, attempt: attempt + 1, payload, next: this.#firstOf(host, after) };
  }

  /** The place of a row, or of the first one after it that is not leased. */
  #firstOf(host: number, row: Place | undefined): Place | undefined {
    let next = row;
    while (next !== undefined && this.#leased.has(next.id)) {
      next = this.#after.get(host, next.rank, next.id) as unknown as Place | undefined;
    }
    return next === undefined ? undefined : { id: next.id, rank: next.rank };
  }

  /** Puts a request back that was taken out, and was handed out so often. */
  putBack(id: number, attempt: number): void {
    this.#leased.delete(id);
    this.#setAttempt(attempt, id);
  }

  /** Takes a request away for good. */
  remove(id: number): void {
    this.#leased.delete(id);
    this.#remove(id);
  }

  /** Puts back what had to wait until now: not all at once, where there is much. */
  *promote(now: number): Iterable<Place & { host: number }> {
    if (this.nextAt > now) return;
    this.#nextAt = undefined;
    for (const row of this.#due.all(now) as unknown as (Place & { host: number })[]) {
      this.#release(row.id);
      yield row;
    }
  }

  #waits(notBefore: number): void {
    if (this.#nextAt !== undefined) this.#nextAt = Math.min(this.#nextAt, notBefore);
  }

  /** Every payload, a page at a time. */
  *payloads(): Iterable<Uint8Array> {
    for (let last = -1;;) {
      const rows = this.#page.all(last) as unknown as { id: number; payload: Uint8Array }[];
      for (const { payload } of rows) yield payload;
      if (rows.length < BATCH) return;
      last = rows.at(-1)!.id;
    }
  }
}
