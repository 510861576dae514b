import { OrbweaverError, SelectorSyntaxError } from "../errors.ts";

/** An XPath expression that can't be parsed, or that asks for something unsupported. */
export class XPathSyntaxError extends SelectorSyntaxError {
  /** The name of this class. */
  override name = "XPathSyntaxError";
}

/** An XPath expression that can't be evaluated with the values or the options at hand. */
export class XPathEvaluationError extends OrbweaverError {
  /** The name of this class. */
  override name = "XPathEvaluationError";
  /** The whole expression, as received. */
  readonly expression: string;
  /** Where in the expression the problem is, in UTF-16 code units from 0. */
  readonly offset: number;

  /**
   * Creates the error.
   *
   * @param expression The whole expression, as received.
   * @param offset Where in the expression the problem is, in UTF-16 code units from 0.
   * @param problem What was received, what was expected and what to do.
   */
  constructor(expression: string, offset: number, problem: string) {
    super(`Cannot evaluate the XPath ${shorten(expression)} at offset ${offset}: ${problem}`);
    this.expression = expression;
    this.offset = offset;
  }
}

const SHOWN_LENGTH = 200;

function shorten(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}
