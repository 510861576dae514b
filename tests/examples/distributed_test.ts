import assert from "node:assert/strict";
import { redis } from "@orbweaver/spider/redis";
import SharedSpider from "../../examples/distributed.ts";
import { startSite } from "../site/mod.ts";
import { redisTest } from "../spider/redis/_redis_cases.ts";

redisTest(
  "the example of a shared crawl: two workers have every page once between them",
  async ({ url }) => {
    await using site = await startSite({ productCount: 8, listingSize: 4 });
    const workers = [1, 2].map(() =>
      new SharedSpider(`${site.url}/plain`).start({ store: redis(url), handleSignals: false })
    );
    const results = await Promise.all(workers);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["completed", "completed"]);
    const urls = results.flatMap(({ items }) => items.map((item) => item.url));
    assert.equal(new Set(urls).size, urls.length);
    assert.ok(urls.length >= 10);
  },
);
