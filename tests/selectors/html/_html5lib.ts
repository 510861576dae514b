import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** html5lib-tests, beside the repository: the tests are not ours to publish. */
const FOLDER = join(import.meta.dirname!, "../../../../shared/data/html5lib-tests");

/** Whether html5lib-tests are there. */
export const hasHtml5lib: boolean = existsSync(FOLDER);
if (!hasHtml5lib) {
  console.warn(`html5lib-tests are skipped: there is no ../shared/data/html5lib-tests`);
}

/** The files of a folder of html5lib-tests, by name. */
export function html5libFiles(folder: string, extension: string): { name: string; path: string }[] {
  if (!hasHtml5lib) return [];
  return readdirSync(join(FOLDER, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => ({ name, path: join(FOLDER, folder, name) }));
}

/** A case of tree-construction. */
export interface TreeCase {
  /** Number of the case in its file, from 1. */
  number: number;
  data: string;
  /** The tree, in html5lib's format. */
  expected: string;
  /** Name of the context element of a fragment, such as `td` or `svg path`. */
  context: string | undefined;
  /** Whether the case is one without (or with) scripting only. */
  scripting: boolean | undefined;
}

/** The cases of a file of tree-construction. */
export function treeCases(path: string): TreeCase[] {
  const cases: TreeCase[] = [];
  for (const text of `\n${readFileSync(path, "utf8")}`.split("\n#data\n").slice(1)) {
    const sections = sectionsOf(`#data\n${text}`);
    const has = (section: string) => sections.has(section);
    cases.push({
      number: cases.length + 1,
      data: sections.get("data") ?? "",
      expected: (sections.get("document") ?? "").replace(/\n+$/, ""),
      context: sections.get("document-fragment")?.trim(),
      scripting: has("script-on") ? true : has("script-off") ? false : undefined,
    });
  }
  return cases;
}

function sectionsOf(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  const headings = /^#(data|errors|new-errors|document-fragment|script-off|script-on|document)$/;
  let heading = "";
  for (const line of text.split("\n")) {
    const found = headings.exec(line)?.[1];
    if (found !== undefined && !sections.has(found)) {
      heading = found;
      sections.set(heading, "");
    } else {
      const before = sections.get(heading)!;
      sections.set(
        heading,
        before === "" && !sections.has(`${heading} begun`) ? line : `${before}\n${line}`,
      );
      sections.set(`${heading} begun`, "");
    }
  }
  return sections;
}
