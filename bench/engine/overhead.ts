/** CPU time of the engine for each request: a session without latency, frontier in memory. */
import assert from "node:assert/strict";
import process from "node:process";
import { Request, type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { InstantSession } from "./_instant_session.ts";

const REQUESTS = 100_000;
const LINKS_A_PAGE = 10;
const ROUNDS = 3;

/** A tree of pages, each with an item and ten links, on a hundred hosts. */
class Tree extends Spider<{ url: string }> {
  override name = "tree";
  override startUrls = [urlOf(0)];

  override configureSessions(manager: SessionManager): void {
    manager.add("instant", new InstantSession());
  }

  override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
    yield { url: response.url };
    const first = Number(new URL(response.url).pathname.slice(1)) * LINKS_A_PAGE + 1;
    for (let id = first; id < first + LINKS_A_PAGE && id < REQUESTS; id++) {
      yield this.link(response, id);
    }
  }

  protected link(_response: Response, id: number): Request {
    return new Request(urlOf(id));
  }
}

class FollowingTree extends Tree {
  override link(response: Response, id: number): Request {
    return response.follow(urlOf(id));
  }
}

class PoliteTree extends Tree {
  override concurrentRequestsPerDomain = 4;
  override limits = { depth: 1_000, requests: 1e9, perHost: 1e9 };
  override isBlocked(response: Response): false | string {
    return response.status === 403 && "forbidden";
  }
}

function urlOf(id: number): string {
  return `https://host-${id % 100}.example/${id}`;
}

async function cpuMicroseconds(spider: Tree): Promise<number> {
  const before = process.cpuUsage();
  const { stats, items } = await spider.start({ handleSignals: false });
  const { user, system } = process.cpuUsage(before);
  assert.equal(stats.requestsCount, REQUESTS);
  assert.equal(items.length, REQUESTS);
  return (user + system) / REQUESTS;
}

const kinds: [string, () => Tree][] = [
  ["new Request()", () => new Tree()],
  ["response.follow()", () => new FollowingTree()],
  ["limits, 4 a host, isBlocked()", () => new PoliteTree()],
];
for (const [name, make] of kinds) {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await cpuMicroseconds(make()));
  const figures = rounds.map((us) => us.toFixed(1)).join(" ");
  console.log(`overhead  ${name.padEnd(30)} ${figures} µs CPU/request (goal 60)`);
}
