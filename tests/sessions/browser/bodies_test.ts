import { DynamicSession } from "@orbweaver/browser-session";
import { BodyTooLargeError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

const JSON_TEXT = JSON.stringify({ name: "Orbweaver", motto: "Crème brûlée" });
const PDF = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>",
);
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const ZIP = Buffer.from("PK\x05\x06" + "\0".repeat(18), "latin1");

/** Serves every body in every way that HTTP has to send it. */
async function serveBodies() {
  const bodies: Record<string, [type: string, body: Buffer]> = {
    json: ["application/json", Buffer.from(JSON_TEXT)],
    pdf: ["application/pdf", PDF],
    png: ["image/png", PNG],
    zip: ["application/zip", ZIP],
    unknown: ["application/x-thing", Buffer.from([0, 1, 2, 255])],
    nothing: ["application/octet-stream", Buffer.alloc(0)],
  };
  const server = createServer((request, response) => {
    const [, name = "", way = ""] = (request.url ?? "").split("/");
    const [type, body] = bodies[name] ?? ["text/html", Buffer.from("<h1>?</h1>")];
    response.setHeader("content-type", type);
    response.setHeader("set-cookie", `seen=${name}; Path=/${name}`);
    if (way === "attached") response.setHeader("content-disposition", "attachment; filename=a.b");
    if (way === "sized") response.setHeader("content-length", body.length);
    if (way === "gzip") response.setHeader("content-encoding", "gzip");
    response.write(way === "gzip" ? gzipSync(body) : body);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

browserTest("what is no web page comes byte for byte, however it is sent", async (t) => {
  await using server = await serveBodies();
  await using session = new DynamicSession();
  for (const [name, [type, body]] of Object.entries(server.bodies)) {
    for (const way of ["sized", "chunked", "gzip", "attached"]) {
      await t.step(`${name}, ${way}`, async () => {
        const response = await session.fetch(`${server.url}/${name}/${way}`);
        assert.deepEqual(Buffer.from(response.body), body);
        assert.deepEqual([response.status, response.headers.get("content-type")], [200, type]);
        assert.deepEqual(response.cookies.map(({ value }) => value), [name]);
      });
    }
  }
});

browserTest("a body over maxBytes is an error that names the limit", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxBytes: 100_000 });
  const isTooLarge = (error: unknown) => {
    assert.ok(error instanceof BodyTooLargeError, String(error));
    assert.equal(error.maxBytes, 100_000);
    return true;
  };

  await t.step("at once where the server says how large it is", async () => {
    const url = `${site.url}/big?bytes=1000000000000`;
    await assert.rejects(session.fetch(url), isTooLarge);
  });

  await t.step("where it doesn't say, once there is more", async () => {
    const url = `${site.url}/big?bytes=1000000000000&length=no`;
    await assert.rejects(session.fetch(url), isTooLarge);
    assert.equal(await site.requestsTo("/big").at(-1)?.ended, "aborted");
  });

  await t.step("also of a web page, as it arrives", async () => {
    await assert.rejects(session.fetch(`${site.url}/bomb?bytes=268435456`), isTooLarge);
  });

  await t.step("or as scripts made it", async () => {
    const script = "<script>document.write('<p>' + 'x'.repeat(200_000))</script>";
    const url = `${site.url}/html?body=${encodeURIComponent(script)}`;
    await assert.rejects(session.fetch(url), isTooLarge);
  });

  await t.step("counted in bytes, not in characters", async () => {
    const write = (count: number) =>
      session.fetch(
        `${site.url}/html?body=${
          encodeURIComponent(`<script>document.write('é'.repeat(${count}))</script>`)
        }`,
      );
    assert.equal((await write(45_000)).status, 200);
    await assert.rejects(write(60_000), isTooLarge);
  });

  await t.step("and what fits is as it was, and the session goes on", async () => {
    for (const length of ["yes", "no"]) {
      const response = await session.fetch(`${site.url}/big?bytes=100000&length=${length}`);
      assert.equal(response.body.length, 100_000);
    }
  });
});

browserTest("a download that a page begins leaves the page, and no file", async (t) => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  await using session = new DynamicSession({ maxBytes: 100_000 });
  const links = `<h1>links</h1><a id="file" href="/download">file</a>
    <a id="big" download href="/big?bytes=1000000000">big</a>
    <a id="blob" download="x.txt" href="">blob</a>
    <script>blob.href = URL.createObjectURL(new Blob(["x"]))</script>`;
  const url = `${site.url}/html?body=${encodeURIComponent(links)}`;
  for (const id of ["file", "big", "blob"]) {
    await t.step(id, async () => {
      const page = await session.fetch(url, {
        pageAction: (page) => page.click(`#${id}`),
        networkIdle: true,
      });
      assert.equal(page.url, url);
      assert.equal(page.css("h1::text").get(), "links");
    });
  }
  const files = await readdir(sandbox.path, { recursive: true });
  assert.deepEqual(files.filter((file) => /report|crdownload|x\.txt|big$/.test(file)), []);
});
