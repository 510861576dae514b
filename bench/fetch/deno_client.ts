/**
 * One client of the benchmark, measured in a process of its own:
 * `deno run -A deno_client.ts CLIENT URL CA REQUESTS CONCURRENCY [SAMPLE_EVERY]`.
 *
 * @module
 */
import { FetchSession } from "@orbweaver/fetch-session";
// deno-lint-ignore no-import-prefix -- the very version of the package, which alone has it in its imports
import { createTransport, fetch as wreqFetch } from "npm:wreq-js@2.3.1";
import { orderedHeaders } from "../../sessions/fetch/profiles/headers.ts";
import { profilesOf } from "../../sessions/fetch/profiles/names.ts";
import { measure } from "./measure.ts";

const [client = "", url = "", ca = "", requests = "", concurrency = "", sampleEvery] = Deno.args;

/** wreq-js as it is, with the headers that FetchSession sends. */
async function bareTransport(newSignal: () => AbortSignal | null): Promise<() => Promise<number>> {
  const transport = await createTransport({ browser: "chrome_147", os: "windows", insecure: true });
  const [profile] = profilesOf("chrome") ?? [];
  const { host, protocol } = new URL(url);
  const wire = protocol === "https:" ? "tls" : "local";
  const headers = orderedHeaders(
    { profile, mode: "navigate", wire, sender: "exact" },
    { host, "referer": "https://www.google.com/", "sec-fetch-site": "cross-site" },
    [],
  );
  return async () => {
    const response = await wreqFetch(url, {
      transport,
      headers: headers as [string, string][], // which are copied
      redirect: "manual",
      disableDefaultHeaders: true,
      timeout: 30_000,
      signal: newSignal(),
    });
    return (await response.arrayBuffer()).byteLength;
  };
}

/** Makes a client: a function that fetches the page and gives how many bytes it has. */
const CLIENTS: Readonly<Record<string, () => Promise<() => Promise<number>>>> = {
  "FetchSession": async () => {
    const session = new FetchSession({ verify: false });
    await session.start();
    return async () => (await session.fetch(url)).body.byteLength;
  },
  "wreq-js transport": () => bareTransport(() => null),
  "wreq-js transport, abortable": () => bareTransport(() => new AbortController().signal),
  "FetchSession, native": () => {
    const session = new FetchSession({ impersonate: false, ca });
    return Promise.resolve(async () => (await session.fetch(url)).body.byteLength);
  },
  "Deno fetch": () => {
    const client = Deno.createHttpClient({ caCerts: [ca] });
    const init: RequestInit & { client: Deno.HttpClient } = { client };
    return Promise.resolve(async () => (await (await fetch(url, init)).arrayBuffer()).byteLength);
  },
};

const once = await CLIENTS[client]!();
await measure(once, {
  requests: Number(requests),
  concurrency: Number(concurrency),
  sampleEvery: sampleEvery === undefined ? undefined : Number(sampleEvery),
});
