import { FetchSession } from "@orbweaver/fetch-session";
import assert from "node:assert/strict";
import { type RecordedRequest, startTlsSite } from "../../site/mod.ts";

/** What a profile publishes about itself, in the forms of FoxIO (JA4) and Akamai (HTTP/2). */
interface Fingerprint {
  readonly ja4: string;
  readonly http2: string;
  /** The first HEADERS frame's priority: exclusive, dependency, weight. */
  readonly priority?: readonly [exclusive: boolean, dependsOn: number, weight: number];
}

// Chrome 144 and 148, Firefox 148: https://krowdev.com/article/http2-fingerprinting-akamai/ and
// https://httpcloak.dev/fingerprinting/akamai-shorthand give these HTTP/2 values, and
// https://krowdev.com/snippet/ja4-fingerprint-t13d1516h2/ the JA4 of Chrome with ALPS' new codepoint
// (Chrome 133 and later); before that, and in Opera, the last part is 02713d6af862.
const CHROMIUM: Fingerprint = {
  ja4: "t13d1516h2_8daaf6152771_d8a2da3f94cd",
  http2: "1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p",
  priority: [true, 0, 220],
};
const CHROMIUM_OLD_ALPS = { ...CHROMIUM, ja4: "t13d1516h2_8daaf6152771_02713d6af862" };
const FIREFOX: Fingerprint = {
  ja4: "t13d1717h2_5b57614c22b0_3cbfd9057e0d",
  http2: "1:65536;2:0;4:131072;5:16384|12517377|0|m,p,a,s",
  priority: [false, 0, 22],
};
// https://krowdev.com/snippet/ja4-fingerprint-t13d2014h2/ (Safari 18.4 to 26.0.1) has both first
// parts and the last one of the mobile profile; the last part of the desktop's and the rest of this
// table are those of wreq-util's profiles, which wreq-js 2.3.1 is built with.
const SAFARI: Fingerprint = {
  ja4: "t13d2014h2_a09f3c656075_e42f34c56612",
  http2: "2:0;3:100;4:2097152;9:1|10420225|0|m,s,a,p",
};
const SAFARI_IOS = { ...SAFARI, ja4: "t13d2013h2_a09f3c656075_7f0f34a4126d" };

const PUBLISHED: Readonly<Record<string, Fingerprint>> = {
  chrome: CHROMIUM,
  chrome131: CHROMIUM_OLD_ALPS,
  chrome_android: CHROMIUM,
  chrome131_android: CHROMIUM_OLD_ALPS,
  edge: CHROMIUM,
  edge_android: CHROMIUM,
  opera: CHROMIUM_OLD_ALPS,
  firefox: FIREFOX,
  firefox_android: {
    ja4: "t13d1716h2_5b57614c22b0_eeeea6562960",
    http2: "1:4096;2:0;4:32768;5:16384|12517377|0|m,p,a,s",
    priority: [false, 0, 22],
  },
  tor145: { ...FIREFOX, ja4: "t13d1715h2_5b57614c22b0_a54fffd0eb61" },
  safari: SAFARI,
  "safari18.5": SAFARI,
  safari_ios: SAFARI_IOS,
  safari_ipad: SAFARI_IOS,
  "safari15.3": {
    ja4: "t13d2614h2_2802a3db6c62_14788d8d241b",
    http2: "4:4194304;3:100|10485760|0|m,s,p,a",
  },
  okhttp: {
    ja4: "t13d1613h2_46e7e9700bed_eca864cca44a",
    http2: "1:65536;3:1000;4:6291456;6:262144|15663105|0|m,p,a,s",
    priority: [true, 0, 256],
  },
};

for (const [impersonate, published] of Object.entries(PUBLISHED)) {
  Deno.test(`FetchSession as ${impersonate} has the profile's JA4 and HTTP/2 fingerprint on the wire`, async () => {
    await using site = await startTlsSite();
    await using session = new FetchSession({ impersonate, verify: false });
    await session.get(`${site.url}/json`);
    const [request] = site.take();
    const { headersPriority: sent } = request?.connection.http2 ?? {};
    assert.deepEqual({
      ja4: request?.ja4,
      http2: request?.http2Fingerprint,
      ...(sent && { priority: [sent.exclusive, sent.dependsOn, sent.weight] }),
    }, published);
  });
}

/** Orders as on the wire over HTTP/2: of a page, and of a form that is sent from the same site. */
const ORDERS: Readonly<Record<string, { page: string; form: string }>> = {
  // The page as captured from Chromium; the form as Chrome 128 to 147 are known to write it, which no
  // browser here could confirm: Chromium 156 writes upgrade-insecure-requests, content-type,
  // user-agent, origin, accept.
  chrome: {
    page:
      "sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform upgrade-insecure-requests user-agent accept " +
      "sec-fetch-site sec-fetch-mode sec-fetch-user sec-fetch-dest referer accept-encoding " +
      "accept-language cookie priority",
    form: "content-length cache-control sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform origin " +
      "content-type upgrade-insecure-requests user-agent accept sec-fetch-site sec-fetch-mode " +
      "sec-fetch-user sec-fetch-dest referer accept-encoding accept-language cookie priority",
  },
  // curl-impersonate's signatures (page); the form's additions are not captured.
  firefox: {
    page: "user-agent accept accept-language accept-encoding referer cookie " +
      "upgrade-insecure-requests sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user " +
      "priority te",
    form: "user-agent accept accept-language accept-encoding content-type content-length origin " +
      "referer cookie upgrade-insecure-requests sec-fetch-dest sec-fetch-mode sec-fetch-site " +
      "sec-fetch-user priority te",
  },
  safari: {
    page: "sec-fetch-dest user-agent accept sec-fetch-site sec-fetch-mode referer " +
      "accept-language priority accept-encoding cookie",
    form: "sec-fetch-dest content-type user-agent accept sec-fetch-site origin sec-fetch-mode " +
      "referer accept-language priority accept-encoding content-length cookie",
  },
  // BridgeInterceptor of square/okhttp.
  okhttp: {
    page: "accept-encoding cookie user-agent",
    form: "content-type content-length accept-encoding cookie user-agent",
  },
};
const SAME_AS: Readonly<Record<string, string>> = {
  chrome_android: "chrome",
  edge: "chrome",
  opera: "chrome",
  firefox_android: "firefox",
  safari_ios: "safari",
  safari_ipad: "safari",
};

for (const impersonate of [...Object.keys(ORDERS), ...Object.keys(SAME_AS)]) {
  Deno.test(`FetchSession as ${impersonate} sends a page's and a form's headers in order`, async () => {
    await using site = await startTlsSite();
    await using session = new FetchSession({ impersonate, verify: false, cookies: { a: "1" } });
    await session.get(`${site.url}/json`);
    await session.post(`${site.url}/echo`, { data: { a: "1" } });
    const [page, form] = site.take().map(order);
    const expected = ORDERS[SAME_AS[impersonate] ?? impersonate];
    assert.deepEqual({ page, form }, expected);
  });
}

function order(request: RecordedRequest): string {
  return request.rawHeaders.map(([name]) => name).join(" ");
}
