import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { pack } from "../../../spider/frontier/redis_packing.ts";
import { administer, redisTest } from "./_redis_cases.ts";

redisTest("what is packed into one argument arrives as it was", async ({ url }) => {
  const args = [
    "",
    "a",
    "host-1.example",
    "x".repeat(31),
    "x".repeat(32),
    "x".repeat(64),
    "x".repeat(70_000),
    "é".repeat(16),
    "日本語 🕷 ".repeat(20),
    new Uint8Array(0),
    new Uint8Array([0, 255, 13, 10]),
    new Uint8Array(300).fill(200),
  ];
  const answer = await administer(
    url,
    (redis) => redis.callBuffer("EVAL", "return cmsgpack.unpack(ARGV[1])", "0", pack(args)),
  );
  assert.deepEqual(answer, args.map((arg) => Buffer.from(arg as Uint8Array)));
});
