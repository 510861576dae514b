import type { Matches } from "../css/select.ts";

/** A node that an expression is asked at, or that a variable stands for. */
export interface XPathNode {
  /** The node, or the element that has the attribute. */
  readonly node: number;
  /** Index of the attribute in the document; `NO_ATTRIBUTE`, the default, if it is none. */
  readonly attribute?: number | undefined;
}

/** What an expression gives. */
export type XPathResult =
  | { readonly type: "nodes" } & Matches
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean };

/** What a variable may stand for. */
export type XPathVariable = string | number | boolean | readonly XPathNode[];
