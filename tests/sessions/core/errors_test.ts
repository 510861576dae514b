import {
  CookieFormatError,
  DuplicateSessionError,
  FileError,
  InvalidCookieError,
  InvalidOptionError,
  InvalidUrlError,
  JsonError,
  NetworkError,
  OrbweaverError,
  ResponseFormatError,
  SessionClosedError,
  SessionCloseError,
  SessionError,
  SessionStartError,
  TimeoutError,
  UnknownSessionError,
  UnsupportedOptionError,
} from "@orbweaver/session";
import assert from "node:assert/strict";

const url = "https://example.com/";
const noFile = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });

for (
  const [error, name, message] of [
    [new SessionError("broken"), "SessionError", "broken"],
    [new InvalidUrlError("no URL"), "InvalidUrlError", "no URL"],
    [
      new InvalidOptionError("retries", -1, "a whole number, at least 1"),
      "InvalidOptionError",
      "Option 'retries' must be a whole number, at least 1: received -1",
    ],
    [
      new UnsupportedOptionError("waitSelector", "fetch", ["method", "json"], {
        sessionId: "http",
      }),
      "UnsupportedOptionError",
      "Option 'waitSelector' is not supported by session 'http' of kind 'fetch'; it supports: json, method",
    ],
    [
      new UnsupportedOptionError("waitSelector", "fetch", ["method"]),
      "UnsupportedOptionError",
      "Option 'waitSelector' is not supported by a session of kind 'fetch'; it supports: method",
    ],
    [new NetworkError("reset"), "NetworkError", "reset"],
    [
      new TimeoutError(5, "The fetch", { url }),
      "TimeoutError",
      "The fetch took longer than 5 ms: https://example.com/; raise 'timeoutMs' if the site is just slow",
    ],
    [new SessionClosedError("closed"), "SessionClosedError", "closed"],
    [new SessionStartError("no start", [new Error("x")]), "SessionStartError", "no start"],
    [new SessionCloseError("no end", [new Error("x")]), "SessionCloseError", "no end"],
    [
      new UnknownSessionError("x", ["a", "b"]),
      "UnknownSessionError",
      "Session 'x' not found; available: a, b",
    ],
    [
      new UnknownSessionError("x", []),
      "UnknownSessionError",
      "Session 'x' not found; no session was added yet; use manager.add(id, session)",
    ],
    [new DuplicateSessionError("twice"), "DuplicateSessionError", "twice"],
    [
      new InvalidCookieError("sid", "it is 'secure' and the URL is not", "http://e.com/"),
      "InvalidCookieError",
      "Option 'cookie' must be one that http://e.com/ may set (it is 'secure' and the URL is not): " +
      'received "sid"',
    ],
    [
      new CookieFormatError("cookies.txt", "line 3", "1 field", "7, divided by tabs"),
      "CookieFormatError",
      "Not a cookies.txt: at line 3 expected 7, divided by tabs, received 1 field",
    ],
    [
      new ResponseFormatError("history[0].status", "nothing", "a whole number"),
      "ResponseFormatError",
      "A stored response has a whole number at 'history[0].status': received nothing",
    ],
    [
      new FileError("read", "cookies.json", noFile),
      "FileError",
      "Could not read cookies.json: there is no such file",
    ],
    [
      new FileError("write", "pages/a", noFile),
      "FileError",
      "Could not write pages/a: its folder does not exist; create it first",
    ],
    [
      new FileError("write", "a", Object.assign(new Error("x"), { code: "ENOSPC" })),
      "FileError",
      "Could not write a: the disk is full; nothing was left behind",
    ],
    [new FileError("write", "a", "odd"), "FileError", "Could not write a: odd"],
    [new JsonError("no JSON"), "JsonError", "no JSON"],
  ] as const
) {
  Deno.test(`${name}: ${message}`, () => {
    assert.ok(error instanceof OrbweaverError);
    assert.deepEqual([error.name, error.message], [name, message]);
    assert.equal(error.constructor.name, name);
  });
}

Deno.test("SessionError.toJSON() has every fact and every cause, and no stack", () => {
  const reset = Object.assign(new Error("connection reset"), { code: "ECONNRESET" });
  const network = new NetworkError("no answer", { url, attempts: 3, cause: reset });
  const error = new SessionStartError("no start", [network, "thrown text"], {
    sessionId: "http",
    attempts: 2,
    retryAt: 1000,
  });
  const networkData = {
    name: "NetworkError",
    message: "no answer",
    url,
    attempts: 3,
    cause: { name: "Error", message: "connection reset", code: "ECONNRESET" },
  };
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    name: "SessionStartError",
    message: "no start",
    sessionId: "http",
    attempts: 2,
    retryAt: 1000,
    errors: [networkData, "thrown text"],
    cause: networkData,
  });
});

Deno.test("SessionError.toJSON() survives whatever caused it", () => {
  const circle: Error & { facts?: unknown } = new Error("circle");
  circle.cause = circle;
  circle.facts = { circle };
  for (const cause of [circle, 1n, Symbol("x"), () => 1, null, { a: 1 }, Object.create(null)]) {
    const data = JSON.parse(JSON.stringify(new SessionError("broken", { cause })));
    assert.equal(data.message, "broken");
    assert.equal(typeof data.cause.message, "string");
  }
  assert.equal(
    JSON.stringify(new SessionError("broken")),
    '{"name":"SessionError","message":"broken"}',
  );
});

Deno.test("SessionError keeps the credentials of a URL to itself", () => {
  const error = new NetworkError("reset", { url: "https://ada:s3cret@example.com/a@b" });
  assert.equal(error.url, "https://example.com/a@b");
  assert.equal(new NetworkError("x", { url: "https://e.com/@ada" }).url, "https://e.com/@ada");
  assert.equal(new NetworkError("x", { url: "not @ url" }).url, "not @ url");
});
