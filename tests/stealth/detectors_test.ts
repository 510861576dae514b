import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { browserTest } from "../sessions/browser/_browser.ts";
import { servePages } from "../sessions/browser/_pages.ts";
import { ControlBrowser, hasDisplay } from "./_control.ts";
import { DetectorSite, type Score } from "./_detector_site.ts";
import { allDetectors } from "./_detectors.ts";
import { DetectorPackages } from "./_packages.ts";

/** A detector after another, on a machine where others work, too. */
const TIMEOUT_MS = 90_000;

/**
 * What a detector says where there is no graphics card, in its words: a browser with a window then
 * has no WebGL at all, and one without has a renderer that needs no card. Either way it is the
 * machine that is told from others, not the automation.
 */
const NO_CARD = ["hasMismatchWebGLInWorker", "no WebGL", "webgl-supported", "webgl-software"];

browserTest("detectors tell an automated browser from one that nobody automates", async (t) => {
  await using packages = await DetectorPackages.fetch();
  await using site = new DetectorSite(await allDetectors(packages));
  await site.listen();

  await t.step({
    name: "but not a StealthSession",
    // A window has to open somewhere: on Linux, on a display or on that of Xvfb.
    ignore: !hasDisplay(),
    fn: async () => {
      const control = await scoreOfControl(site);
      // The second is neither this machine's language nor its time: workers have to be told.
      const abroad = { locale: "de-DE", timezoneId: "Asia/Tokyo" };
      for (const [who, options] of Object.entries({ atHome: {}, abroad })) {
        await using session = new StealthSession({ timeoutMs: TIMEOUT_MS, ...options });
        await session.fetch(site.urlFor(who), { waitSelector: "body.done" });
        assertNoMore(await site.scoreOf(who), control);
      }
    },
  });

  await t.step("for which they have to find something in one that doesn't hide", async () => {
    await using session = new DynamicSession({ timeoutMs: TIMEOUT_MS });
    await session.fetch(site.urlFor("native"), {
      waitSelector: "body.done",
      pageSetup: async (page) => void await page.native(),
    });
    const score = await site.scoreOf("native");
    assert.deepEqual(score.botd, ["detectWebDriver"]);
    assert.ok(score.fpscanner?.includes("hasCDP"), `${score.fpscanner}`);
    assert.ok(score["headless-detector"]?.includes("webdriver-status"));
    for (const probe of ["console reads stacks", "console reads names", "webdriver", "no mouse"]) {
      assert.ok(score.probes?.includes(probe), `'${probe}' is not among ${score.probes}`);
    }
  });
});

async function scoreOfControl(site: DetectorSite): Promise<Score> {
  await using _control = await ControlBrowser.open(site.urlFor("control"));
  return await site.scoreOf("control");
}

function assertNoMore(score: Score, control: Score): void {
  for (const [detector, flags] of Object.entries(score)) {
    const known = control[detector] ?? [];
    assert.ok(!known.some((flag) => flag.startsWith("failed")), `${detector}: ${known}`);
    const hasCard = !known.some((flag) => NO_CARD.includes(flag));
    const more = flags.filter((flag) =>
      !known.includes(flag) && (hasCard || !NO_CARD.includes(flag))
    );
    assert.deepEqual(more, [], `${detector} flags more than ${JSON.stringify(known)}`);
  }
}

browserTest("what a session does in a page runs beside the page's own world", async () => {
  // A page that listens to everything an automation tool needs.
  await using pages = await servePages({
    "/": `<button>Go</button><script>
      const calls = [];
      const listen = (owner, name) => {
        const original = owner[name];
        owner[name] = function (...args) {
          calls.push(name + new Error().stack);
          return original.apply(this, args);
        };
      };
      for (const name of ["querySelector", "querySelectorAll"]) listen(Document.prototype, name);
      for (const name of ["getBoundingClientRect", "scrollIntoView"]) listen(Element.prototype, name);
      listen(XMLSerializer.prototype, "serializeToString");
      listen(window, "getComputedStyle");
      const NativeObserver = MutationObserver;
      MutationObserver = function (...args) {
        calls.push("MutationObserver");
        return new NativeObserver(...args);
      };
      document.addEventListener("click", ({ isTrusted }) => {
        document.body.dataset.calls = JSON.stringify(calls);
        document.body.dataset.trusted = isTrusted;
      });
    </script>`,
  });
  await using session = new StealthSession();
  const look = async (native: boolean) => {
    const page = await session.fetch(pages.url, {
      waitSelector: "button",
      waitSelectorState: "visible",
      pageAction: async (page) => {
        if (native) await (await page.native()).evaluate(() => document.querySelector("h1"));
        await page.evaluate(() => document.querySelector("button")?.getBoundingClientRect());
        await page.waitFor("button", "visible");
        await page.click("button");
      },
    });
    const body = page.css("body");
    assert.equal(body.css("::attr(data-trusted)").get(), "true");
    return JSON.parse(body.css("::attr(data-calls)").get() ?? "") as string[];
  };
  assert.deepEqual(await look(false), []);
  const [call, ...more] = await look(true);
  assert.match(call ?? "", /^querySelector.*pptr:/s);
  assert.deepEqual(more, []);
});
