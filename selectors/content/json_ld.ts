import type { Document } from "../document/document.ts";
import { elementsIn, type Range } from "./range.ts";

/** JSON-LD in scripts, and scripts that are no JSON. */
export function extractJsonLd(
  document: Document,
  range: Range,
): { jsonLd: unknown[]; invalidJsonLd: string[] } {
  const jsonLd: unknown[] = [];
  const invalidJsonLd: string[] = [];
  for (const node of elementsIn(document, range)) {
    if (document.name(node) !== "script" || !isJsonLd(document.attribute(node, "type"))) continue;
    const text = document.textContent(node);
    const value = parsed(text);
    if (value === undefined) invalidJsonLd.push(text);
    else if (Array.isArray(value)) jsonLd.push(...value as unknown[]);
    else jsonLd.push(value);
  }
  return { jsonLd, invalidJsonLd };
}

function isJsonLd(type: string | undefined): boolean {
  return type?.split(";")[0]?.trim().toLowerCase() === "application/ld+json";
}

/** `undefined` if it is no JSON, also without the comment or CDATA section that some put around it. */
function parsed(text: string): unknown {
  const unwrapped = text.trim()
    .replace(/^(?:\/\*\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*\/)?/, "")
    .replace(/(?:\/\*\s*)?(?:-->|\]\]>)(?:\s*\*\/)?$/, "");
  try {
    return JSON.parse(unwrapped);
  } catch {
    return undefined;
  }
}
