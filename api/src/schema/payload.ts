import { DomainError } from "./user-errors.js";

/** What a mutation answers with. */
export type Payload<T> = T & { errors: readonly DomainError[] };

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
    return { errors: [], ...(await run()) };
  } catch (error) {
    if (error instanceof DomainError) return { ...whenRefused, errors: [error] };
    throw error;
  }
}
