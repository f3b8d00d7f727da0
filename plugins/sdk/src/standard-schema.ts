/**
 * The Standard Schema interface (https://standardschema.dev), version 1, inlined so that the SDK depends on no
 * validation library and a plugin may use any of them, or none.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    /** Name of the library that made the schema; your own package's name for a hand-written one. */
    readonly vendor: string;
    /** Checks `value` and returns either the parsed value or every issue found. It must not throw. */
    validate(value: unknown): StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    /** Only for type inference; never present at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The outcome of a validation: a value without issues, or issues without a value. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One thing that is wrong with a configuration, and where. */
export interface StandardSchemaIssue {
  readonly message: string;
  /** Property names from the root of the value to the faulty one. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
