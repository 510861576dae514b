/** A documentation tree that nobody here wrote, crawled, and counted again by a plain walk of its files. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import DocsSpider from "../../examples/docs_site.ts";
import { serveFolder } from "../../examples/serve_folder.ts";

/** Debian's `python3-doc`, of whichever version; `.ci/run` installs it. */
const DOCS = documentationTree();

function documentationTree(): string | undefined {
  const packages = existsSync("/usr/share/doc") ? readdirSync("/usr/share/doc") : [];
  return packages.filter((name) => /^python3\.\d+$/.test(name))
    .map((name) => join("/usr/share/doc", name, "html"))
    .find((folder) => existsSync(join(folder, "index.html")));
}

/** The paths of all pages that links lead to from a first one, read straight from the files. */
function walkFiles(folder: string, first: string): string[] {
  const reached = new Set([first]);
  for (const path of reached) {
    const html = readFileSync(join(folder, path), "utf8").replaceAll(/<!--[^]*?-->/g, "");
    for (const [, href = ""] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
      const url = new URL(href, `http://docs.test${path}`);
      if (url.host !== "docs.test" || !url.pathname.endsWith(".html")) continue;
      if (existsSync(join(folder, decodeURIComponent(url.pathname)))) reached.add(url.pathname);
    }
  }
  return [...reached].sort();
}

Deno.test({
  name:
    "a documentation tree: every reachable page is fetched once, as a plain walk of the files says",
  ignore: DOCS === undefined,
  async fn() {
    assert.ok(DOCS !== undefined);
    await using server = await serveFolder(DOCS);
    const spider = new DocsSpider(`${server.url}/index.html`);
    const { items, stats, outcome } = await spider.start();

    const paths = items.map(({ url }) => decodeURIComponent(new URL(url).pathname)).sort();
    assert.deepEqual(paths, walkFiles(DOCS, "/index.html"));
    assert.equal(new Set(paths).size, paths.length, "no page twice");
    assert.equal(outcome, "completed");
    assert.equal(stats.failedRequestsCount, 0);

    const tutorial = items.find(({ url }) => url.endsWith("/tutorial/index.html"));
    assert.match(tutorial?.title ?? "", /^The Python Tutorial/);
    assert.ok(tutorial?.headings.some((heading) => heading.startsWith("The Python Tutorial")));
    assert.ok(items.every(({ title, links }) => title !== "" && links > 0));
  },
});
