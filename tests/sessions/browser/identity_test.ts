import { DynamicSession, type PageHandle, StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { UnsupportedOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { identityHeaders } from "../../../sessions/browser/identity/headers.ts";
import { createIdentity } from "../../../sessions/browser/identity/identity.ts";
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

for (const Session of [DynamicSession, StealthSession]) {
  browserTest(`${Session.name}: locale and time zone hold in tabs of one process`, async () => {
    const facts = `<!DOCTYPE html><script>
      const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
      document.documentElement.dataset.facts = [navigator.language, locale, timeZone].join();
    </script>`;
    await using pages = await servePages({ "/1": facts, "/2": facts, "/3": facts });
    await using session = new Session({
      maxPages: 3,
      retries: 1,
      locale: "de-DE",
      timezoneId: "Asia/Tokyo",
      // Chromium does so by itself where memory is scarce.
      extraFlags: ["--renderer-process-limit=1"],
    });
    const all = Promise.withResolvers<void>();
    let loaded = 0;
    const fetchOne = async (id: number) => {
      // What the first tab told the process is gone with its fetch, so none ends before the others.
      const pageAction = () => {
        if (++loaded === 3) all.resolve();
        return all.promise;
      };
      const page = await session.fetch(`${pages.url}/${id}`, { pageAction });
      return page.css("html::attr(data-facts)").get();
    };
    const told = "de-DE,de-DE,Asia/Tokyo";
    const seen = Promise.all([1, 2, 3].map(fetchOne));
    seen.catch(() => all.resolve()); // nobody waits for a page that failed
    assert.deepEqual(await seen, [told, told, told]);
  });
}

browserTest("a popup is told who it is, as its page was", async () => {
  await using site = await startSite();
  await using session = new StealthSession({ locale: "de-DE", timezoneId: "Asia/Tokyo" });
  const facts = `JSON.stringify([navigator.userAgent, navigator.language, navigator.webdriver,
    Intl.DateTimeFormat().resolvedOptions().timeZone, screen.width])`;
  const seen: unknown[] = [];
  await session.fetch(`${site.url}/ua`, {
    pageAction: async ({ cdp }) => {
      const evaluate = async (expression: string) => {
        const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
        return (await cdp.send<{ result: { value: unknown } }>("Runtime.evaluate", options))
          .result.value;
      };
      seen.push(
        await evaluate(facts),
        await evaluate(`new Promise((resolve) => {
        const popup = open("/ua");
        const ask = () => popup.document.querySelector("body.loaded") === null
          ? setTimeout(ask, 20)
          : resolve(popup.eval(${JSON.stringify(facts)}));
        ask();
      })`),
      );
    },
  });
  assert.equal(seen[1], seen[0]);
  const [page, popup] = site.requestsTo("/ua");
  for (const name of ["user-agent", "accept-language", "sec-ch-ua"]) {
    assert.equal(popup!.header(name), page!.header(name), name);
  }
});

browserTest("a browser session's visits look like those of a FetchSession", async (t) => {
  await using site = await startSite();
  const headersOf = async (fetch: (url: string) => Promise<unknown>) => {
    site.take();
    await fetch(`${site.url}/echo`);
    return site.requestsTo("/echo")[0]!.rawHeaders.map(comparable);
  };
  await using fetching = new FetchSession();
  const plain = await headersOf((url) => fetching.fetch(url));

  await t.step("StealthSession: the same headers in the same order, but for versions", async () => {
    await using session = new StealthSession();
    assert.deepEqual(await headersOf((url) => session.fetch(url)), plain);
  });

  await t.step("DynamicSession: all but that it says to have come from nowhere", async () => {
    await using session = new DynamicSession();
    assert.deepEqual(
      await headersOf((url) => session.fetch(url)),
      plain.map(([name, value]) => [name, name === "Sec-Fetch-Site" ? "none" : value]),
    );
  });
});

/**
 * A header without what depends on the version, or on the system: the fingerprints of FetchSession
 * are those of a Chrome on Windows, and a browser is what is installed.
 */
function comparable([name, value]: readonly [string, string]): [name: string, value: string] {
  // Brands change their order and their made-up one with the version.
  if (name === "sec-ch-ua") return [name, value.match(/Google Chrome|Chromium/g)!.sort().join()];
  const common = value.replace(/Chrome\/\d+/, "Chrome/N")
    .replace(/Windows NT 10.0; Win64; x64|X11; Linux x86_64|Macintosh; [^)]*/, "system")
    .replace(/"(?:Windows|Linux|macOS)"/, "system")
    .replace("image/jxl,", ""); // from Chromium 155 on, where it is built with it
  return [name, common];
}

Deno.test("identityHeaders() gives the headers that Chromium sends of itself", () => {
  const german = createIdentity("156.0.8078.79", {
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36",
    locale: "de-DE",
  });
  assert.deepEqual(identityHeaders(german), {
    userAgent: german.userAgent,
    acceptLanguage: "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
    headers: [
      ["sec-ch-ua", '"Not:A-Brand";v="8", "Chromium";v="156", "Google Chrome";v="156"'],
      ["sec-ch-ua-mobile", "?0"],
      ["sec-ch-ua-platform", '"Windows"'],
      ["user-agent", german.userAgent],
      ["accept-language", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"],
    ],
  });
  const firefox = { userAgent: "Mozilla/5.0 Firefox/140.0", locale: "en-US" };
  const names = identityHeaders(createIdentity("156.0.8078.79", firefox)).headers
    .map(([name]) => name);
  assert.deepEqual(names, ["user-agent", "accept-language"]);
});

browserTest("identityHeaders() agrees with what the browser sends", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ locale: "fr-CA" });
  const { meta } = await session.fetch(`${site.url}/echo`);
  const request = site.requestsTo("/echo")[0]!;
  const identity = createIdentity(String(meta.browserVersion), { locale: "fr-CA" });
  for (const [name, value] of identityHeaders(identity).headers) {
    assert.equal(request.header(name), value);
  }
});

browserTest(
  "hideCanvas keeps pages from reading a canvas, and not from drawing on it",
  async () => {
    await using pages = await servePages({
      "/": `<h1></h1><script>
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      context.fillText("Cwm fjordbank glyphs vext quiz", 2, 15);
      const attempt = (read) => {
        try {
          return typeof read();
        } catch (error) {
          return error.name;
        }
      };
      document.querySelector("h1").textContent = [
        attempt(() => canvas.toDataURL()),
        attempt(() => context.getImageData(0, 0, 1, 1)),
      ].join();
    </script>`,
    });
    const read = async (options: { hideCanvas?: boolean }) => {
      await using session = new StealthSession(options);
      return (await session.fetch(pages.url)).css("h1::text").get();
    };
    assert.equal(await read({}), "string,object");
    assert.equal(await read({ hideCanvas: true }), "SecurityError,SecurityError");
  },
);

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
