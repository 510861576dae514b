import { DynamicSession, EvaluateError, StepError } from "@orbweaver/browser-session";
import { TimeoutError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";
import { servePages } from "./_pages.ts";

browserTest("waitSelector waits for each of its states", async (t) => {
  await using pages = await servePages({
    "/": `<p id="old">old</p><p id="shy" style="display:none">shy</p><p id="bold">bold</p>
      <script>setTimeout(() => {
        old.remove();
        shy.style.display = "block";
        bold.style.visibility = "hidden";
        document.body.insertAdjacentHTML("beforeend", "<b id=new>new</b>");
      }, 300)</script>`,
    "/first": "<script>setTimeout(() => location.replace('/'), 200)</script>",
  });
  await using session = new DynamicSession();
  const states = [["#new", "attached"], ["#old", "detached"], ["#shy", "visible"], [
    "#bold",
    "hidden",
  ]];
  for (const [selector, state] of states) {
    await t.step(`${selector} ${state}`, async () => {
      const page = await session.fetch(pages.url, {
        waitSelector: selector,
        waitSelectorState: state as "attached",
      });
      assert.equal(page.css("#new::text").get(), "new");
    });
  }

  await t.step("and survives that the document is replaced meanwhile", async () => {
    const page = await session.fetch(`${pages.url}/first`, { waitSelector: "#new" });
    assert.equal(page.url, `${pages.url}/`);
  });
});

browserTest("pageSetup and pageAction work with the page", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 1 });

  await t.step("they click, type, and follow where that leads", async () => {
    const page = await session.fetch(`${site.url}/login`, {
      pageAction: async (page) => {
        await page.type("input[name=user]", "spider");
        assert.equal(
          await page.evaluate(() => document.querySelector<HTMLInputElement>("[name=user]")!.value),
          "spider",
        );
        await page.click("form button, form input[type=submit]");
      },
    });
    const posted = site.requestsTo("/login").find(({ method }) => method === "POST");
    assert.match(posted?.body ?? "", /user=spider/);
    assert.equal(page.history.length > 0, true);
  });

  await t.step("evaluate() takes arguments, gives data and awaits promises", async () => {
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        assert.equal(
          await page.evaluate((a: number, b: number) => Promise.resolve(a + b), 1, 2),
          3,
        );
        assert.deepEqual(await page.evaluate("({ title: document.title })"), {
          title: "Article 1",
        });
        assert.equal(page.url, `${site.url}/plain/1`);
        await assert.rejects(page.evaluate("missing.value"), EvaluateError);
      },
    });
  });

  await t.step("evaluate() runs in a world of its own", async () => {
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        await page.cdp.send("Runtime.evaluate", { expression: "globalThis.theirs = 1" });
        assert.equal(await page.evaluate("typeof theirs"), "undefined");
      },
    });
  });

  await t.step("scroll() and waitFor()", async () => {
    await session.fetch(`${site.url}/products`, {
      pageAction: async (page) => {
        await page.evaluate(() => void (document.body.style.height = "5000px"));
        await page.scroll();
        assert.ok(await page.evaluate(() => scrollY) > 1000);
        await page.waitFor("body", "visible");
      },
    });
  });

  await t.step("native() gives Puppeteer's page", async () => {
    let title = "";
    await session.fetch(`${site.url}/plain/2`, {
      pageAction: async (page) => {
        const native = await page.native();
        title = await native.title();
      },
    });
    assert.equal(title, "Article 2");
  });

  await t.step("popups that they open are closed", async () => {
    let targets: string[] = [];
    const listTargets = async (cdp: { send<T>(method: string): Promise<T> }) => {
      type Targets = { targetInfos: { type: string; url: string }[] };
      const { targetInfos } = await cdp.send<Targets>("Target.getTargets");
      const pages = targetInfos.filter(({ type }) => type === "page");
      return pages.map(({ url }) => url).filter((url) => url !== "about:blank");
    };
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        await page.cdp.send("Runtime.evaluate", {
          expression: "open('/plain/2')",
          userGesture: true,
        });
        await page.cdp.send("Runtime.evaluate", {
          expression: "open('/plain/3', '_blank', 'noopener')",
          userGesture: true,
        });
        await site.arrival("/plain/3");
        targets = await listTargets(page.cdp);
      },
    });
    assert.equal(targets.length, 3, targets.join());
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => void (targets = await listTargets(page.cdp)),
    });
    assert.deepEqual(targets, [`${site.url}/plain/1`]);
  });

  await t.step("dialogs stop nothing", async () => {
    const page = await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        await page.cdp.send("Runtime.evaluate", {
          expression: "alert(1); confirm(2); onbeforeunload = () => 'stay'; document.title = 'on'",
          userGesture: true,
        });
      },
    });
    assert.equal(page.css("title::text").get(), "on");
    assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
  });
});

browserTest("a step that fails fails the fetch, or is noted, as onStepError says", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 1 });
  const url = `${site.url}/plain/1`;

  await t.step("pageAction throws", async () => {
    const cause = new Error("boom");
    const pageAction = () => Promise.reject(cause);
    await assert.rejects(session.fetch(url, { pageAction }), (error) => {
      assert.ok(error instanceof StepError);
      assert.deepEqual([error.step, error.url, error.cause], ["pageAction", url, cause]);
      return true;
    });
    const page = await session.fetch(url, { pageAction, onStepError: "ignore" });
    assert.equal(page.css("h1").length, 1);
    assert.deepEqual((page.meta.stepErrors as StepError[]).map(({ step }) => step), ["pageAction"]);
  });

  await t.step("pageSetup throws", async () => {
    const pageSetup = () => {
      throw new Error("no");
    };
    await assert.rejects(session.fetch(url, { pageSetup }), /Step 'pageSetup' failed .*: no;/);
  });

  await t.step("waitSelector is no selector", async () => {
    await assert.rejects(
      session.fetch(url, { waitSelector: "..a" }),
      /'waitSelector' .*not a valid/,
    );
  });

  await t.step("waitSelector never comes", async () => {
    const options = { waitSelector: ".never", timeoutMs: 1000 };
    await assert.rejects(session.fetch(url, options), (error) => {
      assert.ok(error instanceof TimeoutError);
      assert.match(error.message, /^Waiting for '\.never' to be attached took longer than 1000 ms/);
      return true;
    });
    const page = await session.fetch(url, { ...options, timeoutMs: 3000, onStepError: "ignore" });
    assert.equal((page.meta.stepErrors as Error[]).length, 1);
  });

  await t.step("pageAction hangs", async () => {
    const pageAction = () => new Promise(() => {});
    await assert.rejects(
      session.fetch(url, { pageAction, timeoutMs: 1000 }),
      /The step 'pageAction'/,
    );
  });

  await t.step("and the next fetch is fine", async () => {
    assert.equal((await session.fetch(url)).status, 200);
  });
});
