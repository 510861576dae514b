import { frontierContract } from "../frontier_contract.ts";
import { sqliteSubject } from "./_sqlite_subject.ts";

frontierContract("SqliteFrontier", sqliteSubject);
