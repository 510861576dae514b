import { type Exchange, numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";
import { pause } from "../pause.ts";

/** `/base`, `/dynamic-page`, `/ua`, `/html`, `/script`: pages with links to resolve, with work for a browser, about the browser, and of the test's own. */
export const pageRoutes: Routes = {
  "/base": ({ reply }) => reply.html(basePage),
  "/nested/dir/*": ({ reply, rest }) =>
    reply.html(page({ title: "Nested", body: `<h1>Nested ${encodeURIComponent(rest)}</h1>` })),
  "/dynamic-page": ({ reply }) => reply.html(dynamicPage),
  "/dynamic-page/data/*": dynamicData,
  "/ua": ({ reply }) => reply.html(browserPage),
  "/html": ({ request, reply }) => reply.html(request.query.get("body") ?? ""),
  "/script": ({ request, reply }) =>
    reply.send(200, [["content-type", "text/javascript"]], request.query.get("body") ?? ""),
};

const basePage = page({
  title: "Base",
  head: '<base href="/nested/dir/">\n',
  body: `<h1>Base</h1>
<a class="relative" href="page.html">below the base</a>
<a class="parent" href="../up.html">above the base</a>
<a class="absolute" href="/echo">from the root</a>
<a class="query" href="?q=1">a query of the base</a>
<a class="fragment" href="#part">a fragment of the base</a>
<a class="mail" href="mailto:orb@example.com">not a page</a>`,
});

const dynamicPage = page({
  title: "Dynamic",
  body: `<h1>Dynamic</h1>
<ul id="items"></ul>
<script>
"use strict";
async function load() {
  for (let number = 1; number <= 3; number++) {
    const data = await (await fetch("/dynamic-page/data/" + number)).json();
    const item = document.createElement("li");
    item.textContent = data.text;
    document.getElementById("items").append(item);
  }
}
load();
setTimeout(() => {
  const loaded = document.createElement("div");
  loaded.className = "loaded";
  loaded.textContent = "Loaded";
  document.body.append(loaded);
}, 300);
</script>`,
});

async function dynamicData(exchange: Exchange): Promise<void> {
  await pause(numberParameter(exchange, "ms", 100), exchange.reply.over);
  exchange.reply.json({ text: `Item ${exchange.rest}` });
}

const browserPage = page({
  title: "About your browser",
  body: `<h1>About your browser</h1>
<dl></dl>
<pre id="facts"></pre>
<script>
"use strict";
const facts = {
  userAgent: navigator.userAgent,
  webdriver: navigator.webdriver,
  platform: navigator.platform,
  language: navigator.language,
  languages: navigator.languages,
  hardwareConcurrency: navigator.hardwareConcurrency,
  plugins: navigator.plugins.length,
  brands: navigator.userAgentData ? navigator.userAgentData.brands : null,
  mobile: navigator.userAgentData ? navigator.userAgentData.mobile : null,
  chrome: typeof window.chrome,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  screen: [screen.width, screen.height],
  viewport: [innerWidth, innerHeight],
  devicePixelRatio,
  cookieEnabled: navigator.cookieEnabled,
};
const list = document.querySelector("dl");
for (const [name, value] of Object.entries(facts)) {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  term.textContent = name;
  description.id = name;
  description.textContent = JSON.stringify(value);
  list.append(term, description);
}
document.getElementById("facts").textContent = JSON.stringify(facts);
document.body.classList.add("loaded");
</script>`,
});
