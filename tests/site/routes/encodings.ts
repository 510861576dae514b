import { Buffer } from "node:buffer";
import type { Reply } from "../reply.ts";
import type { Route, Routes } from "../route.ts";

/** The text of the `h1` of every `/encoding/...` page, when it is decoded rightly. */
export const ENCODED_TEXT = "Crème brûlée: £5";

/** `/encoding/...`: pages whose encoding must be found out (WHATWG HTML, section 13.2.3). */
export const encodingRoutes: Routes = {
  "/encoding/latin-1": serve("text/html; charset=iso-8859-1", latin1("")),
  "/encoding/meta": serve("text/html", latin1('<meta charset="windows-1252">')),
  "/encoding/http-equiv": serve(
    "text/html",
    latin1('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
  ),
  "/encoding/utf-16": serve("text/html", utf16()),
  "/encoding/bom-over-header": serve("text/html; charset=iso-8859-1", utf8WithBom()),
  "/encoding/header-over-meta": serve(
    "text/html; charset=utf-8",
    utf8('<meta charset="windows-1252">'),
  ),
  "/encoding/none": serve("text/html", utf8("")),
  "/encoding/unknown": serve("text/html; charset=klingon", utf8('<meta charset="utf-8">')),
  "/encoding/lying": serve("text/html; charset=utf-8", latin1('<meta charset="windows-1252">')),
};

function serve(contentType: string, bytes: Uint8Array): Route {
  return ({ reply }: { reply: Reply }) => reply.send(200, [["content-type", contentType]], bytes);
}

function document(meta: string): string {
  return `<!DOCTYPE html><html lang="fr"><head>${meta}<title>Encoding</title></head>` +
    `<body><h1>${ENCODED_TEXT}</h1></body></html>`;
}

function latin1(meta: string): Uint8Array {
  return Buffer.from(document(meta), "latin1");
}

function utf8(meta: string): Uint8Array {
  return Buffer.from(document(meta), "utf8");
}

function utf8WithBom(): Uint8Array {
  return Buffer.from("\ufeff" + document(""), "utf8");
}

function utf16(): Uint8Array {
  return Buffer.from("\ufeff" + document(""), "utf16le");
}
