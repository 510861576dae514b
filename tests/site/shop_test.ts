import assert from "node:assert/strict";
import { productAt, type ShopVisit, startShop } from "../../cli/demo/shop/mod.ts";

Deno.test("startShop() serves the shop, tells of visits, and closes with open connections", async () => {
  const visits: ShopVisit[] = [];
  const shop = await startShop({ productCount: 3, onVisit: (visit) => visits.push(visit) });
  const headers = { "user-agent": "test" };
  const statuses: number[] = [];
  for (const target of ["/plain/3", "/plain/4", "/robots.txt"]) {
    const response = await fetch(shop.url + target, { headers });
    await response.body?.cancel();
    statuses.push(response.status);
  }
  await Promise.all([shop.close(), shop.close()]);
  await assert.rejects(fetch(shop.url));
  assert.deepEqual(statuses, [200, 404, 200]);
  assert.deepEqual(visits, [
    { method: "GET", target: "/plain/3", userAgent: "test", status: 200 },
    { method: "GET", target: "/plain/4", userAgent: "test", status: 404 },
    { method: "GET", target: "/robots.txt", userAgent: "test", status: 200 },
  ]);
});

Deno.test("startShop() refuses a size that is none", async () => {
  const sizes = [{ productCount: -1 }, { productCount: 1.5 }, { listingSize: 0 }, {
    listingSize: NaN,
  }];
  for (const size of sizes) await assert.rejects(startShop(size), RangeError);
});

Deno.test("the shop answers HEAD without a body, and refuses other methods", async () => {
  await using shop = await startShop();
  const head = await fetch(`${shop.url}/plain/1`, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.ok(Number(head.headers.get("content-length")) > 9_000);
  const post = await fetch(`${shop.url}/plain/1`, { method: "POST", body: "x".repeat(100_000) });
  assert.equal(post.status, 405);
  await post.body?.cancel();
});

Deno.test("two shops answer the same, byte by byte", async () => {
  await using first = await startShop();
  await using second = await startShop();
  for (const path of ["/", "/products?page=3", "/product/42", "/plain/42"]) {
    const [one, other] = await Promise.all(
      [first, second].map(async ({ url }) => await (await fetch(url + path)).text()),
    );
    assert.equal(one, other);
  }
  assert.equal(productAt(1).name, "Amber Teapot");
});
