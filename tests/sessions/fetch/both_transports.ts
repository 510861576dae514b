import { FetchSession, type FetchSessionOptions } from "@orbweaver/fetch-session";
import { type Site, startSite } from "../../site/mod.ts";

/** Runs a test through wreq-js and through the platform's `fetch`, which must behave alike. */
export function testBoth(
  name: string,
  options: FetchSessionOptions,
  body: (session: FetchSession, site: Site) => Promise<void>,
): void {
  for (const impersonate of ["chrome", false] as const) {
    Deno.test(`${name} (${impersonate === false ? "native" : "impersonating"})`, async () => {
      await using site = await startSite();
      await using session = new FetchSession({ retryDelayMs: 1, ...options, impersonate });
      await body(session, site);
    });
  }
}
