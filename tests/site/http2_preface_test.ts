import assert from "node:assert/strict";
import { http2Fingerprint, readHttp2Preface } from "./http2_preface.ts";

const frame = (type: number, flags: number, stream: number, payload: number[]) => [
  ...[0, 0, payload.length, type, flags, 0, 0, 0, stream],
  ...payload,
];

const BYTES = Uint8Array.from([
  ...new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  ...frame(4, 0, 0, [0, 4, 0, 2, 0, 0, 0, 1, 0, 1, 0, 0]), // SETTINGS: 4 before 1, as Firefox never would
  ...frame(8, 0, 0, [0, 0xbf, 0, 1]), // WINDOW_UPDATE
  ...frame(2, 0, 3, [0, 0, 0, 0, 200]), // PRIORITY
  ...frame(4, 1, 0, []), // SETTINGS acknowledged
  ...frame(1, 0x8 | 0x20 | 0x4, 15, [2, 0x80, 0, 0, 3, 255, 0x82, 0, 0]), // HEADERS, padded, with priority
]);

Deno.test("readHttp2Preface() reads settings, window, priorities and the first HEADERS in wire order", () => {
  const preface = readHttp2Preface(BYTES)!;
  assert.deepEqual(preface, {
    settings: [[4, 131072], [1, 65536]],
    windowUpdate: 12517377,
    priorities: ["3:0:0:201"],
    firstStream: 15,
    headersPriority: { exclusive: true, dependsOn: 3, weight: 256 },
  });
  assert.equal(
    http2Fingerprint(preface, [":method", ":path", ":authority", ":scheme"]),
    "4:131072;1:65536|12517377|3:0:0:201|m,p,a,s",
  );
});

Deno.test("readHttp2Preface() waits for the first HEADERS frame, wherever the bytes are cut", () => {
  for (let length = 0; length < BYTES.length; length++) {
    assert.equal(readHttp2Preface(BYTES.subarray(0, length)), undefined);
  }
});
