import { OrbweaverError } from "../errors.ts";

/** An XML document that is not well-formed. */
export class XmlSyntaxError extends OrbweaverError {
  /** The name of this class. */
  override name = "XmlSyntaxError";
  /** What is wrong, in words. */
  readonly problem: string;
  /** The line where that was noticed, from 1. */
  readonly line: number;
  /** The column where that was noticed, in characters from 0. */
  readonly column: number;

  /**
   * Creates the error.
   *
   * @param problem What is wrong, in words.
   * @param line The line where that was noticed, from 1.
   * @param column The column where that was noticed, in characters from 0.
   */
  constructor(problem: string, line: number, column: number) {
    super(
      `Cannot parse the XML: ${problem} at line ${line}, column ${column}; ` +
        "pass 'recover: true' to read what can be read",
    );
    this.problem = problem;
    this.line = line;
    this.column = column;
  }
}
