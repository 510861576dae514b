/** Runs the contract of a frontier with `node --test`. */
import { test } from "node:test";
import { frontierContract } from "../../frontier_contract.ts";
import { sqliteSubject } from "../_sqlite_subject.ts";

frontierContract("SqliteFrontier", sqliteSubject, (name, run) => void test(name, run));
