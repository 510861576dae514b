/** Runs the contract of the frontiers in Node: `node contract_in_node.ts redis://…`. */
import process from "node:process";
import { test } from "node:test";
import { frontierContract } from "../frontier_contract.ts";
import { redisSubject } from "./_redis_subject.ts";

frontierContract(
  "RedisFrontier",
  () => redisSubject(process.argv[2]!),
  (name, run) => void test(name, run),
);
