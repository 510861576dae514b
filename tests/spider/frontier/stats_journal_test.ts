import assert from "node:assert/strict";
import { Response } from "@orbweaver/session";
import { keptFigures } from "../../../spider/durable/stats_journal.ts";
import { newStats } from "../../../spider/stats.ts";
import { StatsRecorder } from "../../../spider/stats_recorder.ts";

const SETTINGS = {
  concurrentRequests: 1,
  concurrentRequestsPerDomain: 0,
  downloadDelayMs: 0,
  autothrottle: false,
};
const NONE = keptFigures({});

function page(status: number): Response {
  return new Response({ url: "https://a.test/", status, body: new Uint8Array(10) });
}

Deno.test("what is counted for a page is committed with the page, and not with another", () => {
  const recorder = new StatsRecorder(newStats(0, SETTINGS));
  const journal = recorder.goOn(NONE);
  const host = "__proto__.a.test:80";
  recorder.fetched({ token: "1", host, sid: "http", response: page(200), latencyMs: 1 });
  recorder.fetched({ token: "2", host, sid: "http", response: page(404), latencyMs: 1 });
  recorder.handled("parse", "1");
  recorder.stats.duplicateRequestsCount += 3;
  const first = journal.take("2");
  assert.equal(first["stats.requestsCount"], 1);
  assert.equal(first["stats.responseStatusCount.404"], 1);
  assert.equal(first["stats.duplicateRequestsCount"], 3);
  assert.ok(!("stats.callbacksRequestsCount.parse" in first));
  const second = journal.take("1");
  assert.equal(second["stats.callbacksRequestsCount.parse"], 1);
  assert.ok(!("stats.duplicateRequestsCount" in second));
  assert.deepEqual(journal.take("1"), {});

  const next = new StatsRecorder(newStats(0, SETTINGS));
  const sum: Record<string, number> = { ...first };
  for (const [name, count] of Object.entries(second)) sum[name] = (sum[name] ?? 0) + count;
  next.goOn(keptFigures({ ...sum, requests: 2, "stats.unknown.x": 1, "stats.hosts.wrong.h": 1 }));
  assert.equal(next.stats.requestsCount, 2);
  assert.equal(next.stats.responseBytes, 20);
  assert.deepEqual(next.stats.responseStatusCount, { "200": 1, "404": 1 });
  assert.deepEqual(next.stats.hosts, recorder.stats.hosts);
  assert.equal(next.stats.duplicateRequestsCount, 3);
});

Deno.test("what a page that is given up has counted is forgotten, and what could not be committed is not", () => {
  const recorder = new StatsRecorder(newStats(0, SETTINGS));
  const journal = recorder.goOn(NONE);
  const fetched = { host: "a", sid: "s", response: page(200), latencyMs: 1 };
  recorder.fetched({ token: "1", ...fetched });
  journal.drop("1");
  assert.deepEqual(journal.take("1"), {});
  recorder.fetched({ token: "2", ...fetched });
  journal.putBack(journal.take("2"));
  assert.equal(journal.take("3")["stats.requestsCount"], 1);
});

Deno.test("however many hosts there are, the counters of no more than 10000 are kept", () => {
  const recorder = new StatsRecorder(newStats(0, SETTINGS));
  const journal = recorder.goOn(NONE);
  for (let i = 0; i < 10_010; i++) {
    const host = `${i}.test`;
    recorder.fetched({ token: "1", host, sid: "s", response: page(200), latencyMs: 1 });
  }
  const { hosts } = keptFigures(journal.take("1"));
  const requests = hosts.filter(([member]) => member === "requestsCount");
  assert.equal(requests.length, 10_001);
  assert.deepEqual(requests.at(-1), ["requestsCount", "(other)", 10]);
});
