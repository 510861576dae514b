/** Base class of every error that an Orbweaver package throws on purpose. */
export class OrbweaverError extends Error {
  /** The name of this class. */
  override name = "OrbweaverError";

  /**
   * Creates the error.
   *
   * @param message What was received, what was expected and what to do.
   * @param options `cause`: the error that led to this one.
   */
  constructor(message: string, options: { cause?: unknown } = {}) {
    // An own property `cause: undefined` would be printed with every error that has none.
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }
}

/** A selector that can't be parsed, or that asks for something unsupported. */
export class SelectorSyntaxError extends OrbweaverError {
  /** The name of this class. */
  override name = "SelectorSyntaxError";
  /** The whole selector, as received. */
  readonly selector: string;
  /** Where in the selector the problem is, in UTF-16 code units from 0. */
  readonly offset: number;
  /** What would have been right there, in words. */
  readonly expected: string;

  /**
   * Creates the error.
   *
   * @param selector The whole selector, as received.
   * @param offset Where in the selector the problem is, in UTF-16 code units from 0.
   * @param expected What would have been right there, in words.
   * @param options `cause`: the error that led to this one.
   */
  constructor(
    selector: string,
    offset: number,
    expected: string,
    options: { cause?: unknown } = {},
  ) {
    super(
      `Cannot parse the selector ${quote(selector)}: expected ${expected} at offset ${offset}, ` +
        `found ${found(selector, offset)}`,
      options,
    );
    this.selector = selector;
    this.offset = offset;
    this.expected = expected;
  }
}

/** An argument of the wrong type. */
export class InvalidArgumentError extends OrbweaverError {
  /** The name of this class. */
  override name = "InvalidArgumentError";
  /** The argument's name. */
  readonly argument: string;

  /**
   * Creates the error.
   *
   * @param argument The argument's name.
   * @param received The value that was passed.
   * @param expected What would have been right, in words.
   */
  constructor(argument: string, received: unknown, expected: string) {
    super(`Argument '${argument}' must be ${expected}: received ${typeName(received)}`);
    this.argument = argument;
  }
}

/** A pattern, passed as a string, that is not a regular expression. */
export class InvalidPatternError extends OrbweaverError {
  /** The name of this class. */
  override name = "InvalidPatternError";
  /** The pattern, as received. */
  readonly pattern: string;

  /**
   * Creates the error.
   *
   * @param pattern The pattern, as received.
   * @param cause The platform's own error.
   */
  constructor(pattern: string, cause: unknown) {
    super(
      `Cannot compile the pattern ${quote(pattern)} as a regular expression with the flag 'u'; ` +
        "remove needless escapes, or pass a RegExp with other flags",
      { cause },
    );
    this.pattern = pattern;
  }
}

/** A text that was read as JSON and is none. */
export class InvalidJsonError extends OrbweaverError {
  /** The name of this class. */
  override name = "InvalidJsonError";
  /** The text, as received. */
  readonly text: string;

  /**
   * Creates the error.
   *
   * @param text The text, as received.
   * @param cause The platform's own error.
   */
  constructor(text: string, cause: unknown) {
    super(`Cannot parse ${quote(text)} as JSON; select the node that holds the JSON alone`, {
      cause,
    });
    this.text = text;
  }
}

const SHOWN_LENGTH = 200;

/** `text` as a string literal, shortened: what is shown may be a whole page. */
function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}

function found(selector: string, offset: number): string {
  return offset >= selector.length ? "its end" : quote(selector.slice(offset, offset + 20));
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "object";
}
