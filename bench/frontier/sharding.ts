/*
 * A simulation of a crawl of a billion URLs on a Redis Cluster, as docs/one-billion-urls.md plans it:
 * `deno run bench/frontier/sharding.ts`. It prints how evenly hosts, URLs and bytes are spread, what moves
 * when a node is added, and what becomes of follow-ups that cross from one range to another while workers
 * and nodes die.
 */
import { createHash } from "node:crypto";

const URLS = 1e9;
const HOSTS = 10_000_000;
/** How many hash tags there are; each is a whole frontier for the hosts of a range. */
const RANGES = 1_024;
const SLOTS = 16_384;
/** Measured: see bench/frontier and the tests of RedisFrontier. */
const BYTES_SEEN = 9.3;
const BYTES_QUEUED = 354;
const BYTES_HOST = 110;
/** How much of what was seen is queued at once, at the widest point of a crawl. */
const QUEUED_SHARE = 0.1;
const GB = 1e9;

function hash(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}

/** A faster hash for ten million hosts: the finalizer of MurmurHash3. */
function mixed(number: number): number {
  let bits = number ^ (number >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The slot of a hash tag, as Redis Cluster has it: CRC16 (XMODEM). */
function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

const tagOf = (range: number) => `shop:${range}`;

interface Load {
  urls: number;
  hosts: number;
}

const bytesOf = ({ urls, hosts }: Load) =>
  urls * BYTES_SEEN + urls * QUEUED_SHARE * BYTES_QUEUED + hosts * BYTES_HOST;

/** The URLs and hosts of each range; the largest host has as many URLs as Zipf's law gives it. */
function loadOfRanges(exponent: number): { ranges: Load[]; largest: number } {
  const weights = new Float64Array(HOSTS);
  let sum = 0;
  for (let rank = 0; rank < HOSTS; rank++) sum += weights[rank] = (rank + 1) ** -exponent;
  const ranges: Load[] = Array.from({ length: RANGES }, () => ({ urls: 0, hosts: 0 }));
  for (let rank = 0; rank < HOSTS; rank++) {
    const range = ranges[mixed(rank + 1) % RANGES]!;
    range.urls += URLS * weights[rank]! / sum;
    range.hosts += 1;
  }
  return { ranges, largest: URLS * weights[0]! / sum };
}

/** Slots go to nodes in equal parts, as `redis-cli --cluster create` gives them. */
function loadOfNodes(ranges: readonly Load[], nodes: number): Load[] {
  const loads: Load[] = Array.from({ length: nodes }, () => ({ urls: 0, hosts: 0 }));
  for (const [range, { urls, hosts }] of ranges.entries()) {
    const load = loads[Math.floor(slotOf(tagOf(range)) * nodes / SLOTS)]!;
    load.urls += urls;
    load.hosts += hosts;
  }
  return loads;
}

/** Ranges are put on nodes by weight, the heaviest first, always on the lightest node. */
function placedByWeight(ranges: readonly Load[], nodes: number): Load[] {
  const loads: Load[] = Array.from({ length: nodes }, () => ({ urls: 0, hosts: 0 }));
  for (const { urls, hosts } of ranges.toSorted((a, b) => bytesOf(b) - bytesOf(a))) {
    const lightest = loads.reduce((least, load) => bytesOf(load) < bytesOf(least) ? load : least);
    lightest.urls += urls;
    lightest.hosts += hosts;
  }
  return loads;
}

function tellLoads(what: string, loads: readonly Load[]): void {
  const bytes = loads.map(bytesOf);
  const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
  const most = Math.max(...bytes);
  console.log(
    `  ${what}: ${(mean / GB).toFixed(2)} GB a node on average, ${
      (most / GB).toFixed(2)
    } GB the fullest ` +
      `(${(most / mean).toFixed(2)} of the mean)`,
  );
}

function simulateMemory(): void {
  console.log(`${URLS} URLs on ${HOSTS} hosts, ${RANGES} ranges, ${QUEUED_SHARE} of them queued:`);
  for (const exponent of [0.8, 1.0]) {
    const { ranges, largest } = loadOfRanges(exponent);
    const fullest = Math.max(...ranges.map(bytesOf));
    console.log(
      `hosts by Zipf's law with ${exponent}: the largest has ${
        (largest / 1e6).toFixed(1)
      } million URLs; ` +
        `${(ranges.reduce((sum, range) => sum + bytesOf(range), 0) / GB).toFixed(1)} GB in all, ` +
        `${(fullest / GB).toFixed(2)} GB the fullest range`,
    );
    for (const nodes of [4, 8, 16]) {
      tellLoads(`${nodes} nodes, slots in equal parts`, loadOfNodes(ranges, nodes));
      tellLoads(`${nodes} nodes, ranges by weight     `, placedByWeight(ranges, nodes));
    }
  }
}

function simulateGrowth(): void {
  const node = (range: number, nodes: number) => Math.floor(slotOf(tagOf(range)) * nodes / SLOTS);
  let anew = 0;
  let moved = 0;
  for (let range = 0; range < RANGES; range++) {
    if (node(range, 8) !== node(range, 9)) anew += 1;
    // Each old node gives a ninth of its slots to the new one, and keeps the others.
    if (slotOf(tagOf(range)) % 9 === 8) moved += 1;
  }
  console.log(
    `from 8 nodes to 9: ${moved} of ${RANGES} ranges move if each node gives a part of its slots, ` +
      `${anew} if all are dealt anew; no host changes its range`,
  );
}

/** What a range of the simulation keeps; every change of it is one script, and so whole. */
interface Range {
  readonly seen: Set<string>;
  readonly queue: string[];
  /** Follow-ups for other ranges, from the first that is not known to have arrived. */
  readonly outbox: { to: number; url: string }[];
  sent: number;
  /** How far the outbox of each other range has arrived here. */
  readonly arrived: Map<number, number>;
}

/** Pages link to pages of other hosts; whoever carries follow-ups over may die at any moment. */
function simulateCrossing(pages: number, deathRate: number): void {
  const ranges: Range[] = Array.from(
    { length: 64 },
    () => ({ seen: new Set(), queue: [], outbox: [], sent: 0, arrived: new Map() }),
  );
  const rangeOf = (url: string) => hash(url.split("/")[0]!) % ranges.length;
  const urlOf = (page: number) => `host${page % 997}/${page}`;
  const add = (range: Range, url: string) => {
    if (range.seen.has(url)) return;
    range.seen.add(url);
    range.queue.push(url);
  };
  let [fetched, crossed, deaths, again] = [0, 0, 0, 0];
  const times = new Map<string, number>();

  /** One script of the range: the page is done, and what it found is here or in the outbox. */
  const settle = (from: number, url: string) => {
    const page = Number(url.split("/")[1]);
    for (const next of [2 * page + 1, 2 * page + 2, page * 31 % pages]) {
      if (next >= pages) continue;
      const to = rangeOf(urlOf(next));
      if (to === from) add(ranges[from]!, urlOf(next));
      else ranges[from]!.outbox.push({ to, url: urlOf(next) });
    }
  };
  /** Two scripts, one of each range; whoever dies between them has the next carry it once more. */
  const carry = (from: number) => {
    const source = ranges[from]!;
    const { to, url } = source.outbox[source.sent]!;
    const target = ranges[to]!;
    if ((target.arrived.get(from) ?? -1) < source.sent) {
      target.arrived.set(from, source.sent);
      add(target, url);
      crossed += 1;
    } else again += 1;
    if (Math.random() < deathRate) {
      deaths += 1;
      return;
    }
    source.sent += 1;
  };

  add(ranges[rangeOf(urlOf(0))]!, urlOf(0));
  for (let isBusy = true; isBusy;) {
    isBusy = false;
    for (const [index, range] of ranges.entries()) {
      const url = range.queue.shift();
      if (url !== undefined) {
        isBusy = true;
        if (Math.random() < deathRate) {
          deaths += 1; // the lease expires, and another fetches it
          range.queue.push(url);
        } else {
          fetched += 1;
          times.set(url, (times.get(url) ?? 0) + 1);
          settle(index, url);
        }
      }
      for (let carried = 0; carried < 4 && range.sent < range.outbox.length; carried++) {
        isBusy = true;
        carry(index);
      }
    }
  }
  const doubled = [...times.values()].filter((count) => count > 1).length;
  console.log(
    `${pages} pages in 64 ranges, ${crossed} follow-ups carried from one to another, ${deaths} deaths in ` +
      `between (${again} carried twice, known and left): ${
        pages - times.size
      } pages lost, ${doubled} doubled`,
  );
  if (fetched !== pages) Deno.exitCode = 1;
}

simulateMemory();
simulateGrowth();
simulateCrossing(200_000, 0.02);
