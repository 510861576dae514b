import assert from "node:assert/strict";
import { Selector } from "@orbweaver/selectors";
import { markdown } from "@orbweaver/selectors/content";

function toMarkdown(html: string, options?: { main?: boolean }): string {
  return markdown(Selector.fromHtml(html, { url: "https://shop.example/a/" }), options);
}

Deno.test("Headings, paragraphs, emphasis, code and quotes become Markdown", () => {
  assert.equal(
    toMarkdown(
      "<h1>A  b</h1><p>c <b>d</b> <em>e</em> <code>f</code></p><blockquote>g</blockquote>",
    ),
    "# A b\n\nc **d** *e* `f`\n\n> g\n",
  );
  assert.equal(
    toMarkdown(`<pre><code class="language-ts">let a = 1;\n  b;</code></pre>`),
    "```ts\nlet a = 1;\n  b;\n```\n",
  );
});

Deno.test("Links and images have absolute addresses", () => {
  assert.equal(
    toMarkdown(`<p><a href="b?c" title="t">d</a> <img src="/e.png" alt="f"></p>`),
    `[d](https://shop.example/a/b?c "t") ![f](https://shop.example/e.png)\n`,
  );
});

Deno.test("Lists and tables become Markdown", () => {
  assert.equal(toMarkdown("<ul><li>a<ul><li>b</ul><li>c</ul>"), "- a\n  - b\n- c\n");
  assert.equal(toMarkdown("<ol start=3><li>a<li>b</ol>"), "3. a\n4. b\n");
  assert.equal(
    toMarkdown("<table><tr><th>a<th align=right>b<tr><td>1|2<td>long cell</table>"),
    "| a | b |\n| - | -: |\n| 1\\|2 | long cell |\n",
  );
});

Deno.test("Scripts, styles, forms and templates are left out, and Markdown in texts is escaped", () => {
  assert.equal(
    toMarkdown(
      "<title>t</title><script>a</script><style>b</style><form>c</form><template>d</template><p>*e*</p>",
    ),
    "\\*e\\*\n",
  );
});

Deno.test("main: true leaves out what is around the main content", () => {
  const around = "<header>Shop</header><nav><a href=/>Home</a></nav>";
  const footer = "<footer>Imprint</footer>";
  assert.equal(
    toMarkdown(
      `${around}<main><header><h1>Tea</h1></header><p>Green</p><aside>Ad</aside></main>${footer}`,
      {
        main: true,
      },
    ),
    "# Tea\n\nGreen\n",
  );
  const paragraph = "<p>Running text that is long enough to be taken for the content.</p>";
  assert.equal(
    toMarkdown(
      `${around}<div class=x><div>${paragraph}${paragraph}</div></div><div>no</div>${footer}`,
      {
        main: true,
      },
    ),
    "Running text that is long enough to be taken for the content.\n\n".repeat(2).trimEnd() + "\n",
  );
  assert.equal(
    toMarkdown(`${around}<article>short</article><article><h2>T</h2>${paragraph}</article>`, {
      main: true,
    }),
    "## T\n\nRunning text that is long enough to be taken for the content.\n",
  );
  assert.equal(toMarkdown("<div>only this</div>", { main: true }), "only this\n");
});

Deno.test("A part of a page, a text or an attribute is Markdown too", () => {
  const page = Selector.fromHtml(`<div><p id="a">b <i>c</i></p>d</div>`);
  assert.equal(markdown(page.css("p").first as Selector), "b *c*\n");
  assert.equal(markdown(page.css("i::text").first as Selector), "c\n");
});

Deno.test("100,000 nested elements become Markdown without overflowing the stack", () => {
  assert.match(toMarkdown(`${"<div>".repeat(100_000)}deep`), /deep/);
  assert.match(toMarkdown(`${"<blockquote>".repeat(5_000)}deep`), /deep/);
  assert.match(toMarkdown(`${"<b>".repeat(5_000)}deep`), /deep/);
  assert.match(toMarkdown(`${"<ul><li>".repeat(5_000)}deep`, { main: true }), /deep/);
});
