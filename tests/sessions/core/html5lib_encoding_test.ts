import { Response } from "@orbweaver/session";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";

const DATA = new URL("../../../../shared/data/html5lib-tests/encoding/", import.meta.url);

interface EncodingCase {
  readonly body: Uint8Array;
  readonly encoding: string;
}

/** Cases are "#data", the page, "#encoding", the name; the page is bytes, not text. */
function readCases(file: URL): EncodingCase[] {
  return readFileSync(file, "latin1").split(/^#data\n/m).slice(1).map((text) => {
    const [page = "", encoding = ""] = text.split(/\n#encoding\n/);
    return { body: Buffer.from(page, "latin1"), encoding: encoding.trim().split("\n", 1)[0]! };
  });
}

/** One case asks for its scripts to be run. */
function isForUs({ body }: EncodingCase): boolean {
  return !Buffer.from(body).includes("multi-script test");
}

for (const name of ["tests1.dat", "tests2.dat", "test-yahoo-jp.dat"]) {
  const file = new URL(name, DATA);
  const missing = !existsSync(file);
  if (missing) console.log(`Skipped: ${file.pathname} is not there (html5lib-tests, encoding)`);
  Deno.test({
    name: `Response.encoding agrees with html5lib-tests' encoding/${name}`,
    ignore: missing,
    fn: () => {
      const cases = readCases(file);
      assert.ok(cases.length > 0);
      const wrong = cases.filter(isForUs).flatMap(({ body, encoding }, index) => {
        const headers = { "content-type": "text/html" };
        const found = new Response({ url: "https://e.com/", status: 200, headers, body }).encoding;
        const expected = new TextDecoder(encoding).encoding;
        return found === expected
          ? []
          : [{ index, found, expected, page: Buffer.from(body).toString("latin1").slice(0, 200) }];
      });
      assert.deepEqual(wrong, []);
    },
  });
}
