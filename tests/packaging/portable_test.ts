// Deno.lint is not in the stable types yet.
/// <reference lib="deno.unstable" />
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ownerOf } from "../../scripts/dependency_order.ts";
import { moduleGraph } from "../../scripts/module_graph.ts";
import { readPackages, ROOT } from "../../scripts/workspace.ts";

/** Reports each use of the global `Deno`, which Node does not have. */
const noDenoGlobal: Deno.lint.Plugin = {
  name: "portable",
  rules: {
    "no-deno-global": {
      create: (context) => ({
        Identifier(node) {
          if (node.name !== "Deno" || isPropertyName(node) || isLocal(node)) return;
          context.report({ node, message: "Node has no `Deno`: ask `globalThis` for it first" });
        },
      }),
    },
  },
};

/** Whether an identifier names a property, as in `globalThis.Deno` or `{ Deno?: … }`. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") return parent.property === node && !parent.computed;
  if (parent.type === "Property" || parent.type === "TSPropertySignature") {
    return parent.key === node;
  }
  return false;
}

/** Whether a block around it has a `Deno` of its own, as in `const { Deno } = globalThis as …`. */
function isLocal(node: Deno.lint.Node | Deno.lint.TSParameterProperty): boolean {
  if (!("parent" in node) || !node.parent) return false;
  const { parent } = node;
  const bound = (parent.type === "BlockStatement" || parent.type === "Program") &&
    parent.body.some(bindsDeno);
  return bound || isLocal(parent);
}

function bindsDeno(statement: Deno.lint.Node): boolean {
  return statement.type === "VariableDeclaration" &&
    statement.declarations.some(({ id }) =>
      id.type === "ObjectPattern" &&
      id.properties.some((property) =>
        property.type === "Property" && property.value.type === "Identifier" &&
        property.value.name === "Deno"
      )
    );
}

function denoUses(path: string, code: string): string[] {
  return Deno.lint.runPlugin(noDenoGlobal, path, code).map(({ range: [start] }) => {
    const line = code.slice(0, start).split("\n").length;
    return `${relative(ROOT, path)}:${line}`;
  });
}

const packages = await readPackages();

for (const pkg of packages) {
  Deno.test(`${pkg.name} never takes the global Deno for granted`, async () => {
    const paths = new Set<string>();
    for (const entry of pkg.entries.values()) {
      for (const { specifier } of await moduleGraph(entry)) {
        if (ownerOf(specifier, packages) === pkg) paths.add(fileURLToPath(specifier));
      }
    }
    assert.ok(paths.size > 0);
    for (const path of paths) assert.deepEqual(denoUses(path, await readFile(path, "utf8")), []);
  });
}

Deno.test("a use of the global Deno is found, a feature test is not taken for one", () => {
  const path = join(ROOT, "a.ts");
  assert.deepEqual(denoUses(path, "\nDeno.exit(1);"), ["a.ts:2"]);
  assert.equal(denoUses(path, "const { pid } = Deno;").length, 1);
  assert.equal(denoUses(path, "(globalThis as { Deno?: object }).Deno;").length, 0);
  assert.equal(denoUses(path, "const { Deno } = globalThis; Deno?.pid;").length, 0);
  assert.equal(denoUses(path, "{ const { Deno } = globalThis; } Deno.pid;").length, 1);
  assert.equal(denoUses(path, 'const text = "Deno"; // Deno').length, 0);
});
