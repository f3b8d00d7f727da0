import type { CombinedError } from "@urql/core";

import { failureText, type Refusal, refusedIndex } from "./failures.js";

/** The most ids that one mutation may carry. */
export const BULK_LIMIT = 200;

/** What came of one call. */
export interface BulkAnswer<Done> {
  readonly done: readonly Done[];
  readonly errors: readonly Refusal[];
  readonly failure?: CombinedError | undefined;
}

/** One id that was refused; `id` is null when the reason concerns the whole call. */
export interface Refused {
  readonly id: string | null;
  readonly message: string;
}

/** What came of all calls together. Partial success is normal. */
export interface BulkOutcome<Done> {
  readonly done: readonly Done[];
  readonly refused: readonly Refused[];
}

/**
 * Runs a mutation over any number of ids, at most 200 a call, one call after the other. A call that fails as a whole
 * refuses each of its ids with the same reason; the calls after it are still made.
 */
export async function inBulk<Done>(
  ids: readonly string[],
  call: (ids: string[]) => Promise<BulkAnswer<Done>>,
): Promise<BulkOutcome<Done>> {
  const done: Done[] = [];
  const refused: Refused[] = [];
  for (let start = 0; start < ids.length; start += BULK_LIMIT) {
    const part = ids.slice(start, start + BULK_LIMIT);
    // oxlint-disable-next-line no-await-in-loop -- One after the other, so that a click never floods the server.
    const answer = await call(part);
    done.push(...answer.done);
    for (const error of answer.errors) {
      refused.push({ id: part[refusedIndex(error) ?? -1] ?? null, message: error.message });
    }
    const { failure } = answer;
    if (failure) refused.push(...part.map((id) => ({ id, message: failureText(failure) })));
  }
  return { done, refused };
}
