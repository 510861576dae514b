import { OrbweaverError } from "@orbweaver/spider";

/** Base class of everything that this package throws. */
export class CliError extends OrbweaverError {
  /** The name of this class of errors. */
  override name = "CliError";
}

/** A spider file that is not there, can't be loaded, or has no spider as its default export. */
export class LoadSpiderError extends CliError {
  /** The name of this class of errors. */
  override name = "LoadSpiderError";
  /** The file as it was given. */
  readonly path: string;

  /**
   * Creates the error.
   *
   * @param path The file as it was given.
   * @param message What is wrong with it, and what to do.
   * @param cause What was thrown, where something was.
   */
  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
  }
}

/** An output that this command can't write to. */
export class OutputError extends CliError {
  /** The name of this class of errors. */
  override name = "OutputError";
}

/** A store that a crawl can't be kept in. */
export class StoreOptionError extends CliError {
  /** The name of this class of errors. */
  override name = "StoreOptionError";
}
