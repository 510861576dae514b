import type { StatementSync } from "node:sqlite";
import type { Counters } from "./frontier.ts";
import type { Mark } from "./sqlite_queue.ts";
import type { Command, SqliteStore } from "./sqlite_store.ts";

/** What is counted in one row. */
export interface Tally {
  /** Requests queued, leased or waiting. */
  pending: number;
  /** Distinct requests ever pushed. */
  seen: number;
  /** Dead letters. */
  dead: number;
  /** Items. */
  items: number;
  /** The number of the last handing-out. */
  served: number;
  /** How often the file was opened. */
  runs: number;
}

interface TallyRow extends Tally {
  out_hosts: string;
  is_closed: number;
  last_id: number;
  counts: string;
}

/** What of the tally changes when a request is queued, and what does not. */
interface Written extends Mark {
  readonly others: string;
}

/** An item, and its number. */
export interface ItemRow {
  readonly number: number;
  readonly data: Uint8Array;
}

/** A dead letter. */
export interface DeadRow {
  readonly id: number;
  readonly key: string;
  readonly priority: number;
  readonly payload: Uint8Array;
  readonly reason: string;
}

/** How many counters may be raised until each is written into its row. */
const MOST_COUNTS = 64;

/** How many rows are read at once. */
const BATCH = 200;

/** What was seen, what came out, what failed, and how much of it. */
export class SqliteLedger {
  /** The counts, those of the open transaction included. */
  readonly tally: Tally;
  /** Whether the run before was killed. */
  readonly wasKilled: boolean;
  /** The hosts that the run before had requests of out. */
  readonly outHosts: string;
  readonly #see: StatementSync;
  readonly #addItem: Command;
  readonly #items: StatementSync;
  readonly #bury: Command;
  readonly #dead: StatementSync;
  readonly #exhume: Command;
  readonly #count: Command;
  readonly #counters: StatementSync;
  readonly #getState: StatementSync;
  readonly #setState: Command;
  readonly #writeTally: Command;
  /** What is to be added to the counters' rows; in the file it is one text. */
  readonly #counts: Map<string, number>;
  /** Whether that is more by now than what is in the file. */
  #hasCounted = false;
  /** The tally as it is in the file: in its row, or with the last request that was queued. */
  #written: Written | undefined;

  /** @param store Where it is written. */
  constructor(store: SqliteStore) {
    const { is_closed, out_hosts, last_id, counts, ...tally } = store.prepare("select * from tally")
      .get() as unknown as TallyRow;
    this.#counts = new Map(Object.entries(JSON.parse(counts)));
    const mark = store.prepare(
      "select pending, seen from queue where id = (select max(id) from queue) and id > ?",
    ).get(last_id) as { pending: number | null; seen: number | null } | undefined;
    this.tally = isMark(mark) ? { ...tally, ...mark } : tally;
    this.wasKilled = is_closed === 0;
    this.outHosts = out_hosts;
    this.#see = store.prepare("insert into seen values (unhex(?)) on conflict do nothing");
    this.#addItem = store.command("insert into item values (?, ?)");
    this.#items = store.prepare(
      `select number, data from item where number >= ? and number < ? order by number limit ${BATCH}`,
    );
    this.#bury = store.command(
      "insert into dead (key, priority, payload, reason) values (?, ?, ?, ?)",
    );
    this.#dead = store.prepare(`select * from dead where id > ? order by id limit ${BATCH}`);
    this.#exhume = store.command("delete from dead where id = ?");
    this.#count = store.command(
      "insert into counter values (?, ?) on conflict do update set value = value + excluded.value",
    );
    this.#counters = store.prepare("select name, value from counter");
    this.#getState = store.prepare("select value from state where name = ?");
    this.#setState = store.command(
      "insert into state values (?, ?) on conflict do update set value = excluded.value",
    );
    this.#writeTally = store.command(
      `update tally set pending = ?, seen = ?, dead = ?, items = ?, served = ?, runs = ?, out_hosts = ?,
       is_closed = ?, last_id = ?, counts = ?`,
    );
  }

  /** Notes a fingerprint; gives false if it was seen before. */
  see(fingerprint: string): boolean {
    const isNew = this.#see.run(fingerprint).changes === 1;
    if (isNew) this.tally.seen += 1;
    return isNew;
  }

  /** Adds an item. */
  addItem(data: Uint8Array): void {
    this.#addItem(this.tally.items++, data);
  }

  /** Some items, from a number on, and before another. */
  items(from: number, before: number): readonly ItemRow[] {
    return this.#items.all(from, before) as unknown as ItemRow[];
  }

  /** Adds a dead letter. */
  bury(key: string, priority: number, payload: Uint8Array, reason: string): void {
    this.#bury(key, priority, payload, reason);
    this.tally.dead += 1;
  }

  /** Some dead letters, after one. */
  deadAfter(id: number): readonly DeadRow[] {
    return this.#dead.all(id) as unknown as DeadRow[];
  }

  /** Takes a dead letter away. */
  exhume(id: number): void {
    this.#exhume(id);
    this.tally.dead -= 1;
  }

  /** Adds to the counters. */
  count(counters: Counters = {}): void {
    for (const [name, count] of Object.entries(counters)) {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
      this.#hasCounted = true;
    }
  }

  /** The counters. */
  counters(): Record<string, number> {
    const values = new Map<string, number>();
    for (const { name, value } of this.#counters.all()) values.set(String(name), Number(value));
    for (const [name, count] of this.#counts) values.set(name, (values.get(name) ?? 0) + count);
    return Object.fromEntries(values);
  }

  /** The value of a name. */
  state(name: string): Uint8Array | undefined {
    return this.#getState.get(name)?.value as Uint8Array | undefined;
  }

  /** Sets the value of a name. */
  setState(name: string, value: Uint8Array): void {
    this.#setState(name, value);
  }

  /** What goes with a request that is queued now, and is counted already. */
  mark(): Mark {
    const { pending, seen } = this.tally;
    if (this.#written !== undefined) this.#written = { ...this.#written, pending, seen };
    return { pending, seen };
  }

  /**
   * Writes down the counts, so that they are committed with what they count.
   *
   * @param outHosts The hosts with requests out.
   * @param lastId The last request that was queued.
   * @param isClosed Whether this is the last of the run. Default false.
   */
  write(outHosts: string, lastId: number, isClosed = false): void {
    if (this.#counts.size > MOST_COUNTS) this.#addUp();
    const { pending, seen, dead, items, served, runs } = this.tally;
    const others = `${dead} ${items} ${served} ${runs} ${outHosts} ${isClosed}`;
    const written = this.#written;
    const isSame = written?.pending === pending && written.seen === seen &&
      written.others === others;
    if (isSame && !this.#hasCounted) return;
    this.#writeTally(
      ...[pending, seen, dead, items, served, runs],
      ...[outHosts, isClosed ? 1 : 0, lastId, JSON.stringify(Object.fromEntries(this.#counts))],
    );
    this.#hasCounted = false;
    this.#written = { pending, seen, others };
  }

  /** Adds what was counted to the counters' rows. */
  #addUp(): void {
    for (const [name, count] of this.#counts) this.#count(name, count);
    this.#counts.clear();
  }
}

function isMark(row: { pending: number | null; seen: number | null } | undefined): row is Mark {
  return row !== undefined && row.pending !== null && row.seen !== null;
}
