import {
  BrowserNotFoundError,
  DynamicSession,
  findBrowser,
  StealthSession,
} from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { PlainSession } from "./core/_plain_session.ts";
import { sessionContract } from "./contract.ts";

sessionContract("a user's session", () => new PlainSession());
sessionContract("FetchSession impersonating", () => new FetchSession());
sessionContract("FetchSession native", () => new FetchSession({ impersonate: false }));

const ignore = !hasBrowser();
sessionContract("DynamicSession", () => new DynamicSession(), { ignore });
sessionContract("StealthSession", () => new StealthSession(), { ignore });

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return false;
    throw error;
  }
}
