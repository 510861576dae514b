import assert from "node:assert/strict";
import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Selector } from "@orbweaver/selectors";
import { select } from "../../selectors/css/select.ts";
import { parseHtml } from "../../selectors/document/parse_html.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function queried(selector: string): WeakRef<object> {
  const document = parseHtml("<main><p>a</p><p class=b>c <b>d</b></p></main>");
  select(document, [document.root], selector);
  return new WeakRef(document);
}

for (const selector of ["p", "main p::text", "p:has(b)", "p:contains(d) b", "p:not(main p)"]) {
  Deno.test(`A page can be freed once ${selector} was asked of it`, async () => {
    const document = queried(selector);
    // A WeakRef holds its target until the current job ends.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collectGarbage();
    assert.equal(document.deref(), undefined);
  });
}

/** Memory in use, in bytes, outside the heap included: that is where typed arrays are. */
async function memoryInUse(): Promise<number> {
  // What a job has touched last may live until its end.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}

/** A page of about 494 KB with the density of tags of technical documentation. */
function bigPage(): string {
  const section = (id: number) =>
    `<section id="s${id}"><h3>Section ${id} <a class="headerlink" href="#s${id}">#</a></h3>` +
    `<p>Some text with <code>code${id}</code> and <a href="/page/${id}">a link</a>, &amp; more.</p>` +
    `<pre><span class="k">const</span> <span class="n">x</span> = <span class="m">${id}</span></pre>` +
    `</section>\n`;
  let page = "";
  for (let id = 0; page.length < 494_000; id++) page += section(id);
  return page;
}

Deno.test("A page of 494 KB takes no more than 5 MB, queries included", async () => {
  const source = bigPage();
  Selector.fromHtml(source).css("p");
  const before = await memoryInUse();
  const page = Selector.fromHtml(source);
  assert.ok(page.css("section > p:has(code) a::attr(href)").length > 1_000);
  const used = await memoryInUse() - before;
  assert.ok(used < 5_000_000, `${used} bytes`);
  assert.equal(page.tag, "html");
});

for (
  const [name, take] of [
    ["get() of an element", (page) => page.css("#last").get()],
    ["get() of a text", (page) => page.css("#last::text").get()],
    ["get() of an attribute", (page) => page.css("#last::attr(title)").get()],
    ["getAll()", (page) => page.css("#last::text").getAll()],
    ["attr()", (page) => page.css("#last").attr("title")],
    ["attrs", (page) => page.css("#last").first?.attrs],
    ["text()", (page) => page.css("#last").text({ strip: true })],
    ["ownText", (page) => page.css("#last").first?.ownText],
    ["innerHtml()", (page) => page.css("#last").first?.innerHtml()],
    ["reFirst()", (page) => page.css("#last").reFirst(/thirteen \w+/)],
    ["re()", (page) => page.css("#last::text").re(/thirteen \w+/)],
    ["tag", (page) => page.css("[title*=thirteen]").first?.tag],
    ["json()", (page) => page.css("#json").json()],
  ] as [string, (page: Selector) => unknown][]
) {
  Deno.test(`The page can be freed although ${name} is kept`, async () => {
    const megabytes = 4;
    const kept: unknown[] = [];
    const before = await memoryInUse();
    for (let number = 0; number < megabytes; number++) {
      // A new text for each, as the engine would share one.
      const filler = `${number}`.repeat(1_000_000);
      const tail = `<custom-element-${number} id=last title="more than thirteen characters">` +
        `more than thirteen characters</custom-element-${number}>` +
        `<script id=json type=json>["more than thirteen characters"]</script>`;
      kept.push(take(Selector.fromHtml(`${filler}${tail}`)));
    }
    const used = await memoryInUse() - before;
    assert.ok(used < 1_000_000, `${used} bytes for ${megabytes} results`);
    assert.ok(kept.every((one) => one !== undefined));
  });
}
