import { page } from "../page.ts";
import { BOX_AFTER_MS, BY_ITSELF_MS, type Case } from "./cases.ts";

/** The name under which the widget's frame is fetched; the browser has to be told where it really is. */
export const WIDGET_ORIGIN = "https://challenges.cloudflare.com";

/** The path of the script of a challenge page. */
export const PAGE_SCRIPT = "/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1";

/** Where that script hands in what it has found out. */
export const FLOW = "/cdn-cgi/challenge-platform/h/b/flow";

/** The path of the widget's frame. */
export const FRAME = "/cdn-cgi/challenge-platform/h/b/turnstile/if/ov2/av0/rcv";

/** The page that is held back. */
export function realPage({ type, mode }: Case): string {
  return page({ title: "The real page", body: `<h1>Behind ${type}, ${mode}</h1>` });
}

/** The challenge page in its place. */
export function challengePage(challenge: Case, ray: string): string {
  const { type } = challenge;
  const options = { cvId: "3", cType: type, cRay: ray, cH: "x".repeat(40) };
  const text = Object.entries(options).map(([name, value]) => `${name}: '${value}'`).join(",");
  return page({
    title: "Just a moment...",
    body: `<h1>127.0.0.1</h1><p id="text">Verifying you are human. This may take a few seconds.</p>
<div id="place"></div>
<script>(function () {
  window._cf_chl_opt = {${text}};
  const script = document.createElement("script");
  script.src = "${PAGE_SCRIPT}?ray=${ray}";
  document.getElementsByTagName("head")[0].appendChild(script);
})();</script>`,
  });
}

/** The script of a challenge page. */
export function pageScript(challenge: Case, ray: string): string {
  const { type, mode } = challenge;
  const boxAfterMs = type === "non-interactive" ? undefined : BOX_AFTER_MS[mode];
  const solvesItself = (type === "non-interactive" && mode !== "never") || mode === "by-itself";
  return `"use strict"; (() => {
const handIn = async (token) => {
  await fetch("${FLOW}/${ray}", { method: "POST", body: token });
  location.reload();
};
${solvesItself ? `setTimeout(() => handIn("by-itself"), ${BY_ITSELF_MS});` : ""}
${boxAfterMs === undefined ? "" : `setTimeout(() => showBox(), ${boxAfterMs});`}
${showBox(ray, mode)}
addEventListener("message", ({ origin, data }) => {
  if (origin !== "${WIDGET_ORIGIN}") return;
  if (data.ready) text.textContent = "Verify you are human by completing the action below.";
  if (data.token) handIn(data.token);
});
const [text, place] = [document.getElementById("text"), document.getElementById("place")];
})();`;
}

/** An ordinary page with a widget in it. */
export function pageWithWidget({ type, mode }: Case): string {
  return page({
    title: "A form",
    head: `<script src="${WIDGET_ORIGIN}/turnstile/v0/api.js?case=${mode}" async defer></script>\n`,
    body: `<h1>Behind ${type}, ${mode}</h1>
<form><div class="cf-turnstile" data-sitekey="1x00000000000000000000AA"></div></form>
<p style="height: 2000px"></p>`,
  });
}

/** The script that makes widgets in ordinary pages. */
export function widgetScript({ mode }: Case, ray: string): string {
  const boxAfterMs = BOX_AFTER_MS[mode];
  return `"use strict"; (() => {
const place = document.querySelector(".cf-turnstile");
const answer = document.createElement("input");
Object.assign(answer, { type: "hidden", name: "cf-turnstile-response" });
place.append(answer);
${boxAfterMs === undefined ? "" : `setTimeout(() => showBox(), ${boxAfterMs});`}
${mode === "by-itself" ? `setTimeout(() => answer.value = "by-itself", ${BY_ITSELF_MS});` : ""}
${showBox(ray, mode)}
addEventListener("message", ({ origin, data }) => {
  if (origin === "${WIDGET_ORIGIN}" && data.token) answer.value = data.token;
});
})();`;
}

/** A closed shadow root with the widget's frame, and another frame that nobody sees. */
function showBox(ray: string, mode: string): string {
  return `function showBox() {
  const host = document.createElement("div");
  place.prepend(host);
  const root = host.attachShadow({ mode: "closed" });
  for (const [name, style] of [["probe", "display: none"], ["box", "border: 0; width: 300px; height: 65px"]]) {
    const frame = document.createElement("iframe");
    frame.src = "${WIDGET_ORIGIN}${FRAME}/${ray}/" + name + "?mode=${mode}";
    frame.style = style;
    root.append(frame);
  }
}`;
}

/** What is in the widget's frame: the box appears a little after the frame does. */
export function framePage(ray: string): string {
  return page({
    title: "Widget",
    body: `<style>body { margin: 0 } label { position: absolute; left: 16px; top: 20px }
input { width: 24px; height: 24px; margin: 0 }</style>
<script>"use strict";
let events = [];
const note = ({ type, isTrusted, clientX, clientY, screenX, screenY, buttons, timeStamp }) =>
  events.push({ type, isTrusted, clientX, clientY, screenX, screenY, buttons, timeStamp });
for (const type of ["mousemove", "mousedown", "mouseup"]) addEventListener(type, note);
let box;
setTimeout(() => {
  document.body.insertAdjacentHTML("beforeend", "<label><input type=checkbox> Verify you are human</label>");
  box = document.querySelector("input");
  parent.postMessage({ ready: true }, "*");
}, 300);
addEventListener("mouseup", async () => {
  const { left = 0, top = 0, right = 0, bottom = 0 } = box?.getBoundingClientRect() ?? {};
  const body = JSON.stringify({ box: { left, top, right, bottom }, ready: box !== undefined, events });
  events = [];
  const verdict = await fetch("/verdict/${ray}", { method: "POST", body });
  const { token } = await verdict.json();
  if (token) parent.postMessage({ token }, "*");
  else if (box) box.checked = false;
});
</script>`,
  });
}

/** An ordinary page that only looks like a challenge to someone who looks carelessly. */
export const ARTICLE: string = page({
  title: "How challenges work",
  body: `<h1>How challenges work</h1>
<p>Such a page is titled "Just a moment...", has <code>_cf_chl_opt</code> with <code>cType: 'managed'</code>,
and fetches ${PAGE_SCRIPT} from challenges.cloudflare.com. A form has a cf-turnstile.</p>
<script>(function () { window["__CF$cv$params"] = { r: "1", t: "2" }; })();</script>
<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`,
});
