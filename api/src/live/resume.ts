import type { Database } from "../database/database.js";
import { refuseStaleCursor, StaleCursorError } from "../events/adopt-restored-log.js";
import { decodeCursor, type Cursor } from "../events/cursor.js";
import { RequestError } from "../schema/request-error.js";

/**
 * Where to resume in the log; nothing for "from now on". Throws BAD_USER_INPUT for a text that this log never
 * gave out.
 */
export async function readAfterArgument(
  database: Database,
  after: string | null | undefined,
): Promise<Cursor | undefined> {
  if (after === null || after === undefined) return undefined;
  const cursor = decodeCursor(after);
  if (!cursor) {
    throw new RequestError(
      "BAD_USER_INPUT",
      "after is not a sequence of an event. Leave it out to begin now.",
    );
  }
  try {
    await refuseStaleCursor(database, cursor);
  } catch (error) {
    throw error instanceof StaleCursorError ? new RequestError("BAD_USER_INPUT", error.message) : error;
  }
  return cursor;
}

const LAST_SEQUENCE = 2 ** 31 - 1;

/** Where to resume in a command's output: 0 for the beginning. Throws BAD_USER_INPUT for what is no number. */
export function readOutputSequence(after: string | null | undefined): number {
  if (after === null || after === undefined) return 0;
  const sequence = /^\d{1,10}$/.test(after) ? Number(after) : Infinity;
  if (sequence <= LAST_SEQUENCE) return sequence;
  throw new RequestError("BAD_USER_INPUT", "after is not a sequence of an output line, such as 42.");
}
