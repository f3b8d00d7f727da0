/** What a bulk mutation refused. */
export interface Refusals {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}
