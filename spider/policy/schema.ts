/**
 * A schema that any library may have made: zod, valibot, arktype and others share this interface
 * (https://standardschema.dev).
 *
 * @typeParam Output What it gives for a value that fits.
 */
export interface StandardSchema<Output = unknown> {
  /** What the standard asks for. */
  readonly "~standard": {
    /** The version of the standard. */
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    /** Checks a value. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What does not fit. */
export interface SchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where it is wrong. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** An item that does not fit the schema, set aside. */
export interface QuarantinedItem {
  /** The item as the callback gave it. */
  item: unknown;
  /** The page it is from. */
  url: string;
  /** What does not fit, such as `"price: expected a number"`. */
  issues: string[];
}

/**
 * What is wrong with an item, in words.
 *
 * @param issues What the schema said.
 */
export function describeIssues(issues: readonly SchemaIssue[]): string[] {
  return issues.map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
    return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
  });
}
