/** How evenly 10,000 equal hosts are served, with a queue that was filled host by host. */
import assert from "node:assert/strict";
import { type Request, type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { InstantSession } from "./_instant_session.ts";

const HOSTS = 10_000;
const PAGES_A_HOST = 20;

/** Queues twenty pages of each host, and stops when half of them were fetched. */
class Equal extends Spider<never> {
  override name = "equal";
  override limits = { requests: HOSTS * PAGES_A_HOST / 2 };
  override startUrls = ["https://start.example/"];
  override concurrentRequests = 64;
  readonly served = new Map<string, number>();

  override configureSessions(manager: SessionManager): void {
    manager.add("instant", new InstantSession());
  }

  override async *parse(response: Response): AsyncGenerator<Request> {
    const { host } = new URL(response.url);
    if (host !== "start.example") {
      this.served.set(host, (this.served.get(host) ?? 0) + 1);
      return;
    }
    for (let id = 0; id < HOSTS; id++) {
      for (let page = 0; page < PAGES_A_HOST; page++) {
        yield response.follow(`https://host-${id}.example/${page}`);
      }
    }
  }
}

const spider = new Equal();
const { outcome } = await spider.start({ handleSignals: false });
assert.equal(outcome, "limit");
const counts = Array.from(
  { length: HOSTS },
  (_, id) => spider.served.get(`host-${id}.example`) ?? 0,
);
const [least, most] = [Math.min(...counts), Math.max(...counts)];
console.log(
  `fairness  ${HOSTS} hosts`.padEnd(41) +
    `${least} to ${most} pages a host, max/min ${(most / least).toFixed(2)} (goal 1.2)`,
);
