import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inDependencyOrder, siblingsOf } from "../../scripts/dependency_order.ts";
import { type Module, moduleGraph } from "../../scripts/module_graph.ts";
import { readPackages, ROOT } from "../../scripts/workspace.ts";

/** The architecture: what each package may import. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "@orbweaver/selectors": [],
  "@orbweaver/session": ["@orbweaver/selectors"],
  "@orbweaver/fetch-session": ["@orbweaver/selectors", "@orbweaver/session"],
  "@orbweaver/browser-session": ["@orbweaver/selectors", "@orbweaver/session"],
  "@orbweaver/spider": [
    "@orbweaver/selectors",
    "@orbweaver/session",
    "@orbweaver/fetch-session",
  ],
  "@orbweaver/cli": [
    "@orbweaver/selectors",
    "@orbweaver/session",
    "@orbweaver/fetch-session",
    "@orbweaver/browser-session",
    "@orbweaver/spider",
  ],
  "@orbweaver/orbweaver": [
    "@orbweaver/selectors",
    "@orbweaver/session",
    "@orbweaver/fetch-session",
    "@orbweaver/browser-session",
    "@orbweaver/spider",
  ],
};

/** What would let the selectors do input or output. */
const INPUT_OUTPUT =
  /^node:(fs|net|tls|dns|dgram|http|https|http2|child_process|worker_threads|sqlite|process|os)\b/;

const packages = await readPackages();
const byName = new Map(packages.map((pkg) => [pkg.name, pkg]));

/** Everything that any entry point of a package reaches. */
async function reachedBy(name: string): Promise<readonly Module[]> {
  const entries = [...byName.get(name)!.entries.values()];
  return (await Promise.all(entries.map((entry) => moduleGraph(entry)))).flat();
}

for (const pkg of packages) {
  Deno.test(`${pkg.name} imports only the packages that the architecture allows`, async () => {
    const allowed = ALLOWED[pkg.name];
    assert.ok(allowed, `${pkg.name} is new: say in this test what it may import`);
    const siblings = await siblingsOf(pkg, packages);
    const forbidden = [...siblings].map(({ name }) => name).filter((name) =>
      !allowed.includes(name)
    );
    assert.deepEqual(forbidden, []);
  });

  Deno.test(`${pkg.name} reaches no jsr: module and no import map names one`, async () => {
    const specifiers = (await reachedBy(pkg.name)).flatMap((module) => [
      module.specifier,
      ...module.imports.flatMap(({ specifier, resolved }) => [specifier, resolved ?? ""]),
    ]);
    assert.ok(specifiers.length > 0);
    assert.deepEqual(specifiers.filter(isJsr), []);
    assert.deepEqual(Object.values(pkg.imports).filter(isJsr), []);
  });
}

Deno.test("every module in a package's folder is reached from one of its entry points", async () => {
  const reached = new Set(
    (await Promise.all(packages.map(({ name }) => reachedBy(name)))).flat()
      .map(({ specifier }) => specifier),
  );
  for (const { dir } of packages.filter(({ dir }) => dir !== ROOT)) {
    const files = await readdir(dir, { recursive: true });
    const modules = files.filter((file) => /\.[mc]?[jt]sx?$/.test(file))
      .map((file) => pathToFileURL(join(dir, file)).href);
    assert.ok(modules.length > 0);
    assert.deepEqual(modules.filter((url) => !reached.has(url)), []);
  }
});

Deno.test("a spider without a browser never loads browser-session or puppeteer-core", async () => {
  const specifiers = (await reachedBy("@orbweaver/spider")).map(({ specifier }) => specifier);
  assert.ok(specifiers.some((specifier) => specifier.endsWith("/spider/mod.ts")));
  assert.ok(specifiers.some((specifier) => specifier.endsWith("/sessions/fetch/mod.ts")));
  assert.deepEqual(specifiers.filter((url) => /sessions\/browser|puppeteer/.test(url)), []);
});

Deno.test("selectors import nothing that reads files or the network, but for the SQLite store", async () => {
  const { entries } = byName.get("@orbweaver/selectors")!;
  const touching: Record<string, string[]> = {};
  for (const [entry, path] of entries) {
    const modules = await moduleGraph(path);
    const imports = modules.flatMap((module) => module.imports.map(({ specifier }) => specifier));
    assert.ok(imports.length > 0);
    const found = imports.filter((specifier) => INPUT_OUTPUT.test(specifier));
    if (found.length > 0) touching[entry] = found;
  }
  assert.deepEqual(touching, { "./sqlite": ["node:sqlite"] });
});

Deno.test("markdown and structured data stay out of the graph of those who don't use them", async () => {
  const main = await moduleGraph(byName.get("@orbweaver/selectors")!.entries.get(".")!);
  const imports = main.flatMap((module) => module.imports.map(({ specifier }) => specifier));
  assert.ok(imports.includes("parse5"));
  assert.deepEqual(imports.filter((specifier) => /mdast|hast/.test(specifier)), []);
});

Deno.test("selectors work without any permission", async () => {
  const selectors = import.meta.resolve("../../selectors/mod.ts");
  const code = `import { Selector } from ${JSON.stringify(selectors)};
    console.log(Selector.fromHtml("<p>no permission needed").css("p::text").get());`;
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(script, code);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--config", join(ROOT, "deno.json"), script],
      env: { NO_COLOR: "1" },
    });
    const { stdout, stderr } = await command.output();
    const printed = new TextDecoder().decode(stdout);
    assert.equal(printed, "no permission needed\n", new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(script);
  }
});

Deno.test("packages are published after those that they import", async () => {
  const order = (await inDependencyOrder([...packages].reverse())).map(({ name }) => name);
  for (const pkg of packages) {
    for (const sibling of await siblingsOf(pkg, packages)) {
      assert.ok(order.indexOf(sibling.name) < order.indexOf(pkg.name), `${sibling.name} is late`);
    }
  }
});

function isJsr(specifier: string): boolean {
  return specifier.startsWith("jsr:") || specifier.includes("jsr.io/");
}
