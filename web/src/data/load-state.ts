import type { CombinedError } from "@urql/core";

import { failureText } from "./failures.js";

/** What a page shows in place of its content, if anything. */
export type LoadState =
  | { readonly is: "loading" }
  | { readonly is: "failed"; readonly message: string }
  | { readonly is: "ready" };

/** Old data is better than none: an error only shows while there is nothing to show. */
export function loadState(result: {
  readonly data?: unknown;
  readonly error?: CombinedError | undefined;
}): LoadState {
  if (result.data !== undefined && result.data !== null) return { is: "ready" };
  return result.error ? { is: "failed", message: failureText(result.error) } : { is: "loading" };
}
