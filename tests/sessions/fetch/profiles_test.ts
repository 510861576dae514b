import { profileNames } from "@orbweaver/fetch-session";
import assert from "node:assert/strict";
import { orderedHeaders } from "../../../sessions/fetch/profiles/headers.ts";
import { type Profile, profilesOf } from "../../../sessions/fetch/profiles/names.ts";

function profile(name: string): Profile {
  const [found] = profilesOf(name) ?? [];
  assert.ok(found !== undefined);
  return found;
}

function header(name: string, wanted: string): string | undefined {
  const kind = { profile: profile(name), mode: "navigate", wire: "tls", sender: "exact" } as const;
  return orderedHeaders(kind, {}, []).find(([key]) => key === wanted)?.[1];
}

Deno.test("profilesOf() understands the names of curl_cffi and of wreq-js", () => {
  const expected: Record<string, [fingerprint: string, os: string]> = {
    "chrome": ["chrome_147", "windows"],
    "chrome131": ["chrome_131", "windows"],
    "chrome_131": ["chrome_131", "windows"],
    "Chrome131_Android": ["chrome_131", "android"],
    "chrome_android": ["chrome_147", "android"],
    "chrome_linux": ["chrome_147", "linux"],
    "chrome133a": ["chrome_133", "windows"],
    "chrome99_android": ["chrome_100", "android"],
    "edge101": ["edge_101", "windows"],
    "firefox": ["firefox_149", "windows"],
    "firefox_android": ["firefox_android_135", "android"],
    "safari": ["safari_26.2", "macos"],
    "safari15_3": ["safari_15.3", "macos"],
    "safari180_ios": ["safari_ios_18.1.1", "ios"],
    "safari17_2_ios": ["safari_ios_17.2", "ios"],
    "safari_ios_18.1.1": ["safari_ios_18.1.1", "ios"],
    "safari_ipad": ["safari_ipad_26.2", "ios"],
    "tor145": ["firefox_private_136", "windows"],
  };
  for (const [name, [fingerprint, os]] of Object.entries(expected)) {
    assert.deepEqual([profile(name).fingerprint, profile(name).os], [fingerprint, os], name);
  }
});

/** `BrowserTypeLiteral` in `curl_cffi/requests/impersonate.py` of curl_cffi 0.16. */
const CURL_CFFI =
  `edge99 edge101 chrome99 chrome100 chrome101 chrome104 chrome107 chrome110 chrome116
  chrome119 chrome120 chrome123 chrome124 chrome131 chrome133a chrome136 chrome142 chrome145 chrome146
  chrome150 chrome99_android chrome131_android safari153 safari155 safari170 safari172_ios safari180
  safari180_ios safari184 safari184_ios safari260 safari2601 safari260_ios firefox133 firefox135
  firefox144 firefox147 tor145 chrome edge safari safari_ios safari_beta safari_ios_beta
  chrome_android firefox safari15_3 safari15_5 safari17_0 safari17_2_ios safari18_0 safari18_0_ios
  safari18_4 safari18_4_ios`.split(/\s+/);

Deno.test("profilesOf() understands every name of curl_cffi, as a browser of that brand and device", () => {
  for (const name of CURL_CFFI) {
    const { brand, os } = profile(name);
    assert.ok(name.startsWith(brand), `${name} is ${brand}`);
    const mobile = /android|ios/.exec(name)?.[0];
    assert.equal(os, mobile ?? (brand === "safari" ? "macos" : "windows"), name);
  }
});

Deno.test("profilesOf() knows Opera and OkHttp", () => {
  assert.equal(
    header("opera116", "sec-ch-ua"),
    `"Opera";v="116", "Chromium";v="131", "Not_A Brand";v="24"`,
  );
  assert.match(
    header("opera130", "user-agent") ?? "",
    /Chrome\/146\.0\.0\.0 Safari\/537\.36 OPR\/130\.0\.0\.0$/,
  );
  assert.equal(header("okhttp_4.12", "user-agent"), "okhttp/4.12.0");
  assert.equal(profile("okhttp").name, "okhttp5");
});

Deno.test("profilesOf() gives back the profile that a profile's own name stands for", () => {
  const names = profileNames();
  assert.ok(names.length > 200);
  for (const name of names) assert.equal(profile(name).name, name);
});

Deno.test("Chromium's client hint follows its version", () => {
  const captured: Record<string, string> = {
    chrome100: `" Not A;Brand";v="99", "Chromium";v="100", "Google Chrome";v="100"`,
    chrome104: `"Chromium";v="104", " Not A;Brand";v="99", "Google Chrome";v="104"`,
    chrome110: `"Chromium";v="110", "Not A(Brand";v="24", "Google Chrome";v="110"`,
    chrome124: `"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"`,
    chrome131: `"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"`,
    chrome136: `"Chromium";v="136", "Google Chrome";v="136", "Not.A/Brand";v="99"`,
    edge101: `" Not A;Brand";v="99", "Chromium";v="101", "Microsoft Edge";v="101"`,
  };
  for (const [name, hint] of Object.entries(captured)) {
    assert.equal(header(name, "sec-ch-ua"), hint);
  }
  assert.equal(header("chrome131_android", "sec-ch-ua-mobile"), "?1");
  assert.equal(header("chrome131_android", "sec-ch-ua-platform"), `"Android"`);
});

Deno.test("orderedHeaders() tells a server without TLS neither hints nor fetch metadata", () => {
  const kind = { profile: profile("chrome"), mode: "navigate", sender: "exact" } as const;
  const plain = orderedHeaders({ ...kind, wire: "plain" }, { "sec-fetch-site": "none" }, []);
  assert.equal(plain.some(([name]) => /^sec-/i.test(name)), false);
  assert.deepEqual(plain.find(([name]) => name === "Accept-Encoding"), [
    "Accept-Encoding",
    "gzip, deflate",
  ]);
  const local = orderedHeaders({ ...kind, wire: "local" }, { "sec-fetch-site": "none" }, []);
  assert.ok(local.some(([name]) => name === "Sec-Fetch-Site"));
});
