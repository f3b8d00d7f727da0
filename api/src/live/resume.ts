import { decodeCursor, type Cursor } from "../events/cursor.js";
import { RequestError } from "../schema/request-error.js";

/** Where to resume in the log; nothing for "from now on". Throws BAD_USER_INPUT for a text that is not ours. */
export function readAfterArgument(after: string | null | undefined): Cursor | undefined {
  if (after === null || after === undefined) return undefined;
  const cursor = decodeCursor(after);
  if (cursor) return cursor;
  throw new RequestError("BAD_USER_INPUT", "after is not a sequence of an event. Leave it out to begin now.");
}

const LAST_SEQUENCE = 2 ** 31 - 1;

/** Where to resume in a command's output: 0 for the beginning. Throws BAD_USER_INPUT for what is no number. */
export function readOutputSequence(after: string | null | undefined): number {
  if (after === null || after === undefined) return 0;
  const sequence = /^\d{1,10}$/.test(after) ? Number(after) : Infinity;
  if (sequence <= LAST_SEQUENCE) return sequence;
  throw new RequestError("BAD_USER_INPUT", "after is not a sequence of an output line, such as 42.");
}
