import { DomainError, type UserErrorCode } from "./user-errors.js";

/** A domain error as a value: GraphQL takes an `Error` among results for something that was thrown. */
export interface UserErrorView {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: readonly string[] | null;
}

/** What a mutation answers with. */
export type Payload<T> = T & { errors: readonly UserErrorView[] };

/**
 * The one place where domain errors become a payload's `errors`; everything else is thrown on and masked.
 *
 * ```ts
 * renameAgent(…) { return payload(async () => ({ agent: await renameAgent(…) }), { agent: null }); }
 * approveUpdates(…) {
 *   return payload(async () => {
 *     const { done, errors } = await approveUpdates(…);
 *     return { updates: done, errors };
 *   }, { updates: [] });
 * }
 * ```
 *
 * `whenRefused` is what the other fields hold when the whole call was refused.
 */
export async function payload<T extends object, Refused extends Record<Exclude<keyof T, "errors">, unknown>>(
  run: () => Promise<T & { errors?: readonly DomainError[] }>,
  whenRefused: Refused,
): Promise<Payload<Omit<T, "errors"> | Refused>> {
  try {
    const { errors = [], ...done } = await run();
    return { ...done, errors: errors.map(toView) };
  } catch (error) {
    if (error instanceof DomainError) return { ...whenRefused, errors: [toView(error)] };
    throw error;
  }
}

function toView(error: DomainError): UserErrorView {
  return { ...error, message: error.message };
}
