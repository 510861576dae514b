import {
  type BrowserFetchOptions,
  type CdpSession,
  DynamicSession,
} from "@orbweaver/browser-session";
import { PrivateAddressError, UnsafeRedirectError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type Site, startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

/** A name of a network of its own that leads to this machine. */
const INNER = ["--host-resolver-rules=MAP inner.example 127.0.0.1"];

const PUBLIC = "http://public.example/";

/** What the public host answers. */
interface PublicPage {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * A fetch that begins at a public host. There is none on loopback, so what is asked of that host is
 * answered in the browser, without a connection; all that follows is real.
 */
function fromPublic(page: PublicPage, options: BrowserFetchOptions = {}): BrowserFetchOptions {
  return {
    ...options,
    pageSetup: async (handle) => {
      const native = await handle.native();
      await native.setRequestInterception(true);
      native.on("request", (request) => {
        if (!request.url().startsWith(PUBLIC)) return void request.continue();
        void request.respond({ status: 200, contentType: "text/html", body: "", ...page });
      });
    },
  };
}

/** Ways to lead a browser somewhere. */
const WAYS: Record<string, (url: string) => PublicPage> = {
  "a redirect": (location) => ({ status: 302, headers: { location } }),
  "a script": (url) => ({ body: `<script>location = ${JSON.stringify(url)}</script>` }),
  "a meta refresh": (url) => ({ body: `<meta http-equiv="refresh" content="0;url=${url}">` }),
  "a form": (url) => ({
    body: `<form method="post" action="${url}"></form><script>document.forms[0].submit()</script>`,
  }),
};

/** Pages that open a popup when one clicks. */
const openers = (url: string) => [
  `<a id="open" target="_blank" href="${url}">x</a>`,
  `<button id="open" onclick="window.open('${url}')">x</button>`,
  `<button id="open" onclick="window.open('${url}', '', 'noopener')">x</button>`,
  `<form target="_blank" action="${url}"><button id="open">x</button></form>`,
];

interface PopupInfo {
  title: string;
  openerId?: string;
}

/** The tabs that pages have opened. */
async function popupsOf(cdp: CdpSession): Promise<PopupInfo[]> {
  const { targetInfos } = await cdp.send<{ targetInfos: PopupInfo[] }>("Target.getTargets");
  return targetInfos.filter(({ openerId }) => openerId !== undefined);
}

const portOf = (site: Site) => new URL(site.url).port;

browserTest("no public page sends the browser to a private address", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ extraFlags: INNER });
  const port = portOf(site);
  const refused = async (page: PublicPage, location: string) => {
    await assert.rejects(
      session.fetch(PUBLIC, fromPublic(page, { networkIdle: true })),
      (error) => {
        assert.ok(error instanceof UnsafeRedirectError, String(error));
        assert.deepEqual([error.location, error.url], [location, PUBLIC]);
        assert.match(error.message, /127\.0\.0\.1|169\.254\.169\.254|::1|::ffff:7f00:1/);
        return true;
      },
    );
  };

  for (const [name, way] of Object.entries(WAYS)) {
    await t.step(`by ${name}, and nothing is sent there`, async () => {
      await refused(way(`${site.url}/echo`), `${site.url}/echo`);
      await refused(way("http://169.254.169.254/latest"), "http://169.254.169.254/latest");
      assert.deepEqual(site.take(), []);
    });
  }

  await t.step("however the address is written", async () => {
    for (const host of ["localhost", "a.localhost", "2130706433", "0x7f.1", "user:pass@127.1"]) {
      const url = new URL(`http://${host}:${port}/echo`);
      await assert.rejects(
        session.fetch(PUBLIC, fromPublic(WAYS["a redirect"]!(url.href))),
        UnsafeRedirectError,
        host,
      );
    }
    for (const host of ["[::1]", "[::ffff:127.0.0.1]"]) {
      const url = new URL(`http://${host}:${port}/echo`).href;
      await refused(WAYS["a script"]!(url), url);
    }
    assert.deepEqual(site.take(), []);
  });

  await t.step("by a name either: what it answers becomes no response", async () => {
    const url = `http://inner.example:${port}/echo`;
    for (const way of Object.values(WAYS)) await refused(way(url), url);
  });

  await t.step("nor by way of another redirect", async () => {
    const inner = `http://inner.example:${port}/redirect/to?location=/echo`;
    await refused(WAYS["a redirect"]!(inner), inner);
  });

  await t.step("nor in the middle of a step whose failure is ignored", async () => {
    const later = `<script>setTimeout(() => location = "${site.url}/echo", 200)</script>`;
    const pageAction = () => new Promise(() => {});
    const options = fromPublic({ body: later }, { pageAction, onStepError: "ignore" });
    await assert.rejects(session.fetch(PUBLIC, options), UnsafeRedirectError);
  });

  await t.step("nor by popups that a click opens", async () => {
    const open = (body: string, isOver: (popups: PopupInfo[]) => boolean | Promise<boolean>) =>
      session.fetch(
        PUBLIC,
        fromPublic({ body }, {
          pageAction: async (page) => {
            await page.click("#open");
            while (!await isOver(await popupsOf(page.cdp))) await pause(20);
          },
        }),
      );
    site.take();
    for (const opener of openers(`${site.url}/echo`)) {
      // Chromium's error page has the host as its title.
      await open(opener, ([popup]) => popup?.title === "127.0.0.1");
    }
    assert.deepEqual(site.take(), []);
    for (const opener of openers(`http://inner.example:${port}/echo`)) {
      await open(opener, async (popups) => {
        await site.arrival("/echo");
        return popups.length === 0;
      });
      site.take();
    }
  });

  await t.step("nor asks for images, data or frames there", async () => {
    const { url } = site;
    const body = `<h1>public</h1><img src="${url}/echo/image"><iframe src="${url}/echo/frame">
      </iframe><script src="${url}/script"></script>
      <script>fetch("${url}/echo/data", { mode: "no-cors" })</script>`;
    site.take();
    const page = await session.fetch(PUBLIC, fromPublic({ body }, { networkIdle: true }));
    assert.equal(page.css("h1::text").get(), "public");
    assert.deepEqual(site.take(), []);
  });
});

browserTest("private addresses may be asked for, and lead to one another", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ extraFlags: INNER });
  const inner = `http://inner.example:${portOf(site)}`;

  await t.step("by a redirect, from an address or a name to another", async () => {
    for (const [from, to] of [[site.url, site.otherUrl], [inner, site.url], [site.url, inner]]) {
      const location = encodeURIComponent(`${to}/echo`);
      const page = await session.fetch(`${from}/redirect/to?location=${location}`);
      assert.deepEqual([page.url, page.status], [`${to}/echo`, 200]);
    }
  });

  await t.step("by a script", async () => {
    const body = encodeURIComponent(`<script>location = "${site.otherUrl}/plain/1"</script>`);
    const page = await session.fetch(`${inner}/html?body=${body}`, { waitSelector: "h1" });
    assert.equal(page.url, `${site.otherUrl}/plain/1`);
  });

  await t.step("but not once a public page has come between", async () => {
    site.take();
    const target = `${site.url}/echo`;
    const options = fromPublic(WAYS["a script"]!(target));
    const location = encodeURIComponent(PUBLIC);
    await assert.rejects(
      session.fetch(`${site.url}/redirect/to?location=${location}`, options),
      (error) => error instanceof UnsafeRedirectError && error.location === target,
    );
    assert.deepEqual(site.take().map(({ path }) => path), ["/redirect/to"]);
  });
});

browserTest("allowPrivate: false rules out what is asked for, too", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ extraFlags: INNER, allowPrivate: false });

  await t.step("an address, before anything is sent", async () => {
    for (const url of [`${site.url}/echo`, `${site.otherUrl}/echo`]) {
      await assert.rejects(session.fetch(url), (error) => {
        assert.ok(error instanceof PrivateAddressError, String(error));
        assert.deepEqual([error.address, error.url], ["127.0.0.1", url]);
        return true;
      });
    }
    assert.deepEqual(site.take(), []);
  });

  await t.step("a name, by where it leads", async () => {
    const url = `http://inner.example:${portOf(site)}/echo`;
    await assert.rejects(session.fetch(url), PrivateAddressError);
  });

  await t.step("but nothing public", async () => {
    const page = await session.fetch(PUBLIC, fromPublic({ body: "<h1>public</h1>" }));
    assert.equal(page.css("h1::text").get(), "public");
  });

  await t.step("unless a request allows it", async () => {
    assert.equal((await session.fetch(`${site.url}/echo`, { allowPrivate: true })).status, 200);
  });
});

browserTest("no page leads to files, to the browser's own pages or to data", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession();
  const targets = [
    "file:///etc/passwd",
    "chrome://version/",
    "view-source:file:///etc/passwd",
    "data:text/html,<h1>data</h1>",
    "javascript:'<h1>script</h1>'",
  ];
  for (const target of targets) {
    await t.step(target, async () => {
      const body = `<h1>page</h1><a href="${target.replaceAll('"', "&quot;")}">there</a>
        <script>onload = () => { try { location = ${JSON.stringify(target)} } catch {} }</script>`;
      const page = await session.fetch(`${site.url}/html?body=${encodeURIComponent(body)}`, {
        pageAction: async (page) => {
          if (await page.evaluate(() => document.querySelector("a") !== null)) {
            await page.click("a");
          }
        },
        networkIdle: true,
      });
      assert.equal(new URL(page.url).origin, site.url);
      assert.doesNotMatch(page.text, /root:|Chromium/);
      assert.notEqual(page.css("h1::text").get(), "data");
    });
  }
});
