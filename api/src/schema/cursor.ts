import { createHash } from "node:crypto";
import { RequestError } from "./request-error.js";

/** What an ordering is called, so that a cursor of one list is refused by another. */
export function orderingTag(ordering: string): string {
  return createHash("sha256").update(ordering).digest("base64url").slice(0, 8);
}

/** An opaque text for one place in one ordering. `values` are the row's order values as PostgreSQL writes them. */
export function encodeCursor(tag: string, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([tag, ...values])).toString("base64url");
}

/** The order values in a cursor. Throws BAD_USER_INPUT when it is not a cursor of this ordering. */
export function decodeCursor(tag: string, length: number, cursor: string): readonly string[] {
  const values = parse(cursor);
  const [cursorTag, ...rest] = values ?? [];
  if (cursorTag === tag && rest.length === length) return rest;
  throw badCursor();
}

/** What a client hears about a cursor that belongs elsewhere or was changed. */
export function badCursor(): RequestError {
  return new RequestError(
    "BAD_USER_INPUT",
    "The cursor does not belong to this list in this order. Take one from pageInfo of the same list.",
  );
}

function parse(cursor: string): readonly string[] | null {
  if (cursor.length > 4096) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isText = (part: unknown): part is string => typeof part === "string";
    return Array.isArray(value) && value.every(isText) ? value : null;
  } catch {
    return null;
  }
}
