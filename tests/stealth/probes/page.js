import { headersFromHere, lookAround } from "./worker.js";

/** Our own probes for what is known to give automated browsers away; gives the names of those that find something. */
export default async function probe() {
  const here = { facts: await lookAround(), headers: await headersFromHere() };
  const elsewhere = {
    frame: await inFrame(),
    worker: await inWorker(),
    sharedWorker: await inSharedWorker(),
    serviceWorker: await inServiceWorker(),
  };
  const found = {
    ...watched(),
    ...aboutPage(),
    ...await aboutPermissions(),
    ...aboutHeaders(here.facts, document.requestHeaders, "document"),
    ...aboutHeaders(here.facts, here.headers, "page"),
  };
  for (const [place, { facts, headers }] of Object.entries(elsewhere)) {
    Object.assign(found, aboutHeaders(here.facts, headers, place));
    for (const name of Object.keys(here.facts)) {
      found[`${name} differs in ${place}`] = facts[name] !== here.facts[name];
    }
    found[`webdriver in ${place}`] = facts.webdriver;
  }
  return Object.keys(found).filter((name) => found[name]);
}

/** Whether someone listens to the console, for which `Runtime.enable` makes errors readable. */
function watched() {
  let stacks = 0;
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = () => stacks++;
  console.debug(new Error("probe"));
  Error.prepareStackTrace = prepareStackTrace;

  let names = 0;
  const name = Object.getOwnPropertyDescriptor(Error.prototype, "name");
  Object.defineProperty(Error.prototype, "name", {
    configurable: true,
    get() {
      names++;
      return "Error";
    },
  });
  console.debug(new Error("probe"));
  Object.defineProperty(Error.prototype, "name", name);

  return {
    "console reads stacks": stacks > 0,
    "console reads names": names > 1,
    "console is slow": consoleIsSlow(),
  };
}

/** A big table is sent to whoever listens; without one the console drops it. The best of five says which. */
function consoleIsSlow() {
  const row = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`column ${i}`, i]));
  const table = Array.from({ length: 100 }, () => ({ ...row }));
  const best = (work) =>
    Math.min(...Array.from({ length: 5 }, () => {
      const begin = performance.now();
      work();
      return performance.now() - begin;
    }));
  const sent = best(() => console.table(table));
  console.clear();
  return sent > 3 * best(() => structuredClone(table));
}

function aboutPage() {
  const media = (query) => matchMedia(query).matches;
  const ownNames = Object.getOwnPropertyNames(self).concat(Object.getOwnPropertyNames(document));
  const navigatorGetters = Object.values(Object.getOwnPropertyDescriptors(Navigator.prototype))
    .flatMap(({ get, value }) => [get, value]).filter((member) => typeof member === "function");
  return {
    "webdriver": navigator.webdriver !== false,
    "navigator has properties of its own": Object.getOwnPropertyNames(navigator).length > 0,
    "navigator is patched": navigatorGetters.some((member) =>
      !/\[native code\]/.test(Function.prototype.toString.call(member))
    ),
    "names of an automation tool": ownNames.some((name) =>
      /cdc_|puppeteer|playwright|pptr|__pw|selenium|webdriver_|driver_evaluate|domAutomation/i
        .test(name)
    ),
    "headless user agent": /headless/i.test(navigator.userAgent + navigator.appVersion),
    "no brands": !(navigator.userAgentData?.brands.length > 0),
    "brands differ from user agent": !navigator.userAgentData?.brands.some(({ version }) =>
      navigator.userAgent.includes(`Chrome/${version}.`)
    ),
    "no chrome object": typeof self.chrome !== "object",
    "no frame around the page": outerWidth < innerWidth || outerHeight <= innerHeight,
    "window as large as the screen": outerWidth > screen.width || outerHeight > screen.height,
    "window outside the screen": screenX < 0 || screenY < 0 || screenX > screen.width,
    "screen of 800x600": screen.width <= 800 || screen.height <= 600,
    "work area larger than the screen": screen.availHeight > screen.height,
    "shallow colours": screen.colorDepth < 24,
    "no plugins": navigator.plugins.length === 0 || navigator.mimeTypes.length === 0,
    "no PDF viewer": navigator.pdfViewerEnabled !== true,
    "no languages": navigator.languages.length === 0 ||
      navigator.language !== navigator.languages[0],
    "UTC": Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC",
    "no mouse": !media("(pointer: fine)") || !media("(any-pointer: fine)"),
    "no hover": !media("(hover: hover)") || !media("(any-hover: hover)"),
    "no round trip time": navigator.connection?.rtt === 0,
    "not in front": document.visibilityState !== "visible" || !document.hasFocus(),
    "no WebGL": document.createElement("canvas").getContext("webgl") === null,
    "referer without a site": document.referrer !== "" &&
      document.requestHeaders["sec-fetch-site"] === "none",
  };
}

async function aboutPermissions() {
  const { state } = await navigator.permissions.query({ name: "notifications" });
  return {
    "notifications denied and asked for": Notification.permission === "denied" &&
      state === "prompt",
  };
}

/** What a server hears must be what pages hear. */
function aboutHeaders(facts, headers, place) {
  const hints = JSON.parse(facts.hints ?? "{}");
  const brands = hints.brands?.map(({ brand, version }) => `"${brand}";v="${version}"`).join(", ");
  return {
    [`user-agent differs in ${place}`]: headers["user-agent"] !== facts.userAgent,
    [`sec-ch-ua differs in ${place}`]: headers["sec-ch-ua"] !== brands,
    [`sec-ch-ua-platform differs in ${place}`]:
      headers["sec-ch-ua-platform"] !== `"${hints.platform}"`,
    [`accept-language differs in ${place}`]:
      headers["accept-language"]?.replaceAll(/;q=[^,]*/g, "") !== facts.languages,
  };
}

async function inFrame() {
  const frame = document.createElement("iframe");
  frame.src = "/frame";
  const answer = new Promise((resolve) => {
    addEventListener("message", ({ data }) => resolve(data), { once: true });
  });
  document.body.append(frame);
  return await answer;
}

async function inWorker() {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const answer = await nextMessage(worker);
  worker.terminate();
  return answer;
}

async function inSharedWorker() {
  const url = new URL("./worker.js", import.meta.url);
  const { port } = new SharedWorker(url, { type: "module" });
  port.start();
  return await nextMessage(port);
}

async function inServiceWorker() {
  const url = new URL("./worker.js", import.meta.url);
  const registration = await navigator.serviceWorker.register(url, { type: "module" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  const { port1, port2 } = new MessageChannel();
  worker.postMessage("look", [port2]);
  const answer = await nextMessage(port1);
  await registration.unregister();
  return answer;
}

function nextMessage(port) {
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }) => resolve(data);
    port.onerror = reject;
  });
}
