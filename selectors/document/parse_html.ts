import type { html } from "parse5";
import { type Attribute, DocumentBuilder } from "./builder.ts";
import type { Document } from "./document.ts";
import { HtmlParser } from "./html_parser.ts";
import { HtmlTreeAdapter } from "./html_tree_adapter.ts";

/** The element that a fragment is parsed as the content of. */
export interface FragmentContext {
  /** Name, in lower case for HTML. */
  name: string;
  /** URI of the namespace. */
  namespace: string;
  /** Attributes, of which few matter to the parser. */
  attributes: Attribute[];
}

/** Parses a page as a browser does that does not run scripts. */
export function parseHtml(page: string, url?: string): Document {
  const { builder, options } = prepare(page, url);
  new HtmlParser(options).tokenizer.write(builder.source, true);
  return builder.finish();
}

/**
 * Parses the content of an element.
 *
 * @param page The content.
 * @param context The element. Default: a `<template>`, which may contain anything.
 */
export function parseHtmlFragment(page: string, context?: FragmentContext, url?: string): Document {
  const { builder, options } = prepare(page, url);
  const element = context === undefined ? null : options.treeAdapter.createElement(
    context.name,
    context.namespace as html.NS,
    context.attributes,
  );
  const parser = HtmlParser.getFragmentParser(element, options);
  parser.tokenizer.write(builder.source, true);
  return builder.finish(parser.getFragment() as number);
}

function prepare(
  page: string,
  url: string | undefined,
): {
  builder: DocumentBuilder;
  options: { treeAdapter: HtmlTreeAdapter; scriptingEnabled: false };
} {
  const builder = new DocumentBuilder({ url, source: withoutCarriageReturns(page) });
  const treeAdapter = new HtmlTreeAdapter(builder);
  return { builder, options: { treeAdapter, scriptingEnabled: false } };
}

/** The standard's first step (https://infra.spec.whatwg.org/#normalize-newlines). */
function withoutCarriageReturns(page: string): string {
  return page.includes("\r") ? page.replace(/\r\n?/g, "\n") : page;
}
