import { DynamicSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

browserTest("networkIdle comes, whoever else hears of the end of a page's requests", async (t) => {
  await using site = await startSite();
  const { port } = new URL(site.url);
  await using session = new DynamicSession({
    extraFlags: ["--host-resolver-rules=MAP *.example 127.0.0.1"],
    networkIdle: true,
    timeoutMs: 20_000,
  });
  const bodies = {
    "frames of other sites": `<iframe src="http://far.example:${port}/plain/1"></iframe>`,
    "workers": "<script>new Worker('/script?body=1')</script>",
    "a stream of events": "<script>new EventSource('/slow/forever')</script>",
  };
  for (const [name, body] of Object.entries(bodies)) {
    await t.step(name, async () => {
      const url = `${site.url}/html?body=${encodeURIComponent(body)}`;
      assert.equal((await session.fetch(url)).status, 200);
    });
  }
});
