import type { CombinedError } from "@urql/core";

/** One refused part of a mutation, as the schema's `UserError` says it. */
export interface Refusal {
  readonly message: string;
  readonly path: readonly string[] | null;
}

const SENTENCES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "Your session has ended. Log in again.",
  FORBIDDEN: "Your role does not allow this. Ask an admin.",
  RATE_LIMITED: "Too many requests in a short time. Wait a minute and try again.",
  TOO_COMPLEX: "The server refused the request as too large. Narrow the filter.",
};

/** The code of a top-level error, for example `UNAUTHENTICATED`; null when the server was not reached. */
export function failureCode(error: CombinedError): string | null {
  const code = error.graphQLErrors[0]?.extensions["code"];
  return typeof code === "string" ? code : null;
}

/** Whether the server itself may be in trouble: it was not reached, or it says that the fault is its own. */
export const isServerTrouble = (error: CombinedError): boolean =>
  error.networkError !== undefined || failureCode(error) === "INTERNAL";

/** One sentence for people about a request that failed as a whole. */
export function failureText(error: CombinedError): string {
  if (error.networkError) return "The server cannot be reached. Check that it runs and that you are online.";
  const code = failureCode(error);
  const requestId = error.graphQLErrors[0]?.extensions["requestId"];
  const sentence =
    SENTENCES[code ?? ""] ??
    error.graphQLErrors[0]?.message ??
    "The server answered in a way this page does not know.";
  return typeof requestId === "string" && code === "INTERNAL"
    ? `${sentence} (request ${requestId})`
    : sentence;
}

/** The position in `ids` that a refusal is about; null when it concerns the whole input. */
export function refusedIndex(refusal: Refusal): number | null {
  const at = refusal.path?.indexOf("ids") ?? -1;
  const index = at < 0 ? Number.NaN : Number(refusal.path?.[at + 1]);
  return Number.isInteger(index) && index >= 0 ? index : null;
}

/** The message for one field of a form, by the last part of the path. */
export function fieldError(errors: readonly Refusal[], field: string): string | undefined {
  return errors.find((error) => error.path?.includes(field))?.message;
}
