import {
  CookieFormatError,
  CookieJar,
  InvalidCookieError,
  InvalidOptionError,
  InvalidUrlError,
} from "@orbweaver/session";
import fc from "fast-check";
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

Deno.test("CookieJar keeps to domain, path and secure", () => {
  const jar = new CookieJar();
  jar.store("https://shop.example.com/a/b", [
    "host=1",
    "site=2; Domain=example.com; Path=/",
    "tls=3; Secure; Path=/",
  ]);
  assert.equal(jar.header("https://shop.example.com/a/c"), "host=1; site=2; tls=3");
  assert.equal(jar.header("http://www.example.com/"), "site=2");
  assert.equal(jar.header("https://example.org/"), "");
});

Deno.test("CookieJar refuses foreign domains, public suffixes and malformed lines, and takes the rest", () => {
  const jar = new CookieJar();
  const accepted = jar.store("https://shop.example.co.uk/", [
    "a=1; Domain=other.example",
    "b=2; Domain=co.uk",
    "",
    "c=3; HttpOnly; SameSite=Lax; Max-Age=60",
  ]);
  assert.deepEqual(accepted.map((cookie) => cookie.name), ["c"]);
  const [cookie] = jar.cookies();
  assert.equal(cookie?.domain, "shop.example.co.uk");
  assert.equal(cookie?.hostOnly, true);
  assert.equal(cookie?.httpOnly, true);
  assert.equal(cookie?.sameSite, "lax");
  assert.ok(cookie?.expires !== undefined && cookie.expires > Date.now());
});

Deno.test("CookieJar.set() adds a cookie by hand, and says when the site can't have it", () => {
  const jar = new CookieJar();
  jar.set("http://127.0.0.1:8000/", { name: "seen", value: "yes" });
  assert.equal(jar.header("http://127.0.0.1:9000/x"), "seen=yes", "cookies do not know ports");
  assert.throws(
    () => jar.set("https://example.com/", { name: "a", value: "b", domain: "example.org" }),
    InvalidOptionError,
  );
  jar.clear();
  assert.deepEqual(jar.cookies(), []);
});

Deno.test("CookieJar forgets a cookie that the server ends", () => {
  const jar = new CookieJar();
  jar.store("https://example.com/", ["a=1"]);
  jar.store("https://example.com/", ["a=; Max-Age=0"]);
  assert.equal(jar.header("https://example.com/"), "");
});

Deno.test("CookieJar holds 180 cookies a site and `maxCookies` in all, whatever a server sends", () => {
  const jar = new CookieJar({ maxCookies: 500 });
  jar.store("https://good.example.org/", ["login=yes; Secure"]);
  const hostile = Array.from({ length: 10_000 }, (_, i) => `c${i}=${i}`);
  jar.store("https://evil.example.com/", hostile);
  assert.equal(jar.size, 181);
  for (let i = 0; i < 1000; i++) {
    jar.store(`https://host${i}.example.com/`, ["a=1; Domain=example.com", "b=2"]);
  }
  assert.equal(jar.size, 181, "sub-hosts share their site's room");
  assert.equal(jar.header("https://good.example.org/"), "login=yes");
  for (let i = 0; i < 1000; i++) jar.store(`https://site${i}.test/`, ["a=1"]);
  assert.equal(jar.size, 500);
  assert.equal(jar.header("https://evil.example.com/"), "", "used longest ago, gone first");
  assert.equal(jar.header("https://site999.test/"), "a=1");
});

Deno.test("CookieJar makes room by insecure cookies before secure ones", () => {
  const jar = new CookieJar();
  jar.store("https://example.com/", ["keep=1; Secure", "first=1"]);
  jar.store("https://example.com/", Array.from({ length: 179 }, (_, i) => `c${i}=1`));
  const names = jar.cookies().map((cookie) => cookie.name);
  assert.equal(names.length, 180);
  assert.ok(names.includes("keep") && names.includes("c178"));
  assert.ok(!names.includes("first"));
});

Deno.test("CookieJar takes a header of a megabyte in its stride", () => {
  const jar = new CookieJar();
  const mega = "x".repeat(1_000_000);
  const kept = jar.store("https://example.com/", [
    `a=${mega}`,
    `${mega}=a`,
    mega,
    `b=1; Path=/${mega}`,
    `c=2${";".repeat(1_000_000)}`,
    `d=3;${" ".repeat(1_000_000)}x`,
    `e=4; Expires=${"1 ".repeat(500_000)}`,
    `f=${" ".repeat(1_000_000)}5`,
    `g=6${" ".repeat(1_000_000)}x`,
  ]);
  assert.deepEqual(kept.map((cookie) => cookie.name), ["b", "c", "d", "e", "f"]);
  assert.ok(JSON.stringify(jar).length < 2000);
});

Deno.test("CookieJar takes any text at all without throwing, and sends nothing that breaks a header", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("=", ";", "a", " ", "\t", "\0", "\r", "\n", "Path", "Domain"),
    }),
  );
  fc.assert(fc.property(fc.array(text), fc.webUrl(), (headers, url) => {
    const jar = new CookieJar();
    jar.store(url, headers);
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert.doesNotMatch(jar.header(url), /[\x00-\x08\x0a-\x1f\x7f]/);
    assert.deepEqual(CookieJar.fromJSON(jar.toJSON()).cookies(), jar.cookies());
  }));
});

Deno.test("CookieJar.set() says why it refuses a cookie, and not what its value was", () => {
  const jar = new CookieJar();
  for (
    const [cookie, reason] of [
      [{ name: "a", value: "s3cret\r\nX: y" }, /control characters/],
      [{ name: "a", value: "s3cret; Domain=example.org" }, /contains ';'/],
      [{ name: "a=b", value: "s3cret" }, /contains ';' or '='/],
      [{ name: "", value: "" }, /neither name nor value/],
      [{ name: "a", value: "s3cret".repeat(1000) }, /longer than 4096 bytes/],
      [{ name: "__Host-a", value: "s3cret", path: "/b" }, /__Host-/],
      [{ name: "a", value: "s3cret", path: "b" }, /path does not begin with/],
      [{ name: "a", value: "s3cret", domain: "com" }, /not part of its domain|public suffix/],
    ] as const
  ) {
    assert.throws(() => jar.set("https://example.org/", cookie), (error: unknown) => {
      assert.ok(error instanceof InvalidCookieError);
      assert.match(error.message, reason);
      assert.equal(error.cookie, cookie.name);
      assert.ok(!JSON.stringify([error, error.message]).includes("s3cret"));
      return true;
    });
  }
  assert.equal(jar.size, 0);
});

Deno.test("CookieJar refuses a URL that is none", () => {
  const jar = new CookieJar();
  jar.store("https://example.com/", ["a=1"]);
  assert.throws(() => jar.store("example.com", ["a=1"]), InvalidUrlError);
  assert.throws(() => jar.header("example.com"), InvalidUrlError);
  assert.throws(() => new CookieJar({ maxCookies: 0 }), InvalidOptionError);
});

Deno.test("CookieJar gives copies: what the user does with them changes nothing", () => {
  const jar = new CookieJar();
  for (const cookie of jar.store("https://example.com/", ["a=1"])) cookie.value = "2";
  for (const cookie of jar.cookies()) cookie.value = "3";
  const given = { name: "b", value: "1", domain: "example.com", path: "/", hostOnly: true };
  const own = { ...given, httpOnly: false, secure: false };
  jar.add([own]);
  own.value = "4";
  assert.equal(jar.header("https://example.com/"), "a=1; b=1");
});

Deno.test("CookieJar.fork() has the same cookies and goes its own way", () => {
  const jar = new CookieJar();
  jar.store("https://example.com/", ["a=1"]);
  const fork = jar.fork();
  fork.store("https://example.com/", ["a=2"]);
  jar.store("https://example.com/", ["b=3"]);
  assert.equal(jar.header("https://example.com/"), "a=1; b=3");
  assert.equal(fork.header("https://example.com/"), "a=2");
});

const MIXED = [
  "host=1; Path=/a",
  "site=2; Domain=example.com; Path=/; Max-Age=86400",
  "tls=3; Secure; HttpOnly; SameSite=Strict; Path=/",
  "none=4; Secure; SameSite=None; Path=/; Max-Age=60",
  "empty=; Path=/",
  "nameless; Path=/",
];

Deno.test("CookieJar goes through JSON and a private file without loss", async () => {
  const now = () => Date.UTC(2026, 5, 1);
  const jar = new CookieJar({ now });
  jar.store("https://shop.example.com/", MIXED);
  jar.store("http://127.0.0.1/", ["ip=1"]);
  const folder = await mkdtemp(join(tmpdir(), "jar-"));
  try {
    const path = join(folder, "cookies.json");
    await jar.save(path);
    await jar.save(pathToFileURL(path));
    const again = await CookieJar.load(path, { now });
    assert.equal(jar.size, MIXED.length + 1);
    assert.deepEqual(again.cookies(), jar.cookies());
    assert.deepEqual(await readdir(folder), ["cookies.json"], "no temporary file is left");
    if (process.platform !== "win32") assert.equal((await stat(path)).mode & 0o777, 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("CookieJar.load() tells what is wrong with a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jar-"));
  try {
    const path = join(folder, "cookies.json");
    await assert.rejects(CookieJar.load(path), { name: "FileError", code: "ENOENT", path });
    await assert.rejects(new CookieJar().save(join(path, "x")), {
      name: "FileError",
      code: "ENOENT",
    });
    await writeFile(path, '{"cookies": [{"value": "s3cret"');
    await assert.rejects(CookieJar.load(path), (error: unknown) => {
      assert.ok(error instanceof CookieFormatError);
      assert.ok(!JSON.stringify(error).includes("s3cret"));
      return true;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("CookieJar.fromJSON() names the place of what is no cookie", () => {
  const good = {
    name: "a",
    value: "1",
    domain: "e.com",
    path: "/",
    hostOnly: true,
    httpOnly: false,
    secure: false,
  };
  for (
    const [data, place] of [
      [null, "cookies"],
      [{ cookies: "a=1" }, "cookies"],
      [{ cookies: [good, { ...good, name: 1 }] }, "cookies[1]"],
      [{ cookies: [{ ...good, expires: "soon" }] }, "cookies[0]"],
      [{ cookies: [{ ...good, value: "a\nb" }] }, "cookies[0]"],
      [{ cookies: [{ ...good, domain: "com", hostOnly: false }] }, "cookies[0]"],
    ] as const
  ) {
    assert.throws(() => CookieJar.fromJSON(data), { name: "CookieFormatError", place });
  }
});

Deno.test("CookieJar reads and writes cookies.txt", () => {
  const now = () => Date.UTC(2026, 5, 1);
  const jar = new CookieJar({ now });
  const taken = jar.importNetscape(
    "# Netscape HTTP Cookie File\r\n\r\n" +
      ".example.com\tTRUE\t/\tFALSE\t1999999999\tsite\t2\r\n" +
      "#HttpOnly_shop.example.com\tFALSE\t/a\tTRUE\t0\thost\t1\r\n" +
      "shop.example.com\tFALSE\t/\tFALSE\t0\tempty\t\n" +
      "# a remark\n" +
      ".com\tTRUE\t/\tFALSE\t0\tsuffix\tno\n" +
      "shop.example.com\tFALSE\t/\tFALSE\t1\tover\tlong ago\n",
  );
  assert.deepEqual(taken.map((cookie) => cookie.name), ["site", "host", "empty", "over"]);
  assert.equal(jar.header("https://shop.example.com/a"), "host=1; site=2; empty=");
  const [, host] = jar.cookies();
  assert.deepEqual([host?.httpOnly, host?.secure, host?.hostOnly], [true, true, true]);

  const again = new CookieJar({ now });
  again.importNetscape(jar.toNetscape());
  assert.deepEqual(again.cookies(), jar.cookies());
});

Deno.test("CookieJar.importNetscape() gives the number of a line that is none", () => {
  for (
    const line of [
      "example.com",
      "a=1; b=2",
      ".example.com\tTRUE\t/\tFALSE\tsoon\ta\t1",
      ".example.com\tyes\t/\tFALSE\t0\ta\t1",
    ]
  ) {
    assert.throws(() => new CookieJar().importNetscape(`# x\n\n${line}\n`), {
      name: "CookieFormatError",
      place: "line 3",
    });
  }
});

Deno.test("CookieJar reads and writes Playwright's storage state", () => {
  const jar = new CookieJar();
  const state = {
    cookies: [
      {
        name: "sid",
        value: "1",
        domain: ".example.com",
        path: "/",
        expires: -1,
        httpOnly: true,
        secure: true,
        sameSite: "Lax",
      },
      {
        name: "a",
        value: "2",
        domain: "shop.example.com",
        path: "/b",
        expires: 4102444800.5,
        httpOnly: false,
        secure: true,
        sameSite: "None",
      },
    ],
    origins: [{ origin: "https://example.com", localStorage: [] }],
  };
  assert.equal(jar.importStorageState(state).length, 2);
  assert.equal(jar.header("https://shop.example.com/b"), "a=2; sid=1");
  assert.deepEqual(jar.toStorageState(), { ...state, origins: [] });
  for (
    const [wrong, place] of [
      [{}, "cookies"],
      [null, "cookies"],
      [{ cookies: [{ name: "a", domain: "example.com" }] }, "cookies[0].value"],
      [{ cookies: [null] }, "cookies[0].domain"],
    ] as const
  ) {
    assert.throws(() => jar.importStorageState(wrong), { name: "CookieFormatError", place });
  }
});

Deno.test("CookieJar.importHeader() takes what developer tools show, prefixed names included", () => {
  const jar = new CookieJar();
  const header = "a=1; __Host-sid=s=2; b=";
  assert.equal(jar.importHeader("https://shop.example.com/deep/page", header).length, 3);
  assert.equal(jar.header("https://shop.example.com/"), header);
  assert.equal(jar.header("https://www.shop.example.com/"), "");
});

Deno.test("CookieJar is shared by those who share it, and tells its user all it has", () => {
  const jar = new CookieJar();
  assert.deepEqual(jar.store("https://example.com/", []), []);
  jar.store("https://example.com/", ["a=1; Path=/x"]);
  jar.store("https://example.org/", ["b=2"]);
  assert.deepEqual(jar.cookies("https://example.com/x").map((cookie) => cookie.name), ["a"]);
  assert.deepEqual(jar.cookies("https://example.com/").map((cookie) => cookie.name), []);
  assert.deepEqual(jar.cookies().map((cookie) => cookie.name).sort(), ["a", "b"]);
});
