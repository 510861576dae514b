import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { decodeHtml } from "@orbweaver/selectors";
import { html5libFiles } from "./_html5lib.ts";

/** The cases' bytes, one character each: they are in all kinds of encodings. */
function casesOf(path: string): { data: string; encoding: string }[] {
  const text = readFileSync(path, "latin1");
  return text.split(/^#data\n/m).slice(1).map((one) => {
    const [data = "", encoding = ""] = one.split(/^#encoding\n/m);
    return { data: data.replace(/\n$/, ""), encoding: encoding.trim().toLowerCase() };
  });
}

/**
 * Numbers of the cases, from 1, whose `<meta>` comes after 1,024 bytes: the prescan ends there, and
 * no page is parsed a second time.
 */
const BEYOND_THE_PRESCAN: Record<string, number[]> = { "tests1.dat": [48, 49, 50, 51, 52, 53, 54] };

/** Those of the folder `scripted` need a script to run. */
const FILES = html5libFiles("encoding", ".dat").filter(({ name }) => !name.startsWith("scripted"));

for (const { name, path } of FILES) {
  Deno.test(`decodeHtml() finds the encodings of html5lib's ${name}`, () => {
    const cases = casesOf(path);
    assert.ok(cases.length > 0);
    const failed = cases.flatMap(({ data, encoding }, index) => {
      const found = decodeHtml(Uint8Array.from(Buffer.from(data, "latin1"))).encoding;
      return found === new TextDecoder(encoding).encoding ? [] : [index + 1];
    });
    assert.deepEqual(failed, BEYOND_THE_PRESCAN[name] ?? []);
  });
}
