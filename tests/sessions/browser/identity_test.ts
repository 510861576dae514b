import { DynamicSession, type PageHandle, StealthSession } from "@orbweaver/browser-session";
import { UnsupportedOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";
import { servePages } from "./_pages.ts";

interface Facts {
  userAgent: string;
  webdriver: boolean;
  language: string;
  languages: string[];
  brands: { brand: string; version: string }[];
  timeZone: string;
  screen: number[];
  viewport: number[];
}

async function factsOf(session: DynamicSession | StealthSession, siteUrl: string): Promise<Facts> {
  const page = await session.fetch(`${siteUrl}/ua`, { waitSelector: "body.loaded" });
  return JSON.parse(page.css("pre#facts").text() ?? "");
}

/** What a page's workers see, which emulation alone does not reach. */
async function workerAgents(session: StealthSession, url: string): Promise<string[]> {
  let agents: string[] = [];
  await session.fetch(url, {
    pageAction: async (page) => {
      agents = await page.evaluate(async () => {
        const source = (post: string) =>
          URL.createObjectURL(
            new Blob([`${post}(navigator.userAgent)`], { type: "text/javascript" }),
          );
        const dedicated = new Promise<string>((resolve) => {
          new Worker(source("postMessage")).onmessage = ({ data }) => resolve(data);
        });
        const shared = new Promise<string>((resolve) => {
          const worker = new SharedWorker(source("onconnect = ({ports:[p]}) => p.postMessage"));
          worker.port.onmessage = ({ data }) => resolve(data);
          worker.port.start();
        });
        return await Promise.all([dedicated, shared]);
      });
    },
  });
  return agents;
}

browserTest("StealthSession does not look automated", async (t) => {
  await using site = await startSite();
  await using session = new StealthSession();
  const facts = await factsOf(session, site.url);
  const request = site.requestsTo("/ua")[0]!;

  await t.step("neither to the page", () => {
    assert.ok(!facts.webdriver);
    assert.doesNotMatch(facts.userAgent, /Headless/);
    assert.ok(facts.brands.some(({ brand }) => brand === "Google Chrome"));
    assert.deepEqual(facts.screen, [1920, 1080]);
    assert.notEqual(facts.timeZone, "UTC");
  });

  await t.step("nor to its workers", async () => {
    assert.deepEqual(
      await workerAgents(session, `${site.url}/plain/1`),
      [facts.userAgent, facts.userAgent],
    );
  });

  await t.step("nor to the server, which hears the same as the page", () => {
    assert.equal(request.header("user-agent"), facts.userAgent);
    const major = /Chrome\/(\d+)/.exec(facts.userAgent)![1];
    assert.match(request.header("sec-ch-ua") ?? "", new RegExp(`"Google Chrome";v="${major}"`));
    assert.equal(request.header("accept-language"), "en-US,en;q=0.9");
  });
});

browserTest(
  "no page can tell by Runtime.enable that it is watched, unless native() is used",
  async () => {
    // What fpscanner's hasCDP does: an open console looks at the stack of what is logged.
    await using pages = await servePages({
      "/": `<script>
      function watched() {
        let seen = false;
        Error.prepareStackTrace = () => { seen = true; };
        console.debug(new Error());
        return seen;
      }
      document.write("<h1>" + watched() + "</h1>");
    </script>`,
    });
    await using session = new StealthSession();
    const seen: unknown[] = [];
    const look = async (page: PageHandle) => {
      const probe = { expression: "watched()", returnByValue: true };
      type Evaluated = { result: { value: boolean } };
      seen.push((await page.cdp.send<Evaluated>("Runtime.evaluate", probe)).result.value);
    };
    const page = await session.fetch(pages.url, {
      pageAction: async (page) => {
        await page.evaluate(() => document.title);
        await page.waitFor("h1", "visible");
        await page.click("h1");
        await look(page);
        await page.native();
        await look(page);
      },
    });
    assert.equal(page.css("h1::text").get(), "false");
    assert.deepEqual(seen, [false, true]);
    const next = await session.fetch(pages.url);
    assert.equal(next.css("h1::text").get(), "false");
  },
);

browserTest("DynamicSession without a window says nothing of that in its user agent", async () => {
  await using site = await startSite();
  await using session = new DynamicSession();
  const facts = await factsOf(session, site.url);
  assert.doesNotMatch(facts.userAgent, /Headless/);
  assert.match(facts.userAgent, /Chrome\/\d+\.0\.0\.0 /);
  assert.equal(site.requestsTo("/ua")[0]!.header("user-agent"), facts.userAgent);
});

browserTest("userAgent, locale, timezoneId and viewport are what the page sees", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    locale: "de-DE",
    timezoneId: "Europe/Berlin",
    viewport: { width: 700, height: 500 },
  });
  const facts = await factsOf(session, site.url);
  assert.match(facts.userAgent, /Firefox\/140/);
  assert.deepEqual(facts.languages, ["de-DE", "de", "en-US", "en"]);
  assert.equal(facts.timeZone, "Europe/Berlin");
  assert.deepEqual(facts.viewport, [700, 500]);
  const request = site.requestsTo("/ua")[0]!;
  assert.equal(request.header("sec-ch-ua"), undefined);
  assert.equal(request.header("accept-language"), "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7");
});

browserTest("blockWebrtc and allowWebgl: false do what they say", async () => {
  await using site = await startSite();
  const probe = async (session: StealthSession) => {
    let seen: unknown;
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        seen = await page.evaluate(async () => {
          const connection = new RTCPeerConnection();
          connection.createDataChannel("probe");
          const addresses = await new Promise<number>((resolve) => {
            let count = 0;
            connection.onicecandidate = ({ candidate }) => {
              if (candidate?.candidate) count++;
              if (candidate === null) resolve(count);
            };
            connection.createOffer().then((offer) => connection.setLocalDescription(offer));
          });
          const webgl = document.createElement("canvas").getContext("webgl") !== null;
          return { leaks: addresses > 0, webgl };
        });
      },
    });
    return seen;
  };
  await using open = new StealthSession();
  assert.deepEqual(await probe(open), { leaks: true, webgl: true });
  await using shut = new StealthSession({ blockWebrtc: true, allowWebgl: false });
  assert.deepEqual(await probe(shut), { leaks: false, webgl: false });
});

Deno.test("options that a kind of session doesn't have are refused", async () => {
  const unknown = (options: object) => () => new StealthSession(options);
  assert.throws(unknown({ solveRiddles: true }), UnsupportedOptionError);
  assert.throws(() => new DynamicSession({ blockWebrtc: true } as object), UnsupportedOptionError);
  await using session = new StealthSession();
  assert.ok(session.requestOptions.includes("solveCloudflare"));
  assert.ok(!new DynamicSession().requestOptions.includes("solveCloudflare"));
  await assert.rejects(
    session.fetch("http://127.0.0.1:9/", { method: "POST" } as object),
    UnsupportedOptionError,
  );
});
