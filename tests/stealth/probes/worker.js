// What a worker of any kind sees; it also runs in the page and in its frames.

/** Facts that must be the same everywhere in a browser. */
async function lookAround() {
  const { userAgentData } = navigator;
  const hints = ["architecture", "bitness", "fullVersionList", "model", "platformVersion"];
  return {
    userAgent: navigator.userAgent,
    appVersion: navigator.appVersion,
    platform: navigator.platform,
    language: navigator.language,
    languages: navigator.languages.join(),
    hardwareConcurrency: navigator.hardwareConcurrency,
    deviceMemory: navigator.deviceMemory,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    offset: new Date(2026, 0, 15).getTimezoneOffset(),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    number: (1234.5).toLocaleString(),
    hints: JSON.stringify(await userAgentData?.getHighEntropyValues(hints)),
    // A page has it, a worker hasn't: either way it must not be true.
    webdriver: navigator.webdriver === true,
  };
}

/** The headers that a request from here is sent with. */
async function headersFromHere() {
  return await (await fetch("/headers", { cache: "no-store" })).json();
}

if (typeof document === "undefined") {
  const answer = async (port) =>
    port.postMessage({ facts: await lookAround(), headers: await headersFromHere() });
  if ("onconnect" in self) self.onconnect = ({ ports: [port] }) => answer(port);
  else if ("clients" in self) self.onmessage = ({ ports: [port] }) => answer(port);
  else answer(self);
}

export { headersFromHere, lookAround };
