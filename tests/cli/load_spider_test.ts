import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LoadSpiderError } from "../../cli/errors.ts";
import { loadSpider } from "../../cli/load_spider.ts";
import { withFolder } from "./_folder.ts";

const IMPORT = 'import { Spider } from "@orbweaver/spider";\n';

/** Spiders of another copy of the package: no class in common with ours. */
const FOREIGN = `class Foreign {
  name = "foreign";
  async open() {}
  async start() {}
  async *parse() {}
}
`;

const GOOD: Record<string, string> = {
  "a class": `${IMPORT}export default class A extends Spider { name = "good"; async *parse() {} }`,
  "an instance":
    `${IMPORT}class A extends Spider { name = "good"; async *parse() {} }\nexport default new A();`,
  "a class of another copy of the package":
    `${FOREIGN}export default class A extends Foreign { name = "good"; }`,
  "an instance of another copy of the package":
    `${FOREIGN}class A extends Foreign { name = "good"; }\nexport default new A();`,
};

for (const [what, source] of Object.entries(GOOD)) {
  Deno.test(`loadSpider() takes ${what}`, async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "spider #1 %41.ts");
      await writeFile(path, source);
      assert.equal((await loadSpider(path)).name, "good");
    });
  });
}

const BAD: Record<string, [source: string, message: RegExp]> = {
  "a file without a default export": [
    "export const a = 1;",
    /has no default export; write 'export default class MySpider extends Spider/,
  ],
  "a spider that is not the default export": [
    `${IMPORT}export class Quotes extends Spider { name = "q"; async *parse() {} }`,
    /has no default export; put 'export default' before 'class Quotes'/,
  ],
  "another class": ["export default class Foo {}", /is no spider: received 'Foo'/],
  "a function": ["export default () => {};", /is no spider: received 'default'/],
  "an object": [
    "export default { name: 'x' };",
    /is no spider: received an object of class Object/,
  ],
  "a text": ["export default 'spider';", /is no spider: received "spider"/],
  "nothing": ["export default undefined;", /is no spider: received undefined/],
  "a file that does not compile": [
    "export default class {",
    /can't be loaded: .*SyntaxError[^]*bad\.ts:1:/,
  ],
  "a file that throws": [
    "throw new RangeError('not today');",
    /can't be loaded: RangeError: not today/,
  ],
  "a file that imports what is not there": [
    "import './nowhere.ts'; export default 1;",
    /can't be loaded: .*nowhere\.ts/,
  ],
  "a spider whose constructor throws": [
    `${IMPORT}export default class A extends Spider {
      name = "a";
      constructor(options: { url: string }) { super(); this.startUrls = [options.url]; }
      async *parse() {}
    }`,
    /can't be constructed: TypeError.*; it must need no arguments, or export an instance/,
  ],
};

for (const [what, [source, message]] of Object.entries(BAD)) {
  Deno.test(`loadSpider() refuses ${what} and says what to do`, async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "bad.ts");
      await writeFile(path, source);
      await assert.rejects(loadSpider(path), (error: unknown) => {
        assert.ok(error instanceof LoadSpiderError);
        assert.equal(error.path, path);
        assert.match(error.message, message);
        return true;
      });
    });
  });
}

Deno.test("loadSpider() refuses a folder", async () => {
  await withFolder((folder) => assert.rejects(loadSpider(folder), /is no file; give the path/));
});
