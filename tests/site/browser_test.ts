import assert from "node:assert/strict";
import { productAt, startSite } from "./mod.ts";

const BROWSER = findBrowser();

Deno.test({
  name: "a browser gets to see what a page's script makes",
  ignore: BROWSER === undefined,
  fn: async () => {
    await using site = await startSite();
    const { name, price } = productAt(17);
    const product = await dumpDom(`${site.url}/product/17`);
    assert.ok(product.includes(`<article class="loaded"><h1>${name}</h1>`), product.slice(-800));
    assert.ok(product.includes(`<p class="price">${price}</p>`));
    assert.ok((await dumpDom(`${site.url}/cookie-wall`)).includes("<h1>Behind the wall</h1>"));
    const dynamic = await dumpDom(`${site.url}/dynamic-page`);
    assert.ok(dynamic.includes('<div class="loaded">Loaded</div>'));
    assert.ok(dynamic.includes("<li>Item 1</li><li>Item 2</li><li>Item 3</li>"));
    assert.ok((await dumpDom(`${site.url}/ua`)).includes('<dd id="webdriver">'));
    assert.equal(site.requestsTo("/favicon.ico").length, 0);
  },
});

function findBrowser(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const directories = (Deno.env.get("PATH") ?? "").split(":");
  return names.flatMap((name) => directories.map((directory) => `${directory}/${name}`))
    .find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The DOM as HTML after the page has come to rest; the browser runs once and ends by itself. */
async function dumpDom(url: string): Promise<string> {
  const profile = await Deno.makeTempDir();
  try {
    const { stdout } = await new Deno.Command(BROWSER!, {
      args: [
        "--headless",
        "--disable-gpu",
        ...(Deno.uid() === 0 ? ["--no-sandbox"] : []), // Chromium's sandbox refuses to run as root
        `--user-data-dir=${profile}`,
        "--virtual-time-budget=5000",
        "--dump-dom",
        url,
      ],
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
}
