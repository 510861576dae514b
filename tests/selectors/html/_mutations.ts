import { existsSync, readFileSync } from "node:fs";
import { PAGES } from "./_pages.ts";

/** Real documents that many machines have; what is not there is left out. */
const REAL_DOCUMENTS = [
  "/usr/share/doc/nodejs/api/url.html",
  "/usr/share/doc/nodejs/api/http.html",
  "/usr/share/doc/python3.11/html/library/json.html",
  "/usr/share/doc/python3.11/html/genindex-S.html",
];

/** Pieces that parsers stumble over. */
const HOSTILE = [
  ..."< > & \" ' = / ! - -- --> --!> <!-- <!--> <!---> <!- </ </> <a <a> </a> <b> </b> <p> </p> <div>",
  ..."</div> <table> <tr> <td> <th> </td> </tr> </table> <select> <option> <svg> </svg> <math> <mi>",
].join("").split(" ").concat([
  "<script>",
  "</script>",
  "</script ",
  "<script><!--",
  "<style>",
  "</style>",
  "<textarea>\n",
  "</textarea>",
  "<title>",
  "</title>",
  "</TITLE >",
  "<template>",
  "</template>",
  "<pre>\n",
  "<plaintext>",
  "<noscript>",
  "</noscript>",
  "<frameset>",
  "<frame>",
  "</frameset>",
  "</body>",
  "</html>",
  "<html a=1>",
  "<body b=2>",
  "<image src=x>",
  "<foreignObject>",
  "<desc>",
  "<![CDATA[x]]>",
  "<!doctype html>",
  "<?php ?>",
  "&amp",
  "&amp;",
  "&notit;",
  "&#0;",
  "&#x80;",
  "&#13;",
  "&#xD800;",
  "&#x1F600;",
  "\0",
  "\r",
  "\r\n",
  "\n",
  "\f",
  "\t",
  " ",
  "é",
  "\u{1f600}",
  "\ud800",
  "\udc00",
  "<a href=x/>",
  "<a b='1' B=\"2\" b>",
  "<br/>",
  "</br>",
  "</p >",
  "<x\0y>",
  "<a b=c&copy=d&copy;>",
  "<a b = 'c'd>",
  '<a b="&lt">',
  "<svg viewbox=0 xlink:href=#>",
  "<input type=hidden>",
  "<form>",
  "</form>",
  "<button>",
  "<nobr>",
  "<a><b><p></a></b>",
  "<li><ul><li>",
  "<h1><h2>",
  "<colgroup> x",
  "<caption>",
  "<annotation-xml encoding=text/html>",
  "<em>",
  "</em>",
  "<dl><dt><p>",
  "<dd>",
  "</ul>",
  "</h1>",
  "<h2><p>",
  "<object>",
  "</object>",
  "<mi><p>",
  "<svg><title><p>",
  "<custom-element>",
  "<img>x",
]);

/** Pseudo-random numbers from 0 to 1 (mulberry32), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` pieces of real documents, most of them spoilt. */
export function* mutations(count: number, seed: number): Generator<string> {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const documents = [
    ...PAGES,
    ...REAL_DOCUMENTS.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8")),
  ];
  for (let index = 0; index < count; index++) {
    const document = documents[below(documents.length)]!;
    const start = below(document.length);
    let piece = document.slice(start, start + 50 + below(1_200));
    for (let spoils = below(6); spoils > 0; spoils--) {
      const at = below(piece.length + 1);
      const skipped = random() < 0.5 ? 0 : below(12);
      const inserted = random() < 0.3 ? "" : HOSTILE[below(HOSTILE.length)]!;
      piece = piece.slice(0, at) + inserted + piece.slice(at + skipped);
    }
    yield piece;
  }
}
