import { DynamicSession, StepError } from "@orbweaver/browser-session";
import { InvalidOptionError, Response } from "@orbweaver/session";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

/** Width and height as a PNG's first chunk has them. */
function sizeOfPng(png: Uint8Array): [width: number, height: number] {
  const bytes = Buffer.from(png);
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

const pictureOf = ({ meta }: Response) => Buffer.from(meta.screenshot as Uint8Array);

browserTest("screenshot takes a picture of the page as it is at the end", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ viewport: { width: 400, height: 300 } });
  const tall = `${site.url}/html?body=${
    encodeURIComponent("<body style='margin:0'><div style='height:900px;background:red'></div>")
  }`;

  await t.step("what the window shows", async () => {
    const page = await session.fetch(tall, { screenshot: true });
    assert.ok(page.meta.screenshot instanceof Uint8Array);
    assert.deepEqual(sizeOfPng(page.meta.screenshot), [400, 300]);
  });

  await t.step("the whole page", async () => {
    const page = await session.fetch(tall, { screenshot: { fullPage: true } });
    assert.deepEqual(sizeOfPng(page.meta.screenshot as Uint8Array), [400, 900]);
  });

  await t.step("as JPEG and WebP, of a quality", async () => {
    const shop = `${site.url}/products`;
    const take = async (format: "jpeg" | "webp", quality: number) =>
      pictureOf(await session.fetch(shop, { screenshot: { format, quality } }));
    const jpeg = await take("jpeg", 90);
    assert.equal(jpeg.subarray(0, 3).toString("hex"), "ffd8ff");
    assert.ok((await take("jpeg", 5)).length < jpeg.length);
    assert.equal((await take("webp", 50)).subarray(8, 12).toString(), "WEBP");
  });

  await t.step("after waitMs", async () => {
    const later = `<body style="background:white"><script>
      setTimeout(() => document.body.style.background = "black", 300)</script>`;
    const url = `${site.url}/html?body=${encodeURIComponent(later)}`;
    const [early, late] = [
      await session.fetch(url, { screenshot: true }),
      await session.fetch(url, { screenshot: true, waitMs: 1000 }),
    ];
    assert.notDeepEqual(pictureOf(early), pictureOf(late));
  });

  await t.step("of several tabs at a time", async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((i) => session.fetch(`${site.url}/plain/${i}`, { screenshot: true })),
    );
    for (const page of pages) assert.deepEqual(sizeOfPng(pictureOf(page)), [400, 300]);
  });

  await t.step("none of what is not shown", async () => {
    const response = await session.fetch(`${site.url}/download`, { screenshot: true, pdf: true });
    assert.deepEqual([response.meta.screenshot, response.meta.pdf], [undefined, undefined]);
    assert.equal(response.status, 200);
  });

  await t.step("and fails as a step where the page is too long to be painted", async () => {
    const long = encodeURIComponent("<div style='height:1000000px'></div>");
    const url = `${site.url}/html?body=${long}`;
    const screenshot = { fullPage: true };
    await assert.rejects(session.fetch(url, { screenshot }), (error) => {
      assert.ok(error instanceof StepError, String(error));
      assert.equal(error.step, "screenshot");
      return true;
    });
    const page = await session.fetch(url, { screenshot, onStepError: "ignore" });
    assert.equal(page.meta.screenshot, undefined);
    assert.deepEqual((page.meta.stepErrors as StepError[]).map(({ step }) => step), ["screenshot"]);
  });
});

browserTest("pdf prints the page", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession();
  const print = async (pdf: object) => {
    const page = await session.fetch(`${site.url}/products`, { pdf });
    const bytes = Buffer.from(page.meta.pdf as Uint8Array);
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
    assert.match(bytes.subarray(-8).toString(), /%%EOF/);
    return bytes.toString("latin1");
  };

  await t.step("on A4, and on the paper that is asked for", async () => {
    assert.match(await print({}), /\/MediaBox \[0 0 59\d(?:\.\d+)? 84\d(?:\.\d+)?\]/);
    assert.match(await print({ paperWidth: 2, paperHeight: 3 }), /\/MediaBox \[0 0 144 216\]/);
    assert.match(await print({ landscape: true }), /\/MediaBox \[0 0 84\d(?:\.\d+)? 59\d/);
  });

  await t.step("in pieces, so that a large one comes whole", async () => {
    const noise = `<canvas width=2000 height=2000></canvas><script>
      const context = document.querySelector("canvas").getContext("2d");
      const image = context.createImageData(2000, 2000);
      for (let i = 0; i < image.data.length; i++) image.data[i] = Math.random() * 256;
      context.putImageData(image, 0, 0);</script>`;
    const url = `${site.url}/html?body=${encodeURIComponent(noise)}`;
    const page = await session.fetch(url, { pdf: true });
    const bytes = Buffer.from(page.meta.pdf as Uint8Array);
    assert.ok(bytes.length > 3_000_000, `${bytes.length} bytes are not enough for this test`);
    assert.match(bytes.subarray(-8).toString(), /%%EOF/);
    await assert.rejects(
      session.fetch(url, { pdf: true, maxBytes: 1_000_000 }),
      /Step 'pdf' failed .*larger than 'maxBytes'/,
    );
  });

  await t.step("and both survive JSON", async () => {
    const page = await session.fetch(`${site.url}/plain/1`, { pdf: true, screenshot: true });
    const again = Response.fromJSON(JSON.parse(JSON.stringify(page)));
    assert.deepEqual(again.meta, page.meta);
  });
});

Deno.test("screenshot and pdf with values that make no sense are refused", () => {
  assert.throws(
    () => new DynamicSession({ screenshot: { format: "gif" as "png" } }),
    InvalidOptionError,
  );
});
