/**
 * Cookie cases in our own words and data, after what the Web Platform Tests (folder `cookies/`)
 * check of RFC 6265bis: a server sets cookies, and the `Cookie` header of a request tells which
 * of them a browser took.
 *
 * Chromium 156 was asked the same (but for cases about time, WebSockets, and bytes that HTTP does
 * not carry). Where it differs, the RFC is followed: Chromium refuses tabs within, and a cookie
 * that gets a new value goes to the end. One case follows Chromium: a nameless value with a "=".
 *
 * @module
 */

/** One case. */
export interface CookieCase {
  /** What it shows. */
  readonly name: string;
  /** The `Set-Cookie` headers, in their order. */
  readonly set: readonly string[];
  /** The URL that sets them. Default `https://shop.example.com/`. */
  readonly at?: string;
  /** The URL that is asked next. Default: the one that set them. */
  readonly ask?: string;
  /** The `Cookie` header that goes with it; "" for none. */
  readonly sent: string;
}

const LONG = "x".repeat(1023);

/** Names and values. */
const pairs: readonly CookieCase[] = [
  { name: "a pair", set: ["tea=green"], sent: "tea=green" },
  {
    name: "white space around name and value",
    set: [" \t tea \t = \t green \t "],
    sent: "tea=green",
  },
  { name: "white space within", set: ["my tea=very green"], sent: "my tea=very green" },
  { name: "a tab within", set: ["a\tb=c\td"], sent: "a\tb=c\td" },
  {
    name: "no-break space is no white space",
    set: ["tea=\u00a0green\u00a0"],
    sent: "tea=\u00a0green\u00a0",
  },
  { name: "quotes belong to the value", set: ['tea="green tea"'], sent: 'tea="green tea"' },
  { name: "a quoted semicolon still ends it", set: ['tea="green;black"'], sent: 'tea="green' },
  { name: "commas", set: ["tea=a,b,c"], sent: "tea=a,b,c" },
  { name: "only the first '=' divides", set: ["tea=a=b=="], sent: "tea=a=b==" },
  { name: "an empty value", set: ["tea="], sent: "tea=" },
  { name: "a name that begins like an attribute", set: ["path=here"], sent: "path=here" },
  { name: "names differ by case", set: ["tea=1", "TEA=2"], sent: "tea=1; TEA=2" },
  {
    name: "bytes above ASCII",
    set: ["th\u00c3\u00a9=vert\u00ff"],
    sent: "th\u00c3\u00a9=vert\u00ff",
  },
  { name: "text above Latin-1", set: ["чай=зелёный"], sent: "чай=зелёный" },
  {
    name: "a name like a property of every object",
    set: ["__proto__=1", "constructor=2"],
    sent: "__proto__=1; constructor=2",
  },
  { name: "no '=' is a value without a name", set: ["green"], sent: "green" },
  { name: "a leading '=' is a value without a name", set: ["=green"], sent: "green" },
  { name: "a nameless value with a '=' could pass for a named one", set: ["=a=b"], sent: "" },
  { name: "nameless cookies replace each other", set: ["=green", "black"], sent: "black" },
  { name: "nothing at all", set: [""], sent: "" },
  { name: "neither name nor value", set: ["="], sent: "" },
  { name: "only attributes", set: ["; Path=/"], sent: "" },
  { name: "several in a row", set: ["a=1", "b=2", "c=3"], sent: "a=1; b=2; c=3" },
  { name: "the same again, with another value", set: ["a=1", "b=2", "a=3"], sent: "a=3; b=2" },
  { name: "one header is one cookie", set: ["a=1, b=2"], sent: "a=1, b=2" },
];

/** Control characters: the whole header is ignored, except for tabs. */
const controls: readonly CookieCase[] = [
  ...[0x00, 0x01, 0x08, 0x0a, 0x0b, 0x0d, 0x1b, 0x1f, 0x7f].flatMap((code): CookieCase[] => {
    const character = String.fromCharCode(code);
    const hex = code.toString(16).padStart(2, "0");
    return [
      { name: `control 0x${hex} in the name`, set: [`a${character}b=1`], sent: "" },
      { name: `control 0x${hex} in the value`, set: [`a=1${character}2`], sent: "" },
      { name: `control 0x${hex} in an attribute`, set: [`a=1; Path=/${character}`], sent: "" },
      { name: `control 0x${hex} at the end`, set: [`a=1${character}`], sent: "" },
    ];
  }),
  { name: "a header injected after a line break", set: ["a=1\r\nSet-Cookie: b=2"], sent: "" },
];

/** Sizes: 4096 bytes for name and value, 1024 for each attribute. */
const sizes: readonly CookieCase[] = [
  { name: "4096 bytes", set: [`a=${"b".repeat(4095)}`], sent: `a=${"b".repeat(4095)}` },
  { name: "4097 bytes", set: [`a=${"b".repeat(4096)}`], sent: "" },
  { name: "a name of 4096 bytes", set: [`${"a".repeat(4096)}=`], sent: `${"a".repeat(4096)}=` },
  { name: "a name of 4097 bytes", set: [`${"a".repeat(4097)}=`], sent: "" },
  {
    name: "4096 bytes in fewer characters",
    set: [`a=${"я".repeat(2047)}b`],
    sent: `a=${"я".repeat(2047)}b`,
  },
  { name: "4097 bytes in fewer characters", set: [`a=${"я".repeat(2048)}`], sent: "" },
  { name: "white space does not count", set: [`a=${" ".repeat(9000)}b`], sent: "a=b" },
  {
    name: "an attribute of 1024 bytes",
    set: [`a=1; Path=/${LONG}`],
    ask: `https://shop.example.com/${LONG}`,
    sent: "a=1",
  },
  { name: "an attribute of 1025 bytes does not count", set: [`a=1; Path=/${LONG}x`], sent: "a=1" },
  {
    name: "a long attribute leaves an earlier one",
    set: [`a=1; Path=/b; Path=/${LONG}x`],
    sent: "",
  },
  { name: "a long domain does not count", set: [`a=1; Domain=${LONG}.example.com`], sent: "a=1" },
];

/** Domain. */
const domains: readonly CookieCase[] = [
  {
    name: "without Domain, a sub-host gets nothing",
    set: ["a=1"],
    ask: "https://www.shop.example.com/",
    sent: "",
  },
  {
    name: "Domain of the host itself includes sub-hosts",
    set: ["a=1; Domain=shop.example.com"],
    ask: "https://www.shop.example.com/",
    sent: "a=1",
  },
  {
    name: "Domain of the parent",
    set: ["a=1; Domain=example.com"],
    ask: "https://example.com/",
    sent: "a=1",
  },
  {
    name: "Domain of the parent reaches a sister",
    set: ["a=1; Domain=example.com"],
    ask: "https://blog.example.com/",
    sent: "a=1",
  },
  {
    name: "one leading dot is nothing",
    set: ["a=1; Domain=.example.com"],
    ask: "https://example.com/",
    sent: "a=1",
  },
  { name: "two leading dots are something", set: ["a=1; Domain=..example.com"], sent: "" },
  {
    name: "case does not matter",
    set: ["a=1; DOMAIN=EXAMPLE.com"],
    ask: "https://Example.COM/",
    sent: "a=1",
  },
  { name: "a sub-host's domain", set: ["a=1; Domain=www.shop.example.com"], sent: "" },
  { name: "a sister's domain", set: ["a=1; Domain=blog.example.com"], sent: "" },
  { name: "a domain that only ends alike", set: ["a=1; Domain=hop.example.com"], sent: "" },
  {
    name: "a host that only ends alike gets nothing",
    set: ["a=1; Domain=example.com"],
    ask: "https://badexample.com/",
    sent: "",
  },
  {
    name: "an empty domain is none",
    set: ["a=1; Domain="],
    ask: "https://www.shop.example.com/",
    sent: "",
  },
  { name: "an empty domain, same host", set: ["a=1; Domain="], sent: "a=1" },
  {
    name: "the last Domain wins",
    set: ["a=1; Domain=example.org; Domain=example.com"],
    ask: "https://example.com/",
    sent: "a=1",
  },
  {
    name: "the last Domain wins, even a wrong one",
    set: ["a=1; Domain=example.com; Domain=example.org"],
    sent: "",
  },
  {
    name: "the last Domain wins, even an empty one",
    set: ["a=1; Domain=example.com; Domain="],
    ask: "https://example.com/",
    sent: "",
  },
  {
    name: "a domain beyond ASCII",
    set: ["a=1; Domain=bücher.example.com"],
    at: "https://bücher.example.com/",
    sent: "",
  },
  {
    name: "a domain in Punycode",
    set: ["a=1; Domain=xn--bcher-kva.example.com"],
    at: "https://bücher.example.com/",
    sent: "a=1",
  },
  { name: "a trailing dot makes another domain", set: ["a=1; Domain=example.com."], sent: "" },
  {
    name: "a host with a trailing dot is another host",
    set: ["a=1"],
    ask: "https://shop.example.com./",
    sent: "",
  },
  { name: "ports don't matter", set: ["a=1"], ask: "https://shop.example.com:8443/", sent: "a=1" },
  {
    name: "host-only and domain cookies stand side by side",
    set: ["a=1", "a=2; Domain=shop.example.com"],
    sent: "a=1; a=2",
  },
  {
    name: "ending one leaves the other",
    set: ["a=1", "a=2; Domain=shop.example.com", "a=; Max-Age=0"],
    sent: "a=2",
  },
];

/** The public suffix list. */
const suffixes: readonly CookieCase[] = [
  { name: "a top-level domain", set: ["a=1; Domain=com"], sent: "" },
  {
    name: "a suffix of two labels",
    set: ["a=1; Domain=co.uk"],
    at: "https://shop.co.uk/",
    sent: "",
  },
  {
    name: "a suffix of a hosting company",
    set: ["a=1; Domain=github.io"],
    at: "https://ada.github.io/",
    sent: "",
  },
  {
    name: "a suffix by wildcard",
    set: ["a=1; Domain=shop.ck"],
    at: "https://my.shop.ck/",
    sent: "",
  },
  {
    name: "an exception of a wildcard",
    set: ["a=1; Domain=www.ck"],
    at: "https://my.www.ck/",
    sent: "a=1",
  },
  {
    name: "a name that the list does not know",
    set: ["a=1; Domain=intranet"],
    at: "https://wiki.intranet/",
    sent: "",
  },
  {
    name: "a host that is itself a suffix, for itself",
    set: ["a=1; Domain=github.io"],
    at: "https://github.io/",
    sent: "a=1",
  },
  {
    name: "a host that is itself a suffix, not for its sub-hosts",
    set: ["a=1; Domain=github.io"],
    at: "https://github.io/",
    ask: "https://ada.github.io/",
    sent: "",
  },
  {
    name: "the registrable domain",
    set: ["a=1; Domain=shop.co.uk"],
    at: "https://www.shop.co.uk/",
    ask: "https://shop.co.uk/",
    sent: "a=1",
  },
];

/** Hosts that are addresses, and this machine. */
const addresses: readonly CookieCase[] = [
  { name: "an IPv4 address", set: ["a=1"], at: "http://192.0.2.7/", sent: "a=1" },
  {
    name: "its own address as domain",
    set: ["a=1; Domain=192.0.2.7"],
    at: "http://192.0.2.7/",
    sent: "a=1",
  },
  {
    name: "the end of an address as domain",
    set: ["a=1; Domain=0.2.7"],
    at: "http://192.0.2.7/",
    sent: "",
  },
  { name: "an IPv6 address", set: ["a=1"], at: "http://[2001:db8::1]/", sent: "a=1" },
  {
    name: "another spelling of the address",
    set: ["a=1"],
    at: "http://[2001:db8::1]/",
    ask: "http://[2001:db8:0:0::1]/",
    sent: "a=1",
  },
  {
    name: "another address",
    set: ["a=1"],
    at: "http://192.0.2.7/",
    ask: "http://192.0.2.8/",
    sent: "",
  },
  {
    name: "localhost",
    set: ["a=1"],
    at: "http://localhost:8000/",
    ask: "http://localhost:9000/",
    sent: "a=1",
  },
  {
    name: "Domain=localhost",
    set: ["a=1; Domain=localhost"],
    at: "http://localhost/",
    sent: "a=1",
  },
  {
    name: "localhost is not 127.0.0.1",
    set: ["a=1"],
    at: "http://localhost/",
    ask: "http://127.0.0.1/",
    sent: "",
  },
  { name: "Secure at localhost", set: ["a=1; Secure"], at: "http://localhost/", sent: "a=1" },
  {
    name: "Secure at a loopback address",
    set: ["a=1; Secure"],
    at: "http://127.1.2.3/",
    sent: "a=1",
  },
  { name: "Secure at the IPv6 loopback", set: ["a=1; Secure"], at: "http://[::1]/", sent: "a=1" },
  {
    name: "a name that begins like a loopback address",
    set: ["a=1; Secure"],
    at: "http://127.example.com/",
    sent: "",
  },
];

/** Path. */
const paths: readonly CookieCase[] = [
  ["without Path, that of the page's folder", "a=1", "/b/c", "/b/d", true],
  ["without Path, not beside the folder", "a=1", "/b/c", "/c", false],
  ["without Path, not above the folder", "a=1", "/b/c", "/", false],
  ["without Path, from the top", "a=1", "/b", "/c", true],
  ["the path itself", "a=1; Path=/b", "/", "/b", true],
  ["below the path", "a=1; Path=/b", "/", "/b/c", true],
  ["a path that only begins alike", "a=1; Path=/b", "/", "/bc", false],
  ["above the path", "a=1; Path=/b", "/", "/", false],
  ["with a slash at the end, below", "a=1; Path=/b/", "/", "/b/c", true],
  ["with a slash at the end, not the folder itself", "a=1; Path=/b/", "/", "/b", false],
  ["a path that the page is not in", "a=1; Path=/b", "/c/d", "/b", true],
  ["an empty path is none", "a=1; Path=", "/b/c", "/b/d", true],
  ["a path without a leading slash is none", "a=1; Path=b", "/b/c", "/b/d", true],
  ["the last Path wins", "a=1; Path=/b; Path=/c", "/", "/c", true],
  ["the last Path wins, the first is nothing", "a=1; Path=/b; Path=/c", "/", "/b", false],
  ["a last Path without a value", "a=1; Path=/b; Path", "/c/d", "/c/e", true],
  ["paths differ by case", "a=1; Path=/B", "/", "/b", false],
  ["the query is no path", "a=1", "/b?c/d", "/", true],
  ["percent-encoding is left as it is", "a=1; Path=/caf%C3%A9", "/", "/caf%C3%A9/menu", true],
  ["percent-encoded letters are other letters", "a=1; Path=/%62", "/", "/b", false],
  [
    "quotes are part of the path, and so it has no leading slash",
    'a=1; Path="/b"',
    "/c/d",
    "/c/e",
    true,
  ],
].map(([name, set, at, ask, isSent]) => ({
  name: name as string,
  set: [set as string],
  at: `https://shop.example.com${at}`,
  ask: `https://shop.example.com${ask}`,
  sent: isSent ? "a=1" : "",
}));

/** The order in the header. */
const order: readonly CookieCase[] = [
  {
    name: "longer paths first",
    set: ["a=1; Path=/", "b=2; Path=/b", "c=3; Path=/b/c"],
    ask: "https://shop.example.com/b/c",
    sent: "c=3; b=2; a=1",
  },
  {
    name: "of equal length, the older first",
    set: ["z=1; Path=/b", "a=2; Path=/b"],
    ask: "https://shop.example.com/b",
    sent: "z=1; a=2",
  },
  {
    name: "the same name at two paths",
    set: ["a=1; Path=/", "a=2; Path=/b"],
    ask: "https://shop.example.com/b",
    sent: "a=2; a=1",
  },
  { name: "a new value keeps the place", set: ["a=1", "b=2", "a=; Max-Age=60"], sent: "a=; b=2" },
  {
    name: "ended and set again goes to the end",
    set: ["a=1", "b=2", "a=; Max-Age=0", "a=3"],
    sent: "b=2; a=3",
  },
];

/** Secure, and leaving secure cookies alone. */
const secure: readonly CookieCase[] = [
  { name: "Secure goes over TLS", set: ["a=1; Secure"], sent: "a=1" },
  {
    name: "Secure does not go without",
    set: ["a=1; Secure"],
    ask: "http://shop.example.com/",
    sent: "",
  },
  {
    name: "Secure can't be set without TLS",
    set: ["a=1; Secure"],
    at: "http://shop.example.com/",
    ask: "https://shop.example.com/",
    sent: "",
  },
  {
    name: "Secure with a value is Secure",
    set: ["a=1; secure=no"],
    ask: "http://shop.example.com/",
    sent: "",
  },
  {
    name: "without Secure it goes both ways",
    set: ["a=1"],
    ask: "http://shop.example.com/",
    sent: "a=1",
  },
  {
    name: "WebSockets have cookies, too",
    set: ["a=1; Secure"],
    ask: "wss://shop.example.com/",
    sent: "a=1",
  },
];

/** When cookies end; the clock of these cases stands at 1 June 2026, 12:00 UTC. */
const expiry: readonly CookieCase[] = [
  { name: "Max-Age", set: ["a=1; Max-Age=60"], sent: "a=1" },
  { name: "Max-Age=0", set: ["a=1; Max-Age=0"], sent: "" },
  { name: "a negative Max-Age", set: ["a=1; Max-Age=-60"], sent: "" },
  { name: "Max-Age with a sign is nothing", set: ["a=1; Max-Age=+0"], sent: "a=1" },
  { name: "Max-Age with a fraction is nothing", set: ["a=1; Max-Age=0.5"], sent: "a=1" },
  { name: "Max-Age that is no number is nothing", set: ["a=1; Max-Age=0s"], sent: "a=1" },
  { name: "Max-Age without a value is nothing", set: ["a=1; Max-Age"], sent: "a=1" },
  { name: "a huge Max-Age", set: [`a=1; Max-Age=${"9".repeat(400)}`], sent: "a=1" },
  {
    name: "Max-Age wins over a past Expires",
    set: ["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
    sent: "a=1",
  },
  {
    name: "Max-Age=0 wins over a future Expires",
    set: ["a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Max-Age=0"],
    sent: "",
  },
  { name: "the last Max-Age wins", set: ["a=1; Max-Age=0; Max-Age=60"], sent: "a=1" },
  {
    name: "an invalid Max-Age leaves the earlier one",
    set: ["a=1; Max-Age=0; Max-Age=x"],
    sent: "",
  },
  {
    name: "a past Expires ends what was there",
    set: ["a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
    sent: "",
  },
  {
    name: "the past of another path ends nothing",
    set: ["a=1", "a=; Path=/b; Max-Age=0"],
    sent: "a=1",
  },
  { name: "an invalid Expires is nothing", set: ["a=1; Expires=yesterday"], sent: "a=1" },
  { name: "an empty Expires is nothing", set: ["a=1; Expires="], sent: "a=1" },
  ...[
    "Mon, 01 Jun 2026 11:59:59 GMT",
    "Monday, 01-Jun-26 11:59:59 GMT",
    "Mon Jun  1 11:59:59 2026",
    "1 june 2026 11:59:59",
    "2026 jun 1 11:59:59",
    "1/Jun/2026/11:59:59",
    "Mon, 01 Jun 2026 11:59:59 -1200",
    "01 Jun 99 00:00:00",
  ].map((date) => ({
    name: `a past date: ${date}`,
    set: [`a=1; Expires=${date}`],
    sent: "",
  })),
  ...[
    "Mon, 01 Jun 2026 12:00:01 GMT",
    "1 Jun 27 00:00:00",
    "01 Jun 2026 12:00:01 -1200",
    "1 Jun 2099 00:00:00",
  ].map((date) => ({
    name: `a date to come: ${date}`,
    set: [`a=1; Expires=${date}`],
    sent: "a=1",
  })),
  ...[
    "32 Jan 2020 00:00:00",
    "31 Feb 2020 00:00:00",
    "1 Jan 1600 00:00:00",
    "1 Jan 2020 24:00:00",
    "1 Jan 2020 00:60:00",
    "1 Jan 2020",
    "Jan 2020 00:00:00",
    "1 Foo 2020 00:00:00",
    "001 Jan 2020 00:00:00",
    "00:00:00.999 1 Jan 2020",
  ].map((date) => ({
    name: `no date at all: ${date}`,
    set: [`a=1; Expires=${date}`],
    sent: "a=1",
  })),
];

/** Prefixed names. */
const prefixes: readonly CookieCase[] = [
  { name: "__Secure- with Secure", set: ["__Secure-a=1; Secure"], sent: "__Secure-a=1" },
  { name: "__Secure- without", set: ["__Secure-a=1"], sent: "" },
  {
    name: "__Secure- with Domain",
    set: ["__Secure-a=1; Secure; Domain=example.com"],
    ask: "https://example.com/",
    sent: "__Secure-a=1",
  },
  { name: "__SECURE- in capitals", set: ["__SECURE-a=1"], sent: "" },
  { name: "__Host- as it should be", set: ["__Host-a=1; Secure; Path=/"], sent: "__Host-a=1" },
  { name: "__Host- without Path", set: ["__Host-a=1; Secure"], sent: "" },
  {
    name: "__Host- with another Path",
    set: ["__Host-a=1; Secure; Path=/b"],
    ask: "https://shop.example.com/b",
    sent: "",
  },
  {
    name: "__Host- with Domain",
    set: ["__Host-a=1; Secure; Path=/; Domain=shop.example.com"],
    sent: "",
  },
  {
    name: "__Host- with an empty Domain",
    set: ["__Host-a=1; Secure; Path=/; Domain="],
    sent: "__Host-a=1",
  },
  { name: "__Host- without Secure", set: ["__Host-a=1; Path=/"], sent: "" },
  { name: "__hOsT- in any case", set: ["__hOsT-a=1; Path=/"], sent: "" },
  { name: "a prefix without its dash is a name", set: ["__Hosta=1"], sent: "__Hosta=1" },
  {
    name: "a nameless value that poses as __Host-",
    set: ["=__Host-a=1; Secure; Path=/"],
    sent: "",
  },
  { name: "a nameless value that poses as __Secure-", set: ["__secure-a"], sent: "" },
];

/** SameSite and the rest. */
const rest: readonly CookieCase[] = [
  {
    name: "SameSite=Strict goes with a page that the user asks for",
    set: ["a=1; SameSite=Strict"],
    sent: "a=1",
  },
  { name: "SameSite=Lax", set: ["a=1; SameSite=lax"], sent: "a=1" },
  { name: "SameSite=None with Secure", set: ["a=1; SameSite=None; Secure"], sent: "a=1" },
  { name: "SameSite=None without", set: ["a=1; SameSite=None"], sent: "" },
  { name: "an unknown SameSite is none", set: ["a=1; SameSite=Sometimes"], sent: "a=1" },
  { name: "the last SameSite wins", set: ["a=1; SameSite=None; SameSite=Lax"], sent: "a=1" },
  { name: "HttpOnly", set: ["a=1; HttpOnly"], sent: "a=1" },
  {
    name: "unknown attributes",
    set: ["a=1; Priority=High; Colour=green"],
    sent: "a=1",
  },
  {
    name: "attributes without spaces",
    set: ["a=1;Secure;Path=/b;HttpOnly"],
    ask: "https://shop.example.com/b",
    sent: "a=1",
  },
  {
    name: "attributes with many",
    set: ["a=1 ;   Path \t = \t /b  ; "],
    ask: "https://shop.example.com/b",
    sent: "a=1",
  },
  { name: "empty attributes", set: ["a=1;;;; ; =; =x;"], sent: "a=1" },
];

/** Every case, by what it is about. */
export const COOKIE_CASES: Readonly<Record<string, readonly CookieCase[]>> = {
  pairs,
  controls,
  sizes,
  domains,
  suffixes,
  addresses,
  paths,
  order,
  secure,
  expiry,
  prefixes,
  rest,
};
