import {
  type BrowserSessionOptions,
  DynamicSession,
  StealthSession,
} from "@orbweaver/browser-session";
import type { AstralPage } from "@orbweaver/browser-session/astral";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { sessionContract } from "../contract.ts";
import { browserTest, Sandbox } from "./_browser.ts";
import { REAL_ASTRAL, realAstral } from "./_engines.ts";

/** The part of Astral's page that is used here. */
interface NativePage extends AstralPage {
  evaluate<T>(expression: string): Promise<T>;
}

if (REAL_ASTRAL === undefined) {
  Deno.test.ignore(
    "Astral itself: set ORBWEAVER_ASTRAL to a module that exports its launch and connect",
    () => {},
  );
} else {
  const engine = await realAstral<NativePage>();
  sessionContract("DynamicSession over Astral", () => new DynamicSession({ engine }));
  sessionContract("StealthSession over Astral", () => new StealthSession({ engine }));

  const withSession = async (
    options: BrowserSessionOptions<NativePage>,
    body: (session: DynamicSession<NativePage>, url: string) => Promise<void>,
  ) => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    {
      await using session = new DynamicSession({ engine, ...options });
      await body(session, site.url);
    }
    assert.deepEqual(await sandbox.remains(), []);
  };

  browserTest("Astral itself: pages are rendered, redirects told, failures typed", async () => {
    await withSession({ retries: 1 }, async (session, url) => {
      const page = await session.fetch(`${url}/dynamic-page`, { waitSelector: "div.loaded" });
      assert.equal(page.css("div.loaded::text").get(), "Loaded");
      const moved = await session.fetch(`${url}/redirect/chain/2`);
      assert.deepEqual([moved.status, moved.history.length], [200, 2]);
      await assert.rejects(session.fetch(`${url}/broken/reset`), /ERR_CONNECTION_RESET/);
      const json = await session.fetch(`${url}/json`);
      assert.match(json.headers.get("content-type") ?? "", /json/);
      assert.doesNotThrow(() => JSON.parse(json.text));
    });
  });

  browserTest("Astral itself: native() gives Astral's page for our tab", async () => {
    await withSession({ maxPages: 1 }, async (session, url) => {
      for (const id of [1, 2]) {
        let title = "";
        await session.fetch(`${url}/plain/${id}`, {
          pageAction: async (page) => {
            const native = await page.native();
            title = await native.evaluate<string>("document.title");
          },
        });
        assert.equal(title, `Article ${id}`);
      }
    });
  });
}
