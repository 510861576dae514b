import { Buffer } from "node:buffer";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { type Exchange, numberParameter, type Routes } from "../route.ts";
import { page } from "../page.ts";

/** The text of the `h1` of every `/compressed/...` page. */
export const COMPRESSED_TEXT = "Compressed";

const COMPRESSED_PAGE = Buffer.from(page({
  title: COMPRESSED_TEXT,
  body: `<h1>${COMPRESSED_TEXT}</h1>\n${"<p>Over and over again.</p>\n".repeat(400)}`,
}));

/** `/compressed/...`, `/big`, `/bomb`, `/download`, `/binary`: bodies that are not a plain page. */
export const bodyRoutes: Routes = {
  "/compressed/identity": (exchange) => sendCompressed(exchange, "identity", COMPRESSED_PAGE),
  "/compressed/gzip": (exchange) => sendCompressed(exchange, "gzip", gzipSync(COMPRESSED_PAGE)),
  "/compressed/br": (exchange) =>
    sendCompressed(exchange, "br", brotliCompressSync(COMPRESSED_PAGE)),
  "/compressed/deflate": (exchange) =>
    sendCompressed(exchange, "deflate", deflateSync(COMPRESSED_PAGE)),
  "/compressed/raw-deflate": (exchange) =>
    sendCompressed(exchange, "deflate", deflateRawSync(COMPRESSED_PAGE)),
  "/compressed/zstd": (exchange) =>
    sendCompressed(exchange, "zstd", zstdCompressSync(COMPRESSED_PAGE)),
  "/bomb": (exchange) =>
    sendCompressed(
      exchange,
      "gzip",
      gzipSync(Buffer.alloc(numberParameter(exchange, "bytes", 64 * 1024 * 1024), " ")),
    ),
  "/big": big,
  "/download": ({ reply }) =>
    reply.send(200, [
      ["content-type", "text/csv; charset=utf-8"],
      ["content-disposition", 'attachment; filename="report.csv"'],
    ], "name,legs\norbweaver,8\n"),
  "/binary": ({ reply }) =>
    reply.send(
      200,
      [["content-type", "application/octet-stream"]],
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    ),
};

function sendCompressed({ reply }: Exchange, encoding: string, body: Uint8Array): void {
  reply.send(200, [
    ["content-type", "text/html; charset=utf-8"],
    ["content-encoding", encoding],
    ["content-length", String(body.length)],
  ], body);
}

/** `/big?bytes=N&length=no`: N bytes (8 MiB), with a Content-Length unless told otherwise. */
async function big(exchange: Exchange): Promise<void> {
  const { reply, request } = exchange;
  const total = numberParameter(exchange, "bytes", 8 * 1024 * 1024);
  const length: [string, string][] = request.query.get("length") === "no"
    ? []
    : [["content-length", String(total)]];
  reply.start(200, [["content-type", "text/plain"], ...length]);
  const line = Buffer.alloc(64 * 1024, "Orbweaver\n");
  for (let left = total; left > 0 && !reply.over.aborted; left -= line.length) {
    await reply.write(line.subarray(0, Math.min(left, line.length)));
  }
  reply.end();
}
