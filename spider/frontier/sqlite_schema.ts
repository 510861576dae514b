import type { DatabaseSync } from "node:sqlite";

/** "Orbw", by which the file is told from other programs' (https://www.sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x4f726277;

/**
 * Where a host stands, as a number: in `host.place`. A host that is set aside may have as many requests
 * out as it may, or be closed until further notice: both are over when the process is.
 */
export const PLACE = { idle: 0, ready: 1, waiting: 2, aside: 3 } as const;

/** Whether a request may go, as a number: in `queue.state`. That it is leased, only its process knows. */
export const STATE = { queued: 0, later: 1 } as const;

/**
 * From an empty file to the current schema, a step a version. A step that was published is never
 * changed: files that it made are about.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- 16 bytes of fingerprint a row; without a row id, since it would be a third more.
  create table seen (fingerprint blob primary key) without rowid;

  create table host (
    id integer primary key,
    key text not null unique,
    place integer not null,
    head_rank real,
    head_id integer,
    served integer not null,
    next_start real not null
  );
  create index host_ready on host (head_rank, served, head_id) where place = ${PLACE.ready};
  create index host_waiting on host (next_start) where place = ${PLACE.waiting};
  create index host_aside on host (place) where place = ${PLACE.aside};

  -- The rank is the priority with the other sign, so that everything is in ascending order.
  create table queue (
    id integer primary key,
    host integer not null,
    rank real not null,
    state integer not null,
    attempt integer not null,
    not_before real,
    payload blob not null
  );
  create index queue_head on queue (host, rank, id) where state = ${STATE.queued};
  create index queue_later on queue (not_before) where state = ${STATE.later};

  create table item (number integer primary key, data blob not null);
  create table dead (
    id integer primary key,
    key text not null,
    priority real not null,
    payload blob not null,
    reason text not null
  );
  create table counter (name text primary key, value real not null) without rowid;
  create table state (name text primary key, value blob not null) without rowid;

  -- One row. Counting five million rows would take seconds.
  create table tally (
    pending integer not null,
    seen integer not null,
    dead integer not null,
    items integer not null,
    served integer not null,
    runs integer not null,
    -- The hosts with requests out, whose rows say what is next after those; "*" is all.
    out_hosts text not null,
    is_closed integer not null
  );
  insert into tally values (0, 0, 0, 0, 0, 0, '', 1);
  `,
  `
  -- What is pending and seen once a request is queued goes with it, which spares the page of the tally
  -- where nothing else of it changes: it holds if the request is the last, and later than the tally.
  alter table queue add column pending integer;
  alter table queue add column seen integer;
  alter table tally add column last_id integer not null default 0;
  `,
  `
  -- What is to be added to the counters, as JSON: a page raises ten of them, and this is one row.
  alter table tally add column counts text not null default '{}';
  `,
];

/**
 * Brings a database up to date, each version in a transaction of its own.
 *
 * @param database The database.
 * @param migrations The steps. Default: {@linkcode MIGRATIONS}.
 */
export function migrate(
  database: DatabaseSync,
  migrations: readonly string[] = MIGRATIONS,
): void {
  for (let version = versionOf(database); version < migrations.length; version++) {
    database.exec(`begin immediate; ${migrations[version]}; pragma user_version = ${version + 1};`);
    database.exec("commit");
  }
}

/** The version of a database's schema; 0 if it has none yet. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("pragma user_version").get()?.user_version);
}
